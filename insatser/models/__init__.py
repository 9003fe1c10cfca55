"""What is stored, one file per capability."""

from insatser.models.arende import Arende, Arendebeslut, Arendeinsats
from insatser.models.beslut import Beslut, Planavslut, Planversion
from insatser.models.bilaga import Bilaga, Filinnehall, Lagerrest
from insatser.models.fardplan import Fardplan, Fardplansdokument, Fardriktning
from insatser.models.finansiering import Bidrag
from insatser.models.foljning import Foljning
from insatser.models.forsegling import Forsegling, Sigill
from insatser.models.generation import Insatsavslut
from insatser.models.handlingsplan import Aktivitet, AktivitetAktor, Bortval, Handlingsplan, Prioritering
from insatser.models.indikator import Indikator, Matvarde
from insatser.models.inlasning import Granskningssida, Inlasning, Inlasningsjobb
from insatser.models.insats import Insats, Medverkan, Samband
from insatser.models.kartvy import Kartvy
from insatser.models.kommentar import Kommentar
from insatser.models.kontakt import Kontakt
from insatser.models.konton import Kollegainbjudan
from insatser.models.lage import Lagesrapport
from insatser.models.maskering import Maskering
from insatser.models.mote import Mote, Motespunkt
from insatser.models.notiser import Notis, Notisslag, Notisval, Takt
from insatser.models.organ import Plats, Samverkansorgan
from insatser.models.overenskommelse import Anslutning, Overenskommelse, Overenskommelseinsats
from insatser.models.program import Malomrade, Ordforklaring, Program
from insatser.models.rattelse import Rattelse
from insatser.models.samtal import Samtalssak
from insatser.models.stadskarna import Karnkommun, Stadskarna
from insatser.models.styrdokument import Styrdokument
from insatser.models.uppfoljning import Mottagare, Omgang, Omgangspunkt, Omgangssvar, Tillfragan
from insatser.models.utskick import Handelse, Korning, Utskick

__all__ = [
    "Aktivitet",
    "AktivitetAktor",
    "Anslutning",
    "Arende",
    "Arendebeslut",
    "Arendeinsats",
    "Beslut",
    "Bidrag",
    "Bilaga",
    "Bortval",
    "Fardplan",
    "Fardplansdokument",
    "Fardriktning",
    "Filinnehall",
    "Foljning",
    "Forsegling",
    "Granskningssida",
    "Handelse",
    "Handlingsplan",
    "Indikator",
    "Inlasning",
    "Inlasningsjobb",
    "Insats",
    "Insatsavslut",
    "Karnkommun",
    "Kartvy",
    "Kollegainbjudan",
    "Kommentar",
    "Kontakt",
    "Korning",
    "Lagerrest",
    "Lagesrapport",
    "Malomrade",
    "Maskering",
    "Matvarde",
    "Medverkan",
    "Mote",
    "Motespunkt",
    "Mottagare",
    "Notis",
    "Notisslag",
    "Notisval",
    "Omgang",
    "Omgangspunkt",
    "Omgangssvar",
    "Ordforklaring",
    "Overenskommelse",
    "Overenskommelseinsats",
    "Planavslut",
    "Planversion",
    "Plats",
    "Prioritering",
    "Program",
    "Rattelse",
    "Samband",
    "Samtalssak",
    "Samverkansorgan",
    "Sigill",
    "Stadskarna",
    "Styrdokument",
    "Takt",
    "Tillfragan",
    "Utskick",
]
