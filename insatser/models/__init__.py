"""What is stored, one file per capability."""

from insatser.models.fardplan import Fardplan, Fardriktning
from insatser.models.handlingsplan import Aktivitet, AktivitetAktor, Bortval, Handlingsplan, Prioritering
from insatser.models.inlasning import Inlasning
from insatser.models.insats import Insats, Medverkan, Samband
from insatser.models.lage import Lagesrapport
from insatser.models.program import Malomrade, Program
from insatser.models.stadskarna import Karnkommun, Stadskarna

__all__ = [
    "Aktivitet",
    "AktivitetAktor",
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
    "Prioritering",
    "Program",
    "Samband",
    "Stadskarna",
]
