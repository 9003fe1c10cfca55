"""The forms that change an insats: as pages and in place, with what was typed kept whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Aktor
from insatser.andringar import insats as andringar
from insatser.models import Fardplan, Insats, Malomrade, Medverkan, Samband
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]

SIDA = "/flemingsberg/insatser/1.3/"
HX = {"HX-Request": "true"}
REGION, HUDDINGE, BOTKYRKA, POLISEN, LOCUM = (
    "region-stockholm",
    "huddinge-kommun",
    "botkyrka-kommun",
    "polisen",
    "locum-ab",
)
# As the fixtures have 1.3: no ansvarig, and these medverkande.
FORE_1_3 = (BOTKYRKA, HUDDINGE, REGION, POLISEN)


def test_varje_formular_visas_som_sida_och_som_fragment(som_planerare: Client, formular: Formular) -> None:
    for del_ in ("redigera", "roller", "flytta", "avfor", "aterta", "samband"):
        sida = som_planerare.get(f"{SIDA}{del_}/")
        fragment = som_planerare.get(f"{SIDA}{del_}/", headers=HX)
        aterstalld = som_planerare.get(f"{SIDA}{del_}/", headers=HX | {"HX-History-Restore-Request": "true"})

        assert (sida.status_code, fragment.status_code) == (200, 200), del_
        assert platt(sida).startswith("<!DOCTYPE html>"), del_
        assert platt(fragment).startswith("<form"), del_
        assert platt(aterstalld).startswith("<!DOCTYPE html>"), del_
        assert formular(sida) == formular(fragment), del_


def test_ett_tomt_inskick_ar_inget_fel(som_planerare: Client) -> None:
    assert som_planerare.post(f"{SIDA}roller/", {}).status_code == 200


def test_andra_titel_utan_javascript(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"titel": "Utveckla Hälsovägen"}, follow=True)

    assert svar.redirect_chain == [(SIDA, 302)]
    assert "Texten är sparad." in platt(svar)
    assert (insats("1.3").titel, insats("1.3").version) == ("Utveckla Hälsovägen", 2)


@pytest.mark.parametrize("del_", ["redigera", "roller", "flytta", "avfor", "samband", "lage"])
@pytest.mark.parametrize("huvuden", [{}, HX], ids=["sida", "fragment"])
def test_formularen_haller_reda_pa_urvalet_man_kom_fran(
    som_planerare: Client, huvuden: dict[str, str], del_: str
) -> None:
    html = platt(som_planerare.get(f"{SIDA}{del_}/?status=pagar&next=//ond.example", headers=huvuden))

    assert f'method="post" action="{SIDA}{del_}/?status=pagar" hx-post="{SIDA}{del_}/?status=pagar"' in html
    assert f'href="{SIDA}?status=pagar">Avbryt</a>' in html


def test_den_som_sparat_ar_tillbaka_i_sitt_urval(som_planerare: Client, formular: Formular) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/")) | {"titel": "Ny"}

    med_htmx = som_planerare.post(f"{SIDA}redigera/?status=pagar", varden, headers=HX)
    utan = som_planerare.post(f"{SIDA}redigera/?status=pagar", varden)

    assert f'"path": "{SIDA}?status=pagar"' in med_htmx.headers["HX-Location"]
    assert utan.headers["Location"] == f"{SIDA}?status=pagar"


def test_formularet_osparat_andrar_inget(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    fore = Insats.objects.filter(pk=insats("1.3").pk).values().get()

    for del_ in ("redigera", "flytta", "roller"):
        som_planerare.post(f"{SIDA}{del_}/", formular(som_planerare.get(f"{SIDA}{del_}/")))

    assert Insats.objects.filter(pk=insats("1.3").pk).values().get() == fore


def test_andra_titel_med_htmx(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/", headers=HX))

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"titel": "Ny"}, headers=HX)

    assert (svar.status_code, svar.content) == (200, b"")
    assert f'"path": "{SIDA}"' in svar.headers["HX-Location"]
    assert insats("1.3").titel == "Ny"


LANG = "Ett eget stycke som ska finnas kvar"


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"titel": ""}, {"titel"}),
        ({"titel": "   "}, {"titel"}),
        ({"titel": "x" * 201}, {"titel"}),
        ({"text": LANG + "x" * 5000}, {"text"}),
        ({"kalla": "x" * 201}, {"kalla"}),
        ({"version": ""}, {"version"}),
        ({"version": "tre"}, {"version"}),
    ],
)
@pytest.mark.parametrize("huvuden", [{}, HX], ids=["sida", "htmx"])
def test_ogiltig_text_ar_422_med_det_skrivna_kvar(
    som_planerare: Client,
    formular: Formular,
    insats: Hamta,
    huvuden: dict[str, str],
    varden: dict[str, str],
    falt: set[str],
) -> None:
    skickat = formular(som_planerare.get(f"{SIDA}redigera/")) | {"text": LANG} | varden

    svar = som_planerare.post(f"{SIDA}redigera/", skickat, headers=huvuden)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert formular(svar)["text"].startswith(LANG)
    assert insats("1.3").version == 1


def test_krock_pa_texten_ar_409_med_bada_texterna(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))
    fore = insats("1.3")
    andringar.andra(av=None, insats=fore, version=1, titel="Deras titel", text="Deras text")

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"titel": "Min titel"})

    html = platt(svar)
    assert svar.status_code == 409
    assert svar.context["konflikter"] == [
        {"rubrik": "Titel", "bas": fore.titel, "deras": "Deras titel", "mina": "Min titel"}
    ]
    assert "Det här har ändrats sedan du öppnade det, i dag klockan " in html
    assert [ord_ for ord_ in (fore.titel, "Deras titel", "Min titel") if ord_ not in html] == []
    assert formular(svar) == varden | {"version": "2", "titel": "Min titel", "text": "Deras text"}
    assert (insats("1.3").titel, insats("1.3").version) == ("Deras titel", 2)


@pytest.mark.parametrize(
    ("vem", "ord_"),
    [
        ("administrator", "senast av Exempel: administratör i dag klockan "),
        ("planerare", "senast av dig, i en annan flik, i dag klockan "),
    ],
)
def test_krocken_sager_vem_som_skrev_och_nar(
    som_planerare: Client, formular: Formular, insats: Hamta, request: pytest.FixtureRequest, vem: str, ord_: str
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))
    andringar.andra(av=request.getfixturevalue(vem), insats=insats("1.3"), version=1, titel="Deras titel")

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"titel": "Min titel"})

    assert f"Det här har ändrats sedan du öppnade det, {ord_}" in platt(svar)


def test_att_spara_igen_efter_en_krock_behaller_det_andra_skrev(
    som_planerare: Client, formular: Formular, insats: Hamta
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))
    andringar.andra(av=None, insats=insats("1.3"), version=1, titel="Deras titel", text="Deras text")

    krock = som_planerare.post(f"{SIDA}redigera/", varden | {"titel": "Min titel"}, headers=HX)
    svar = som_planerare.post(f"{SIDA}redigera/", formular(krock), headers=HX)

    assert (krock.status_code, svar.status_code) == (409, 200)
    assert (insats("1.3").titel, insats("1.3").text) == ("Min titel", "Deras text")


def test_andras_andring_av_annat_falt_sammanfogas(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))
    andringar.andra(av=None, insats=insats("1.3"), version=1, text="Deras text")

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"titel": "Min titel"})

    assert svar.status_code == 302
    assert (insats("1.3").titel, insats("1.3").text) == ("Min titel", "Deras text")


def test_flytta_och_byt_typ(som_planerare: Client, formular: Formular, insats: Hamta, m2: Malomrade) -> None:
    varden = formular(som_planerare.get(f"{SIDA}flytta/"))
    assert varden == {
        "inskick": "0",
        "version": "1",
        "insats": str(insats("1.3").pk),
        "typ": "karnspecifik",
        "malomrade": str(insats("1.3").malomrade_id),
        "ordning": "3",
    }

    nya = {"typ": "gemensam", "malomrade": str(m2.pk), "ordning": "10", "alla_karnor": "on"}
    svar = som_planerare.post(f"{SIDA}flytta/", varden | nya, follow=True)

    assert svar.redirect_chain == [("/flemingsberg/insatser/2.10/", 302)]
    assert "Insatsen har nu nummer 2.10 och är gemensam." in platt(svar)
    assert insats("2.10").gemensam


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"ordning": "4"}, {"ordning"}),
        ({"ordning": "0"}, {"ordning"}),
        ({"ordning": "100000"}, {"ordning"}),
        ({"ordning": "1.5"}, {"ordning"}),
        ({"ordning": ""}, {"ordning"}),
        ({"malomrade": "999999"}, {"malomrade"}),
        ({"malomrade": "x"}, {"malomrade"}),
        ({"typ": "hemlig"}, {"typ"}),
    ],
)
def test_omojlig_flytt_ar_422(
    som_planerare: Client, formular: Formular, varden: dict[str, str], falt: set[str]
) -> None:
    skickat = formular(som_planerare.get(f"{SIDA}flytta/")) | varden

    svar = som_planerare.post(f"{SIDA}flytta/", skickat)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert formular(svar)["ordning"] == skickat["ordning"]


def test_flytt_av_det_nagon_redan_flyttat_skriver_inget(
    som_planerare: Client, formular: Formular, insats: Hamta, m2: Malomrade, flemingsberg: Fardplan
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}flytta/"))
    andringar.flytta(av=None, insats=insats("1.3"), version=1, malomrade=m2, fardplan=flemingsberg, ordning=10)

    svar = som_planerare.post(f"{SIDA}flytta/", varden | {"ordning": "8"})

    assert svar.status_code == 404
    assert insats("2.10").version == 2


def test_den_som_inget_andrar_i_rollerna_far_veta_det(
    som_planerare: Client, formular: Formular, insats: Callable[[str], Insats]
) -> None:
    svar = som_planerare.post(f"{SIDA}roller/", formular(som_planerare.get(f"{SIDA}roller/")), follow=True)

    html = platt(svar)
    assert ("Du ändrade inget" in html, "sparade" in html, ">Ångra</button>" in html) == (True, False, False)
    assert insats("1.3").version == 1


def test_andra_roller_i_tabellen(
    som_planerare: Client, formular: Formular, roller: Callable[[str], Any], aktor: Callable[[str], Aktor]
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}roller/"))
    assert [varden[f"roll-{n}-aktor"] for n in range(6)] == [*(str(aktor(s).pk) for s in FORE_1_3), "", ""]

    nya = {"roll-1-roll": "ansvarig", "roll-3-DELETE": "on", "roll-4-aktor": str(aktor(LOCUM).pk)}
    svar = som_planerare.post(f"{SIDA}roller/", varden | nya)

    assert (svar.status_code, svar.headers["Location"]) == (302, SIDA)
    assert roller("1.3") == (HUDDINGE, [BOTKYRKA, REGION, LOCUM])


@pytest.mark.parametrize(
    "nya",
    [
        {"roll-0-roll": "ansvarig", "roll-1-roll": "ansvarig"},
        {"roll-1-aktor": "{botkyrka}"},
        {"roll-0-ansvarar_for": "x" * 301},
        {"roll-0-roll": "chef"},
        {"roll-0-deltagande": "kanske"},
        {"roll-0-aktor": "999999"},
        {"roll-0-aktor": "x"},
        {"roll-TOTAL_FORMS": "x"},
        {"roll-TOTAL_FORMS": "100000"},
        {"version": ""},
    ],
)
def test_omojliga_roller_ar_422_med_det_skrivna_kvar(
    som_planerare: Client,
    formular: Formular,
    roller: Callable[[str], Any],
    aktor: Callable[[str], Aktor],
    nya: dict[str, str],
) -> None:
    nya = {k: v.format(botkyrka=aktor(BOTKYRKA).pk) for k, v in nya.items()}
    varden = formular(som_planerare.get(f"{SIDA}roller/")) | {"roll-2-ansvarar_for": "Det jag skrev"} | nya

    svar = som_planerare.post(f"{SIDA}roller/", varden)

    assert svar.status_code == 422
    assert roller("1.3") == (None, list(FORE_1_3))
    if "roll-TOTAL_FORMS" not in nya:
        assert formular(svar)["roll-2-ansvarar_for"] == "Det jag skrev"


def test_krock_om_roller_visar_namn_och_ord(
    som_planerare: Client, formular: Formular, rolla: Callable[..., Insats]
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}roller/"))
    rolla("1.3", 1, HUDDINGE, BOTKYRKA, REGION, POLISEN)

    svar = som_planerare.post(f"{SIDA}roller/", varden | {"roll-1-ansvarar_for": "Gatan"})

    assert svar.status_code == 409
    assert svar.context["konflikter"] == [
        {
            "rubrik": "Huddinge kommun",
            "bas": "Medverkande (exempel i färdplanen)",
            "deras": "Ansvarig (tillfrågad)",
            "mina": "Medverkande, svarar för Gatan (exempel i färdplanen)",
        }
    ]


def test_att_spara_roller_igen_efter_en_krock_behaller_andras_tillagg(
    som_planerare: Client, formular: Formular, rolla: Callable[..., Insats], roller: Callable[[str], Any]
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}roller/"))
    rolla("1.3", 1, None, BOTKYRKA, HUDDINGE, REGION, LOCUM, huddinge="Torget")

    krock = som_planerare.post(f"{SIDA}roller/", varden | {"roll-1-ansvarar_for": "Gatan"})
    svar = som_planerare.post(f"{SIDA}roller/", formular(krock))

    assert (krock.status_code, svar.status_code) == (409, 302)
    assert roller("1.3") == (None, [BOTKYRKA, HUDDINGE, REGION, LOCUM])
    assert (
        Medverkan.objects.get(insats__ordning=3, aktor__slug=HUDDINGE, insats__malomrade__nummer=1).ansvarar_for
        == "Gatan"
    )


def test_avfor_och_aterta(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    varden = formular(som_planerare.get(f"{SIDA}avfor/"))
    svar = som_planerare.post(
        f"{SIDA}avfor/", varden | {"skal": "Slås ihop", "ersatts_av": str(insats("1.4").pk)}, follow=True
    )

    html = platt(svar)
    assert "Insatsen är avförd sedan" in html
    assert "Slås ihop" in html
    assert "Ersätts av" in html
    assert "Rapportera läget" not in html

    svar = som_planerare.post(f"{SIDA}aterta/", formular(som_planerare.get(f"{SIDA}aterta/")), follow=True)
    assert "Insatsen gäller igen." in platt(svar)
    assert insats("1.3").avford is None


@pytest.mark.parametrize(
    ("varden", "falt"),
    [({"skal": ""}, {"skal"}), ({"skal": " \n"}, {"skal"}), ({"skal": "x" * 2001}, {"skal"}),
     ({"skal": "Klar", "ersatts_av": "999999"}, {"ersatts_av"})],
)  # fmt: skip
def test_avfor_utan_skal_ar_422(
    som_planerare: Client, formular: Formular, insats: Hamta, varden: dict[str, str], falt: set[str]
) -> None:
    svar = som_planerare.post(f"{SIDA}avfor/", formular(som_planerare.get(f"{SIDA}avfor/")) | varden)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert insats("1.3").avford is None


@pytest.mark.parametrize("del_", ["redigera", "roller", "flytta", "avfor", "samband"])
def test_en_avford_insats_maste_atertas_forst(som_planerare: Client, insats: Hamta, del_: str) -> None:
    andringar.avfor(av=None, insats=insats("1.3"), version=1, skal="Klar")

    svar = som_planerare.get(f"{SIDA}{del_}/")

    assert svar.status_code == 403
    assert "Återta den först om den ska ändras." in platt(svar)


def test_lagg_till_och_ta_bort_samband(som_planerare: Client, insats: Hamta) -> None:
    svar = som_planerare.post(f"{SIDA}samband/", {"till": str(insats("4.3").pk)}, follow=True)
    assert "Sambandet med 4.3 är sparat." in platt(svar)
    rad = Samband.objects.get()

    bort = f"{SIDA}samband/{rad.pk}/ta-bort/"
    assert som_planerare.get(bort).status_code == 405
    assert "Sambandet är borttaget." in platt(som_planerare.post(bort, follow=True))
    assert som_planerare.post(bort).status_code == 404
    assert som_planerare.post(f"{SIDA}samband/{10**30}/ta-bort/").status_code == 404


def test_ett_samband_tas_bara_bort_fran_sina_egna_insatser(som_planerare: Client, insats: Hamta) -> None:
    rad = andringar.koppla(av=None, fran=insats("1.4"), till=insats("4.3"), slag=Samband.Slag.HANGER_IHOP)

    assert som_planerare.post(f"{SIDA}samband/{rad.pk}/ta-bort/").status_code == 404
    assert Samband.objects.count() == 1


@pytest.mark.parametrize("till", ["", "999999", "x"])
def test_samband_med_ingenting_ar_422(som_planerare: Client, till: str) -> None:
    assert som_planerare.post(f"{SIDA}samband/", {"till": till}).status_code == 422


def test_ny_insats(som_planerare: Client, formular: Formular, insats: Hamta, m1: Malomrade) -> None:
    varden = formular(som_planerare.get("/flemingsberg/insatser/ny/"))
    assert varden["typ"] == "karnspecifik"

    svar = som_planerare.post(
        "/flemingsberg/insatser/ny/", varden | {"malomrade": str(m1.pk), "titel": "Öppna torget"}, follow=True
    )

    assert svar.redirect_chain == [("/flemingsberg/insatser/1.6/", 302)]
    assert "Insats 1.6 är skapad." in platt(svar)
    assert (insats("1.6").titel, insats("1.6").typ) == ("Öppna torget", "Kärnspecifik")


def test_efter_en_ny_insats_skrivs_nasta_i_samma_malomrade(
    som_planerare: Client, formular: Formular, m2: Malomrade
) -> None:
    sida = "/flemingsberg/insatser/ny/"
    ny = formular(som_planerare.get(sida)) | {"malomrade": str(m2.pk), "titel": "Öppna <torget>", "utkast": "on"}

    svar = som_planerare.post(f"{sida}?status=pagar", ny | {"fler": "1"}, follow=True)

    skapad = Insats.objects.get(titel="Öppna <torget>")
    nasta, till = formular(svar), f"/flemingsberg/insatser/{skapad.nummer}/?status=pagar"
    assert svar.redirect_chain == [(f"{sida}?status=pagar&efter={skapad.pk}", 302)]
    assert f'<a href="{till}">{skapad.nummer} Öppna &lt;torget&gt;</a>är skapad. Skriv nästa.' in platt(svar)
    assert {k: nasta.get(k, "") for k in ("typ", "malomrade", "utkast", "titel")} == {
        "typ": "karnspecifik",
        "malomrade": str(m2.pk),
        "utkast": "on",
        "titel": "",
    }


@pytest.mark.parametrize("efter", ["0", "1.5", "-1", "x", "9" * 40])
def test_en_ny_insats_efter_ingenting_ar_ett_vanligt_formular(som_planerare: Client, efter: str) -> None:
    svar = som_planerare.get("/flemingsberg/insatser/ny/", {"efter": efter})

    assert (svar.status_code, svar.context["form"].initial) == (200, {})


@pytest.mark.parametrize(
    ("varden", "falt"),
    [({"titel": ""}, {"titel"}), ({"titel": "x" * 201}, {"titel"}), ({"text": LANG + "x" * 5000}, {"text"}),
     ({"malomrade": "0"}, {"malomrade"}), ({"typ": ""}, {"typ"})],
)  # fmt: skip
def test_ogiltig_ny_insats_ar_422(
    som_planerare: Client, formular: Formular, varden: dict[str, str], falt: set[str]
) -> None:
    skickat = formular(som_planerare.get("/flemingsberg/insatser/ny/")) | {"titel": "Ny", "text": LANG} | varden

    svar = som_planerare.post("/flemingsberg/insatser/ny/", skickat)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert formular(svar)["text"].startswith(LANG)
    assert Insats.objects.filter(titel="Ny").count() == 0


def test_ett_formular_for_en_insats_som_bytt_nummer_skriver_inte_pa_en_annan(
    som_planerare: Client, formular: Formular, insats: Hamta, m1: Malomrade, flemingsberg: Fardplan
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))
    andringar.flytta(av=None, insats=insats("1.3"), version=1, malomrade=m1, fardplan=flemingsberg, ordning=9)
    andringar.flytta(av=None, insats=insats("1.4"), version=1, malomrade=m1, fardplan=flemingsberg, ordning=3)

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"text": "Om den som var 1.3"})

    assert svar.status_code == 404
    assert "Om den som var 1.3" not in Insats.objects.values_list("text", flat=True)


def test_en_ny_insats_far_sin_ansvariga_i_nasta_steg(som_planerare: Client, m1: Malomrade) -> None:
    sant = {"typ": "karnspecifik", "malomrade": m1.pk, "titel": "Prov", "text": "", "vidare": "1"}

    svar = som_planerare.post("/flemingsberg/insatser/ny/", sant, follow=True)

    ny = Insats.objects.get(titel="Prov")
    assert svar.redirect_chain == [(f"/flemingsberg/insatser/{ny.nummer}/roller/", 302)]
    assert f"Insats {ny.nummer} är skapad. Vem ansvarar för den?" in platt(svar)
