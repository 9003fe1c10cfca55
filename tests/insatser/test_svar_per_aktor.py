"""Each aktör that is asked answers for itself."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import uppfoljning, utskick
from insatser.fragor import uppfoljning as fragor
from insatser.models import Mottagare, Omgang, Omgangssvar
from insatser.regler import rapport
from tests.sidtext import platt

pytestmark = pytest.mark.django_db


def svara(m: Mottagare, kommentar: str = "") -> Omgangssvar:
    (p,) = fragor.att_svara(m)
    hur = {"status": "pagar", "bedomning": "enligt_plan", "kommentar": kommentar, "sedd": p.sedd}
    return uppfoljning.svara(av=m.anvandare, mottagare=m, punkt=p.punkt, **hur)


@pytest.fixture
def botkyrkas(omgang: Omgang, botkyrka: Anvandare) -> Mottagare:
    return omgang.mottagare.get(anvandare=botkyrka)


def test_den_enas_svar_ar_inte_den_andras(omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare) -> None:
    svara(huddinge)

    (p,) = fragor.punkter(omgang)
    assert ([a.vem for a in p.saknas], p.besvarad, p.punkt in omgang.punkter.obesvarade()) == (
        ["Botkyrka kommun"],
        False,
        True,
    )
    assert [fragor.att_svara(m)[0].svar is None for m in (huddinge, botkyrkas)] == [False, True]
    assert utskick.har_kvar(omgang) == [botkyrkas.anvandare]


def test_nar_bada_har_svarat_ar_fragan_besvarad(omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare) -> None:
    forsta, andra = svara(huddinge, "Vi gräver."), svara(botkyrkas, "Vi väntar.")

    (p,) = fragor.punkter(omgang)
    assert (p.besvarad, p.svar, {a.svar for a in p.svaren}) == (True, andra, {forsta, andra})
    assert utskick.har_kvar(omgang) == []
    assert fragor.med_antal(Omgang.objects.filter(pk=omgang.pk)).get().besvarade == 1
    assert p.lage == andra.lagesrapport  # a läge is one: the latest


def test_ett_svar_tas_tillbaka_utan_att_rora_den_andras(
    omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare
) -> None:
    forsta, andra = svara(huddinge), svara(botkyrkas, "Vi väntar.")

    uppfoljning.angra(av=botkyrkas.anvandare, svar=andra)

    assert set(Omgangssvar.objects.filter(angrat=None)) == {forsta}


def test_planeraren_ser_vilken_aktor_som_inte_svarat(
    som_planerare: Client, omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare
) -> None:
    svara(huddinge)

    sida = platt(som_planerare.get(f"/flemingsberg/uppfoljning/{omgang.pk}/"))

    assert '<strong>Botkyrka kommun:</strong><span class="tyst">Inget svar</span>' in sida
    assert "<strong>Huddinge kommun:</strong>Nytt läge" in sida
    assert "kollegor har svarat" not in sida
    assert "0 av 1 besvarade" in sida


def test_rapporten_har_vars_och_ens_svar(
    som_planerare: Client, omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare
) -> None:
    svara(huddinge, "Vi gräver.")
    stangd = uppfoljning.stang(av=None, omgang=omgang)

    last = rapport.las(stangd.rapport)
    sida = platt(som_planerare.get(f"/flemingsberg/uppfoljning/{omgang.pk}/"))

    (rad,) = last.rader
    assert [(a.aktor, a.svar) for a in rad.svaren] == [("Botkyrka kommun", ""), ("Huddinge kommun", "Nytt läge")]
    assert (last.delvis, stangd.rapport["besvarade"], "1 har svar från några av aktörerna" in sida) == (1, 0, True)


@pytest.mark.parametrize("stangd", [False, True])
def test_rapporten_som_fil(
    som_planerare: Client, omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare, stangd: bool
) -> None:
    svara(huddinge, "=Vi gräver")
    if stangd:
        uppfoljning.stang(av=None, omgang=omgang)
    adress = f"/flemingsberg/uppfoljning/{omgang.pk}"

    pdf, bok = som_planerare.get(f"{adress}.pdf"), som_planerare.get(f"{adress}.xlsx")

    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    blad = openpyxl.load_workbook(BytesIO(bok.content))
    assert blad.sheetnames == ["Läget", "Svar per aktör"]
    rader = [[c.value or "" for c in rad] for rad in blad["Svar per aktör"].iter_rows(min_row=2)]
    assert [(r[3], r[4], r[7]) for r in rader] == [
        ("Botkyrka kommun", "", ""),
        ("Huddinge kommun", "Nytt läge", "=Vi gräver"),
    ]


def test_rapportens_filer_ar_inte_for_besokare(client: Client, omgang: Omgang) -> None:
    for andelse in ("pdf", "xlsx"):
        assert client.get(f"/flemingsberg/uppfoljning/{omgang.pk}.{andelse}").status_code == 302


def test_migreringen_later_det_ersatta_galla_igen(omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare) -> None:
    forsta, andra = svara(huddinge), svara(botkyrkas, "Vi väntar.")
    Omgangssvar.objects.filter(pk=forsta.pk).update(angrat=timezone.now())
    Omgangssvar.objects.filter(pk=andra.pk).update(ersatter=forsta)
    Omgangssvar.objects.update(aktor=None)
    connection.check_constraints()

    _kor_migreringen()

    rader = Omgangssvar.objects.order_by("pk").values_list("aktor", "angrat", "ersatter")
    assert list(rader) == [(m.anvandare.aktor_id, None, None) for m in (huddinge, botkyrkas)]


def test_migreringen_later_det_som_tagits_tillbaka_vara(
    omgang: Omgang, huddinge: Mottagare, botkyrkas: Mottagare
) -> None:
    forsta, andra = svara(huddinge), svara(botkyrkas, "Vi väntar.")
    Omgangssvar.objects.filter(pk=andra.pk).update(ersatter=forsta, angrat=timezone.now())
    Omgangssvar.objects.filter(pk=forsta.pk).update(angrat=timezone.now())
    connection.check_constraints()

    _kor_migreringen()

    assert not Omgangssvar.objects.filter(angrat=None).exists()


def _kor_migreringen() -> None:
    with connection.cursor() as cursor:
        for fraga in import_module("insatser.migrations.0042_svar_per_aktor").FYLL:
            cursor.execute(fraga)
