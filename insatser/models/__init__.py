"""What is stored, one file per capability."""

from insatser.models.beslut import Beslut, Planversion
from insatser.models.fardplan import Fardplan, Fardriktning
from insatser.models.handlingsplan import Aktivitet, AktivitetAktor, Bortval, Handlingsplan, Prioritering
from insatser.models.inlasning import Inlasning
from insatser.models.insats import Insats, Medverkan, Samband
from insatser.models.lage import Lagesrapport
from insatser.models.organ import Plats, Samverkansorgan
from insatser.models.program import Malomrade, Program
from insatser.models.stadskarna import Karnkommun, Stadskarna

__all__ = [
    "Aktivitet",
    "AktivitetAktor",
    "Beslut",
    "Bortval",
    "Fardplan",
    "Fardriktning",
    "Handlingsplan",
    "Inlasning",
    "Insats",
    "Karnkommun",
    "Lagesrapport",
    "Malomrade",
    "Medverkan",
    "Planversion",
    "Plats",
    "Prioritering",
    "Program",
    "Samband",
    "Samverkansorgan",
    "Stadskarna",
]
