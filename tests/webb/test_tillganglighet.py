"""axe finds nothing on any page, and no page is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar import foljning as foljningsandringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar import lage as lagesandringar
from insatser.andringar import mote as motesandringar
from insatser.andringar import styrdokument as styrdokumentandringar
from insatser.andringar.mote import Punktrad
from insatser.fragor import lank
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Overenskommelse,
    Samverkansorgan,
)
from tests.conftest import LOSENORD
from tests.klocka import PLAN

pytestmark = pytest.mark.django_db(transaction=True)

# Pages of an error, meant as such; the last tells that a retired insats is not edited.
FEL = {"/finns-inte/", "/svara/strunt/", "/flemingsberg/insatser/1.5/redigera/"}
SURFPLATTA = 768  # px: only whether pages fit, axe has nothing more to say there
OPPNA = [
    "/",
    "/flemingsberg/",
    "/flemingsberg/insatskarta/",
    "/flemingsberg/insatskarta/?vy=tabell",
    "/flemingsberg/insatskarta/?vy=matris",
    "/flemingsberg/insatskarta/?q=finns-inte",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/insatser/1.1/",
    "/flemingsberg/handlingsplan/",
    "/flemingsberg/handlingsplan/2009/",
    "/flemingsberg/handlingsplan/2009/version/1/",
    "/flemingsberg/handlingsplan/2009/jamfor/",
    "/program/fardplaner-2026/insatser/1.1/",
    "/flemingsberg/program/verksamhetsplan-2009-2011/",
    "/taby-arninge/",
    "/flemingsberg/organ/",
    "/flemingsberg/laget/",
    "/flemingsberg/arbetsbok/",
    "/oversikt/arbetsbok/",
    "/flemingsberg/lagesbild/",
    "/flemingsberg/nyheter/",
    "/flemingsberg/nytt/?sedan=2026-01-01",
    "/nyheter/",
    "/aktorer/",
    "/aktorer/karnkommunerna/",
    "/aktorer/huddinge-kommun/",
    "/aktorer/flemingsberg-science/",
    "/arenden/",
    "/arenden/?q=finns-inte",
    "/sok/?q=flemingsberg",
    "/sok/?q=qqqqxyz",
    "/flemingsberg/insatser/3.4/",
    "/aktorer/stockholms-lans-landsting/",
    "/konto/logga-in/",
    "/konto/sso/besked/gick-inte/",
    "/konto/glomt/",
    "/svara/ny-lank/",
    "/om/",
    "/om/personuppgifter/",
    "/om/tillganglighet/",
    "/finns-inte/",
]
PLANERARENS = [
    "/flemingsberg/insatskarta/",
    "/flemingsberg/dra-tillbaka/",
    "/haninge/",
    "/haninge/publicera/",
    "/haninge/fardriktning/1/",
    "/taby-arninge/insatskarta/",
    "/taby-arninge/lagesbild/",
    "/flemingsberg/insatskarta/import/",
    "/flemingsberg/inlasningar/",
    "/program/fardplaner-2026/inlasningar/",
    "/aktorer/ny/klistra/",
    "/program/fardplaner-2026/arbetsbok/import/",
    "/flemingsberg/redigera/",
    "/flemingsberg/fardriktning/1/",
    "/flemingsberg/insatser/ny/",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/insatser/1.3/redigera/",
    "/flemingsberg/insatser/1.3/roller/",
    "/flemingsberg/insatser/1.3/flytta/",
    "/flemingsberg/insatser/1.3/avfor/",
    "/flemingsberg/insatser/1.3/ta-bort/",
    "/flemingsberg/insatser/1.3/samband/",
    "/flemingsberg/insatser/1.3/lage/",
    "/flemingsberg/insatser/1.3/historik/",
    "/flemingsberg/insatser/1.3/samtal/",
    f"{PLAN}samtal/",
    PLAN,
    f"{PLAN}prioritera/",
    f"{PLAN}besluta/",
    f"{PLAN}finansiering/",
    f"{PLAN}period/",
    f"{PLAN}ta-bort/",
    f"{PLAN}tavla/",
    f"{PLAN}aktiviteter/",
    f"{PLAN}aktiviteter/?kolumner=resultat&kolumner=medverkande&kolumner=kommentar&kolumner=kostnad",
    "/flemingsberg/organ/ny/",
    "/flemingsberg/lagesbild/",
    "/flemingsberg/lagesbild/?vy=tabell&kolumner=beskrivning&kolumner=mal&kolumner=senast&kolumner=till_malet",
    "/flemingsberg/lagesbild/ny/",
    "/flemingsberg/lagesbild/import/",
    "/flemingsberg/arbetsbok/import/",
    f"{PLAN}prioritera/1.3/aktivitet/",
    f"{PLAN}prioritera/1.3/skal/",
    "/flemingsberg/handlingsplan/ny/",
    "/flemingsberg/styrdokument/ny/",
    "/arenden/",
    "/arenden/ny/",
    "/arenden/overenskommelser/ny/",
    "/aktorer/ny/",
    "/aktorer/huddinge-kommun/redigera/",
    "/kontakter/ny/?aktor=huddinge-kommun",
    "/aktorer/polisen/sla-ihop/?med=trafikverket",
    "/aktorer/polisen/ta-bort/",
    "/stadskarnor/",
    "/stadskarnor/flemingsberg/",
    "/program/fardplaner-2026/",
    "/program/fardplaner-2026/malomraden/1/",
    "/program/fardplaner-2026/ordlista/",
    "/konto/losenord/",
    "/konto/",
    "/konto/namn/",
    "/konto/mejl/",
    "/konto/bekrafta/",
    "/konto/inloggningar/",
    "/konto/tvasteg/",
    "/konto/passkeys/",
    "/konton/",
    "/konton/bjud-in/",
    "/konto/logga-ut/",
    "/mitt-arbete/",
    "/mitt-arbete/prenumerera/",
    "/oversikt/",
    "/oversikt/insatser/?status=pagar",
    "/oversikt/insatser/?status=avbruten&bedomning=risk",
    "/flemingsberg/oversikt/",
    "/flemingsberg/laget/",
    "/flemingsberg/insatskarta/?vy=tabell&sedan=2026-09-01&aktor=region-stockholm&ansvarig=1",
    "/flemingsberg/uppfoljning/",
    "/flemingsberg/insatskarta/?vy=tabell&kolumner=text&kolumner=medverkande&kolumner=arenden&kolumner=bedomning",
    "/flemingsberg/insatser/1.3/cell/ansvarig/",
    "/mitt-arbete/vyer/?har=/flemingsberg/insatskarta/",
    "/flemingsberg/insatskarta/klistra/?malomrade=1",
    "/mitt-arbete/vyer/ny/?har=/flemingsberg/insatskarta/&vy=tabell&malomrade=1",
    "/flemingsberg/uppfoljning/ny/",
    "/flemingsberg/uppfoljning/mejl/",
    "/svara/strunt/",
]


# A page is opened once and looked at in both: wide and light, then as on a phone at night.
LAGEN = [(1440, "light"), (320, "dark")]


def _brister(sida: Page, adresser: list[str]) -> list[str]:
    """What is wrong, page by page: axe's violations and sideways scrolling."""
    brister = []
    for adress in adresser:
        sidan = sida.goto(adress)
        assert sidan
        brister += [] if sidan.ok or adress in FEL else [f"{adress} svarar {sidan.status}"]
        brister += _brister_i(sida, adress)
    return brister


