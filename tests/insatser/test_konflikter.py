"""Cells that both a workbook and others changed: a person chooses on the page, and the other rows need not wait."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.andringar import insats as insatser
from insatser.andringar import lage
from insatser.andringar.inlasningar import angra_inlasning
from insatser.andringar.roller import Rollrad
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Inlasning, Insats
from insatser.regler.medverkan import Roll
from insatser.utbyte.excel import granskad
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx
from tests.arbetsbok import granskade
from tests.insatser.test_inlasning import IMPORT, Andringar, insats, skriv
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

MINA: Andringar = {"1.3": {"Titel": "Min"}, "1.4": {"Titel": "Annan"}}


@pytest.fixture
def original(flemingsberg: Fardplan) -> bytes:
    return skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))


def andra(av: Anvandare, fardplan: Fardplan, nummer: str, **varden: str) -> Insats:
    nu = insats(fardplan, nummer)
    return insatser.andra(av=av, insats=nu, version=nu.version, **varden)


def ladda_upp(klient: Client, fil: bytes) -> str:
    adress: str = klient.post(IMPORT, {"fil": SimpleUploadedFile("karta.xlsx", fil)}).headers["Location"]
    return adress


def valj(klient: Client, adress: str, ovriga: str = "", **val: str) -> Any:
    """Choose by field, as "mina" or "annat:text", in the form that the page shows."""
    sida = klient.get(adress).content.decode()
    data = {"valj": "1", "ovriga": ovriga, **dict(re.findall(r'name="(sedd-[^"]+)" value="([^"]+)"', sida))}
    for namn in [n for n in data if n.startswith("sedd-")]:
        vilket, _, text = val.get(namn.rpartition("-")[2], "").partition(":")
        data |= {namn.replace("sedd", "val"): vilket, namn.replace("sedd", "text"): text}
    return klient.post(adress, data, follow=True)


def las_in(klient: Client, adress: str, **falt: str) -> Any:
    avtryck = klient.get(adress).context["plan"].fingeravtryck
    return klient.post(adress, {"fingeravtryck": avtryck, **falt}, follow=True)


@pytest.mark.parametrize(
    ("val", "titel"),
    [("deras", "Deras"), ("mina", "Min"), ("annat:Vår gemensamma", "Vår gemensamma"), (":Bara ord", "Bara ord")],
)
def test_vad_som_ska_sta_valjs_pa_sidan(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes, val: str, titel: str
) -> None:
    andra(planerare, flemingsberg, "1.3", titel="Deras")
    adress = ladda_upp(som_planerare, skriv(original, MINA))

    assert "Välj vad som ska stå" in platt(som_planerare.get(adress))
    assert "det valt i alla" in platt(valj(som_planerare, adress, titel=val))
    las_in(som_planerare, adress)

    assert (insats(flemingsberg, "1.3").titel, insats(flemingsberg, "1.4").titel) == (titel, "Annan")


def test_ett_val_galler_sa_lange_deras_ar_detsamma(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes
) -> None:
    andra(planerare, flemingsberg, "1.3", titel="Deras")
    andra(planerare, flemingsberg, "1.4", titel="Också deras")
    adress = ladda_upp(som_planerare, skriv(original, MINA))
    avtryck = valj(som_planerare, adress, ovriga="mina").context["plan"].fingeravtryck
    andra(planerare, flemingsberg, "1.3", titel="Igen")

    svar = som_planerare.post(adress, {"fingeravtryck": avtryck})

    assert (svar.status_code, insats(flemingsberg, "1.4").titel) == (409, "Också deras")
    assert "ändrades en gång till sedan du valde" in platt(svar)
    assert [(k.nummer, k.avgjord) for k in svar.context["plan"].konflikter] == [("1.3", False), ("1.4", True)]


def test_ett_val_for_resten_galler_ocksa_det_som_inte_visas(
    som_planerare: Client,
    planerare: Anvandare,
    flemingsberg: Fardplan,
    original: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(granskad, "VISADE_KONFLIKTER", 1)
    andra(planerare, flemingsberg, "1.3", titel="Deras")
    andra(planerare, flemingsberg, "1.4", titel="Också deras")
    adress = ladda_upp(som_planerare, skriv(original, MINA))

    valj(som_planerare, adress, ovriga="mina")
    las_in(som_planerare, adress)

    assert [insats(flemingsberg, n).titel for n in MINA] == ["Min", "Annan"]


def test_det_som_inte_gar_att_skriva_star_kvar_med_sitt_fel(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes
) -> None:
    andra(planerare, flemingsberg, "1.3", titel="Deras")
    adress = ladda_upp(som_planerare, skriv(original, MINA))

    svar = valj(som_planerare, adress, titel=f"annat:{'x' * 201}")

    assert svar.status_code == 422
    assert "Texten är 201 tecken. Högst 200 får plats." in platt(svar)
    assert f'value="{"x" * 201}"' in platt(svar)
    assert svar.context["plan"].hindrad


def test_tomt_val_sparar_inget(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes
) -> None:
    andra(planerare, flemingsberg, "1.3", titel="Deras")
    adress = ladda_upp(som_planerare, skriv(original, MINA))

    assert "välj vad som ska stå i minst en cell" in platt(valj(som_planerare, adress))
    assert Inlasning.objects.get().val is None


def test_vem_som_ar_ansvarig_valjs(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes
) -> None:
    nu = insats(flemingsberg, "4.3")
    polisen = Aktor.objects.get(slug="polisen")
    roller = [Rollrad(polisen.pk, Roll.ANSVARIG), *(Rollrad(m.aktor_id, Roll(m.roll)) for m in nu.medverkande)]
    insatser.andra_roller(av=planerare, insats=nu, version=nu.version, roller=roller)
    adress = ladda_upp(som_planerare, skriv(original, {"4.3": {"Ansvarig": "Näringslivet"}}))

    assert valj(som_planerare, adress, ansvarig="annat:Polissen").status_code == 422
    valj(som_planerare, adress, ansvarig="annat:Trafikverket")
    las_in(som_planerare, adress)

    assert [m.aktor.namn for m in nu.medverkan.filter(roll=Roll.ANSVARIG)] == ["Trafikverket"]
    assert nu.medverkan.exclude(roll=Roll.ANSVARIG).count() == len(nu.medverkande)


@pytest.mark.parametrize(
    ("fore", "efter"),
    [(["polisen"], ["polisen", "trafikverket"]), (["polisen", "trafikverket"], ["polisen"])],
)
@pytest.mark.parametrize(("val", "ansvarig"), [("mina", "trafikverket"), ("deras", "polisen")])
def test_den_valda_ansvariga_far_ha_en_annan_roll(
    som_planerare: Client, flemingsberg: Fardplan, fore: list[str], efter: list[str], val: str, ansvarig: str
) -> None:
    _satt_roller(flemingsberg, "4.3", fore)
    karta = skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))
    _satt_roller(flemingsberg, "4.3", efter)
    adress = ladda_upp(som_planerare, skriv(karta, {"4.3": {"Ansvarig": "Trafikverket", "Medverkande": None}}))

    valj(som_planerare, adress, ansvarig=val)
    las_in(som_planerare, adress)

    roller = insats(flemingsberg, "4.3").medverkan.select_related("aktor")
    assert [m.aktor.slug for m in roller if m.roll == Roll.ANSVARIG] == [ansvarig]
    assert [m.aktor.slug for m in roller if m.roll == Roll.MEDVERKANDE] == (efter[1:] if val == "deras" else [])


def _satt_roller(fardplan: Fardplan, nummer: str, slugs: list[str]) -> None:
    """The first is ansvarig, and the others are medverkande."""
    nu = insats(fardplan, nummer)
    pk = dict(Aktor.objects.values_list("slug", "pk"))
    roller = [Rollrad(pk[s], Roll.MEDVERKANDE if n else Roll.ANSVARIG) for n, s in enumerate(slugs)]
    insatser.andra_roller(av=None, insats=nu, version=nu.version, roller=roller)


@pytest.mark.parametrize(
    ("val", "sagt"),
    [
        ("deras", ("pagar", "enligt_plan")),
        ("mina", ("genomford", "")),
        ("annat:Pågår", ("pagar", "enligt_plan")),
    ],
)
def test_ett_lage_ar_en_utsaga_ocksa_nar_det_valjs(
    som_planerare: Client,
    planerare: Anvandare,
    flemingsberg: Fardplan,
    original: bytes,
    val: str,
    sagt: tuple[str, str],
) -> None:
    nu = insats(flemingsberg, "4.3")
    karna = flemingsberg.stadskarna
    lage.rapportera(av=planerare, insats=nu, stadskarna=karna, status="pagar", bedomning="enligt_plan")
    adress = ladda_upp(som_planerare, skriv(original, {"4.3": {"Status": "Genomförd"}}))

    valj(som_planerare, adress, status=val)
    las_in(som_planerare, adress)

    senast = nu.lagesrapporter.filter(stadskarna=karna).senast_forst().first()
    assert senast
    assert (senast.status, senast.bedomning) == sagt


def test_de_andra_raderna_vantar_inte(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes
) -> None:
    andra(planerare, flemingsberg, "1.3", titel="Deras")
    fil = skriv(original, {**MINA, "2.1": {"Titel": None}, "2.2": {"Titel": "Tredje"}})
    adress = ladda_upp(som_planerare, fil)

    sida = platt(som_planerare.get(adress))
    assert "Läs in de 2 andra raderna" in sida
    assert las_in(som_planerare, adress).status_code == 409  # all or nothing, unless it is asked for
    svar = las_in(som_planerare, adress, delvis="1")

    assert "2 ändrade" in platt(svar)
    assert "2 rader som inte lästes in" in platt(svar)
    assert [insats(flemingsberg, n).titel for n in ("1.3", "1.4", "2.2")] == ["Deras", "Annan", "Tredje"]
    assert "rad 4 och" in Inlasning.objects.get().noter


def test_det_som_lastes_in_delvis_angras_som_en_hel_fil(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan, original: bytes
) -> None:
    fore = insats(flemingsberg, "1.4").titel
    adress = ladda_upp(som_planerare, skriv(original, {**MINA, "1.3": {"Titel": None}}))
    las_in(som_planerare, adress, delvis="1")

    angra_inlasning(av=planerare, inlasning=Inlasning.objects.get())

    assert insats(flemingsberg, "1.4").titel == fore


def test_raderna_som_lamnades_las_in_med_samma_fil_rattad(
    som_planerare: Client, flemingsberg: Fardplan, original: bytes
) -> None:
    andringar = {**MINA, "1.4": {"Titel": "Annan", "Status": "Genomförd"}}
    las_in(som_planerare, ladda_upp(som_planerare, skriv(original, {**andringar, "1.3": {"Titel": None}})), delvis="1")

    svar = som_planerare.get(ladda_upp(som_planerare, skriv(original, andringar)))

    assert [r.nummer for r in granskade(svar)] == ["1.3"]
    assert not svar.context["plan"].hindrad


def test_en_trasig_fil_lases_inte_in_i_delar(som_planerare: Client, original: bytes) -> None:
    fil = skriv(original, MINA)
    svar = som_planerare.post("/haninge/insatskarta/import/", {"fil": SimpleUploadedFile("karta.xlsx", fil)})

    assert svar.status_code == 422
    assert not Inlasning.objects.exists()