def _brister_i(sida: Page, adress: str) -> list[str]:
    """The same of the page that is open."""
    brister = _for_breda(sida, adress, SURFPLATTA)
    for bredd, farger in LAGEN:
        sida.emulate_media(color_scheme=farger)  # type: ignore[arg-type]
        brister += _for_breda(sida, adress, bredd)
        svar = Axe().run(sida).response
        brister += [f"{adress} {bredd} px {v['id']}: {[n['target'] for n in v['nodes']]}" for v in svar["violations"]]
    return brister


def _for_breda(sida: Page, adress: str, bredd: int) -> list[str]:
    """Whether the page scrolls sideways at this width."""
    sida.set_viewport_size({"width": bredd, "height": 900})
    for_brett = sida.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{adress} är {for_brett} px för bred vid {bredd} px"] if for_brett else []


def test_oppna_sidor(sida: Page) -> None:
    assert _brister(sida, OPPNA) == []


def test_sidor_bakom_inloggningen(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    logga_in(planerare)

    assert _brister(sida, PLANERARENS) == []


def test_sidor_om_inloggningen(sida: Page, tjansteperson: Anvandare, administrator: Anvandare) -> None:
    """Those that ask for a fresh login, in their order: the codes are shown once, and then asked for."""
    _logga_in_pa_sidan(sida, tjansteperson)
    brister = _brister(sida, ["/konto/adress/", "/konto/tvasteg/app/", "/konto/passkeys/ny/"])
    TOTP.activate(tjansteperson, generate_totp_secret())
    Authenticator.objects.create(user=tjansteperson, type="webauthn", data={"name": "Datorn på jobbet"})
    RecoveryCodes.activate(tjansteperson)
    nyckel = Authenticator.objects.get(user=tjansteperson, type="webauthn").pk
    brister += _brister(sida, ["/konto/tvasteg/koder/", "/konto/tvasteg/koder/nya/", "/konto/tvasteg/app/ta-bort/"])
    brister += _brister(sida, ["/konto/tvasteg/", "/konto/bekrafta/kod/", f"/konto/passkeys/{nyckel}/"])
    brister += _brister(sida, ["/konto/passkeys/", f"/konto/passkeys/{nyckel}/ta-bort/"])
    token = lank.skriv_adressnyckel(tjansteperson, "ny.adress@huddinge.example")
    brister += _brister(sida, [f"/konto/adress/{token}/"])
    sida.context.clear_cookies()
    Authenticator.objects.filter(pk=nyckel).delete()  # it is none that could be asked for
    _logga_in_pa_sidan(sida, tjansteperson)
    brister += _brister_i(sida, "/konto/logga-in/kod/")
    sida.context.clear_cookies()
    _logga_in_pa_sidan(sida, administrator)
    brister += _brister(sida, [f"/konton/{tjansteperson.pk}/", f"/konton/{tjansteperson.pk}/tvasteg/"])
    brister += _brister(sida, [f"/konton/{tjansteperson.pk}/koppla-loss/"])
    assert brister == []


def test_administratorens_sidor(
    sida: Page, logga_in: Callable[[Anvandare], None], administrator: Anvandare, tjansteperson: Anvandare
) -> None:
    stangd = Anvandare.objects.create(epost="x@prov.example", password="!", namn="X", roll="styrgrupp", is_active=False)
    Anvandare.objects.filter(pk=tjansteperson.pk).update(skapad=timezone.now() - timedelta(days=30), last_login=None)
    logga_in(administrator)
    oppet = [f"/konton/{tjansteperson.pk}/{sidan}/" for sidan in ("stang", "registerutdrag", "glom")]
    assert _brister(sida, ["/konton/granska/", *oppet, f"/konton/{stangd.pk}/glom/"]) == []


def _logga_in_pa_sidan(sida: Page, person: Anvandare) -> None:
    sida.goto("/konto/logga-in/")
    sida.locator("input[name=login]").fill(person.epost)
    sida.locator("input[name=password]").fill(LOSENORD)
    sida.get_by_role("main").get_by_role("button", name="Logga in", exact=True).click()
    sida.wait_for_url(lambda adress: not adress.endswith("/konto/logga-in/"))


def test_sidor_som_kraver_att_nagot_har_hant(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    """A retired insats and its refusal, an aktivitet, and a plan that was decided."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna").get(exempel=True)
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    aktivitet = aktiviteter.order_by("prioritering__ordning", "ordning").first()
    indikator = Indikator.objects.get(namn="Studenter")
    avford = Insats.objects.get(malomrade__nummer=1, ordning=5)
    insatsandringar.avfor(av=planerare, insats=avford, version=avford.version, skal="Prov")
    medverkan = Insats.objects.get(malomrade__nummer=1, ordning=3).medverkan.first()
    foljningsandringar.folj(av=planerare, insats=medverkan.insats, stadskarna=plan.fardplan.stadskarna)
    lagesandringar.rapportera(
        av=planerare, insats=medverkan.insats, stadskarna=plan.fardplan.stadskarna, status="avbruten", kommentar="Prov"
    )
    egen = f"{PLAN}aktivitet/{aktivitet.pk}/"
    logga_in(planerare)

    fore = _brister(
        sida,
        [
            "/mitt-arbete/",
            "/flemingsberg/insatser/1.3/",
            "/flemingsberg/insatser/1.3/historik/",
            "/flemingsberg/insatser/1.5/",
            "/flemingsberg/insatser/1.5/redigera/",
            "/flemingsberg/insatser/1.5/aterta/",
            f"/flemingsberg/lagesbild/{indikator.pk}/redigera/",
            f"/flemingsberg/lagesbild/{indikator.pk}/varden/",
            f"/flemingsberg/lagesbild/{indikator.pk}/cell/senast/",
            f"/flemingsberg/lagesbild/valda/?i={indikator.pk}&gor=malomrade",
            f"/flemingsberg/insatser/1.3/deltagande/{medverkan.pk}/",
            egen,
            f"{egen}status/",
            f"{egen}finansiering/",
            f"{egen}deltagande/{aktivitet.aktorer.first().pk}/",
            f"{PLAN}inledning/",
            f"{PLAN}prioritera/3.1/vanta/",
        ],
    )
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    punkter = [Punktrad("Insatsen", insats_id=medverkan.insats_id, paragraf="3", beslut="Noteras."), Punktrad("Övrigt")]
    mote = motesandringar.skapa(av=planerare, organ=organ, datum=date(2026, 3, 19), punkter=punkter)
    motet = f"/flemingsberg/organ/moten/{mote.pk}/"
    beslutsandringar.besluta(
        av=planerare,
        plan=plan,
        version=plan.version,
        organ=organ,
        datum=date(2026, 3, 19),
        paragraf="4",
    )
    efter = _brister(
        sida,
        [
            PLAN,
            f"{PLAN}version/1/",
            "/flemingsberg/organ/",
            f"/flemingsberg/organ/{organ.pk}/",
            f"/flemingsberg/organ/{organ.pk}/ta-bort/",
            f"/flemingsberg/organ/{organ.pk}/moten/ny/",
            motet,
            f"{motet}redigera/",
            "/flemingsberg/insatser/1.3/",
            "/flemingsberg/oversikt/",
            "/flemingsberg/laget/",
            "/oversikt/",
        ],
    )

    assert fore + efter == []


def test_inlasningens_granskning_och_fel(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    karta = sida.request.get("/flemingsberg/insatskarta.csv").body()
    andrad = karta.replace("Hälsovägen".encode(), "Hälsogatan".encode())
    brister = []
    for innehall, rubrik in ((andrad, "Granska ändringarna"), (b"PK inget", "Läs in från Excel")):
        sida.goto("/flemingsberg/insatskarta/import/")
        fil = {"name": "karta.csv", "mimeType": "text/csv", "buffer": innehall}
        sida.locator("input[type=file]").set_input_files(fil)  # type: ignore[arg-type]
        sida.get_by_role("button", name="Granska ändringarna").click()
        expect(sida.get_by_role("heading", level=1)).to_have_text(rubrik)
        brister += _brister_i(sida, rubrik)

    assert brister == []


def test_arenden_och_overenskommelser(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    """One that can be taken away and one that cannot, an överenskommelse, a styrdokument and a list of many pages."""
    fardplan = Fardplan.objects.get_by_natural_key("fardplaner-2026", "flemingsberg")
    dokument = styrdokumentandringar.skapa(av=None, fardplan=fardplan, namn="Prov", ar=2018)
    aktor = Aktor.objects.get(slug="polisen")
    Arende.objects.bulk_create(Arende(aktor=aktor, rubrik=f"Nr {n}", slag="ovrigt") for n in range(51))
    adresser = ["/arenden/", "/flemingsberg/", f"/flemingsberg/styrdokument/{dokument.pk}/"]
    for nummer in ("KS-2026/74", "KS-2024/1082.100"):
        arende = f"/arenden/{Arende.objects.get(diarienummer=nummer).pk}/"
        adresser += [arende, f"{arende}redigera/", f"{arende}ta-bort/"]
    overenskommelse = f"/arenden/overenskommelser/{Overenskommelse.objects.get().pk}/"
    adresser += [overenskommelse, f"{overenskommelse}redigera/", f"{overenskommelse}ta-bort/"]
    logga_in(planerare)

    assert (
        _brister(
            sida,
            [*adresser, overenskommelse, f"{overenskommelse}redigera/", f"{overenskommelse}ta-bort/"],
        )
        == []
    )


def test_en_kalenderadress(sida: Page, logga_in: Callable[[Anvandare], None], tjansteperson: Anvandare) -> None:
    """The address to copy, and what stands behind "Byt adress" and "Ta bort adressen"."""
    logga_in(tjansteperson)
    sida.goto("/mitt-arbete/prenumerera/")
    sida.get_by_role("button", name="Skapa en adress").click()

    assert _brister(sida, ["/mitt-arbete/prenumerera/"]) == []
    for vad in ("Byt adress", "Ta bort adressen"):
        sida.get_by_text(vad, exact=True).click()
    assert Axe().run(sida).response["violations"] == []


def test_ett_formular_med_fel(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    logga_in(planerare)
    sida.goto("/flemingsberg/insatser/1.3/redigera/")
    sida.get_by_label("Titel").fill("")
    sida.get_by_role("button", name="Spara", exact=True).click()
    sida.locator(".errorlist").wait_for()

    assert Axe().run(sida).response["violations"] == []


def test_valda_insatser(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    """What to do with them, the form, and the preview: of some that change, one that does not and one that cannot."""
    alla = Insats.objects.filter(malomrade__nummer=1, malomrade__program__slug="fardplaner-2026").order_by("pk")
    avford = Insats.objects.get(malomrade__nummer=1, ordning=5)
    insatsandringar.avfor(av=planerare, insats=avford, version=avford.version, skal="Prov")
    valda = "&".join(f"i={i.pk}" for i in [*alla, Insats.objects.get(malomrade__nummer=2, ordning=3)])
    adress = f"/flemingsberg/insatskarta/valda/?{valda}"
    logga_in(planerare)

    assert _brister(sida, [adress, *(f"{adress}&gor={gor}" for gor in ("deltagande", "lage", "malomrade"))]) == []
    sida.get_by_label("Målområde", exact=True).select_option(index=2)
    sida.get_by_role("button", name="Visa vad som ändras").click()
    expect(sida.get_by_role("heading", name="Är redan så (1)")).to_be_visible()
    assert _brister_i(sida, "granskning") == []
