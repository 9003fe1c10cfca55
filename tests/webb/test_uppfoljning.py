"""A whole round on a phone, from the planerare's question by the mails of a real server to the frozen report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from aktorer.models import Anvandare
from insatser.andringar import kontakt, uppfoljning
from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.models import Fardplan, Lagesrapport, Omgang, Utskick
from tests.conftest import LOSENORD, Brevlada

pytestmark = pytest.mark.django_db(transaction=True)

TELEFON = {"width": 375, "height": 812}
HUDDINGE, BOTKYRKA = "tjansteperson@fardplan.example", "botkyrka@fardplan.example"


@pytest.fixture(params=[True, False], ids=["med-javascript", "utan-javascript"])
def telefon(
    request: pytest.FixtureRequest, webblasare: Browser, live_server: LiveServer
) -> Iterator[Callable[[], Page]]:
    """A phone of one's own for each person: nothing of one's session is in another's."""
    cache.clear()  # the limits count in it
    oppna: list[BrowserContext] = []

    def ny() -> Page:
        oppna.append(
            webblasare.new_context(
                base_url=live_server.url,
                locale="sv-SE",
                viewport=TELEFON,  # type: ignore[arg-type]
                has_touch=True,
                java_script_enabled=request.param,
            )
        )
        return oppna[-1].new_page()

    yield ny
    for sammanhang in oppna:
        sammanhang.close()


def _kort(sida: Page, nummer: str) -> Locator:
    return sida.locator(".svarskort").filter(has=sida.get_by_role("heading", name=re.compile(rf"^{nummer} ")))


def test_en_hel_omgang(telefon: Callable[[], Page], postgang: Brevlada) -> None:
    planerare, huddinge, botkyrka = telefon(), telefon(), telefon()

    _open_a_round(planerare)
    assert postgang.till == [BOTKYRKA, HUDDINGE]
    huddinge.goto(postgang.lank(HUDDINGE, "Svara här"))
    _answer_two_of_three(huddinge)
    botkyrka.goto(postgang.lank(BOTKYRKA, "1.4"))
    _answer_the_third_and_regret_it(botkyrka)
    _see_who_has_answered_and_remind(planerare)
    assert str(postgang.brev[-1]["Subject"]).startswith("Påminnelse: svara senast")
    _ask_for_the_link_again(botkyrka, postgang)
    _close_the_round(planerare)

    botkyrka.reload()
    expect(botkyrka.get_by_role("heading", level=1)).to_have_text("Omgången är stängd")
    expect(botkyrka.locator("#framsteg")).to_contain_text("Du svarade på 0 av 3")
    huddinge.reload()
    expect(_kort(huddinge, "2.3")).to_contain_text("Beslutet dröjer till våren.")
    assert Lagesrapport.objects.gallande().latest("pk").kommentar == "Beslutet dröjer till våren."


def _open_a_round(planerare: Page) -> None:
    planerare.goto("/konto/logga-in/?next=/flemingsberg/uppfoljning/")
    planerare.locator("input[name=login]").fill("planerare@fardplan.example")
    planerare.locator("input[name=password]").fill(LOSENORD)
    planerare.get_by_role("main").get_by_role("button", name="Logga in").tap()
    planerare.get_by_role("link", name="Ny omgång", exact=True).tap()
    planerare.get_by_label("Namn").fill("Läget inför styrgruppen")
    planerare.get_by_label("Fråga till de tillfrågade").fill("Vad behöver ni av styrgruppen?")
    for ruta in planerare.locator("input[name=punkter]").all():
        ruta.uncheck()
    for nummer in ("1.3", "1.4", "2.3"):
        planerare.get_by_role("checkbox", name=re.compile(rf"^\s*{nummer} ")).check()
    planerare.get_by_role("button", name="Öppna omgången och skicka mejlen").tap()
    expect(planerare.locator("#besked")).to_contain_text("Omgången är öppen. 2 mejl skickas nu.")
    _wait_for_the_mails(planerare)


def _wait_for_the_mails(planerare: Page) -> None:
    """They leave in the background. Without JavaScript one looks again."""
    for _ in range(40):
        if "skickas just nu" not in planerare.locator("#mejlko").inner_text():
            return
        planerare.wait_for_timeout(500)
        planerare.reload()
    raise AssertionError("The mails have not gone.")


def _answer_two_of_three(huddinge: Page) -> None:
    """Unchanged in one tap; a new läge that lacks its comment at first; undone, and said again."""
    expect(huddinge.get_by_text("Vad behöver ni av styrgruppen?")).to_be_visible()
    _kort(huddinge, "1.3").get_by_role("button", name="Oförändrat").tap()
    expect(_kort(huddinge, "1.3")).to_contain_text("Oförändrat, sparat")
    expect(huddinge.locator("#framsteg")).to_contain_text("1 av 3 besvarade")
    _say_paused(_kort(huddinge, "2.3"))
    _kort(huddinge, "2.3").get_by_role("button", name="Ångra").tap()
    expect(_kort(huddinge, "2.3").get_by_role("button", name="Oförändrat")).to_be_visible()
    expect(huddinge.locator("#framsteg")).to_contain_text("1 av 3 besvarade")
    _say_paused(_kort(huddinge, "2.3"))
    expect(huddinge.locator("#framsteg")).to_contain_text("2 av 3 besvarade")


def _say_paused(kort: Locator) -> None:
    if not kort.get_by_label("Pausad").is_visible():
        kort.locator("summary").tap()
    kort.get_by_label("Pausad").check()
    kort.get_by_label("Risk för avvikelse").check()
    kort.get_by_role("button", name="Spara").tap()
    expect(kort.get_by_text("Skriv en kommentar: den krävs vid ”risk för avvikelse”.")).to_be_visible()
    expect(kort.get_by_label("Pausad")).to_be_checked()
    kort.get_by_label("Vad har hänt").fill("Beslutet dröjer till våren.")
    kort.get_by_role("button", name="Spara").tap()
    expect(kort.get_by_role("button", name="Ångra")).to_be_visible()


def _answer_the_third_and_regret_it(botkyrka: Page) -> None:
    """From the mail straight to one point: three interactions in all, the link counted."""
    expect(_kort(botkyrka, "1.3")).to_contain_text("Huddinge kommun har svarat")
    _kort(botkyrka, "1.4").get_by_label("Genomförd").check()
    _kort(botkyrka, "1.4").get_by_role("button", name="Spara").tap()
    expect(botkyrka.locator("#framsteg")).to_contain_text("1 av 3 besvarade")
    _kort(botkyrka, "1.4").get_by_role("button", name="Ångra").tap()
    expect(_kort(botkyrka, "1.4").get_by_role("button", name="Ångra")).to_have_count(0)


def _see_who_has_answered_and_remind(planerare: Page) -> None:
    """Who got a mail today is left in peace; six days later they are not."""
    planerare.reload()
    expect(planerare.get_by_text("0 av 3 besvarade").first).to_be_visible()
    expect(planerare.get_by_role("row").filter(has_text="2.3")).to_contain_text("Huddinge kommun: Nytt läge")
    planerare.get_by_role("button", name="Påminn dem som inte svarat").tap()
    expect(planerare.locator("#besked")).to_contain_text("Ingen påminnelse gick iväg")
    Utskick.objects.update(dag=timezone.localdate() - timedelta(days=6))
    planerare.get_by_role("button", name="Påminn dem som inte svarat").tap()
    expect(planerare.locator("#besked")).to_contain_text("2 får en påminnelse. 2 mejl skickas nu.")
    _wait_for_the_mails(planerare)


def _ask_for_the_link_again(botkyrka: Page, postgang: Brevlada) -> None:
    botkyrka.goto("/svara/avklippt/")
    botkyrka.get_by_label("Din e-postadress").fill(BOTKYRKA)
    botkyrka.get_by_role("button", name="Skicka en ny länk").tap()
    expect(botkyrka.get_by_role("heading", level=1)).to_have_text("Titta i din mejl")
    borjan = time.monotonic()
    while str(postgang.brev[-1]["Subject"]) != "Din länk till uppföljningen" and time.monotonic() - borjan < 20:
        time.sleep(0.05)
    botkyrka.goto(postgang.lank(BOTKYRKA, "Läget inför styrgruppen"))
    expect(botkyrka.get_by_role("heading", level=1)).to_have_text("Hur går det i Flemingsberg?")


def _close_the_round(planerare: Page) -> None:
    planerare.locator("summary", has_text="Stäng omgången").tap()
    planerare.get_by_role("button", name="Stäng och frys rapporten").tap()
    expect(planerare.locator("#besked")).to_contain_text("Omgången är stängd. Rapporten är fryst.")
    rader = planerare.get_by_role("table").locator("tbody tr")
    expect(rader.filter(has_text="1.3 Samverka")).to_contain_text("Oförändrat")
    expect(rader.filter(has_text="2.3 Verka")).to_contain_text("Beslutet dröjer till våren.")
    expect(rader.filter(has_text="1.4 Arbeta")).to_contain_text("Inget svar")


def _omgang(antal: int) -> Omgang:
    """A round about the first insatser of Flemingsberg."""
    plan = Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key(
        "fardplaner-2026", "flemingsberg"
    )
    om_en_vecka = timezone.localdate() + timedelta(days=7)
    valda = fragor.amnen([plan])[:antal]
    return uppfoljning.oppna(av=None, fardplan=plan, namn="Läget", deadline=om_en_vecka, fragor=valda)


def _huddinges(omgang: Omgang) -> str:
    return f"/svara/{lank.skriv(omgang.mottagare.get(anvandare__epost=HUDDINGE))}/"


@pytest.mark.parametrize(("bredd", "farger"), [(1440, "dark"), (320, "light")])
def test_omgangens_sidor_ar_tillgangliga(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare, bredd: int, farger: str
) -> None:
    """Every state of the answer page, a new round, the round, its last day, mails that failed, and the report."""
    omgang = _omgang(4)
    utskick = list(Utskick.objects.order_by("pk"))
    Utskick.objects.filter(pk=utskick[0].pk).update(paborjat=timezone.now(), fel="550 Finns inte")
    Utskick.objects.filter(pk=utskick[1].pk).update(fel="Ingen svarar")
    sida.set_viewport_size({"width": bredd, "height": 900})
    sida.emulate_media(color_scheme=farger)  # type: ignore[arg-type]
    brister: list[object] = []

    def prova() -> None:
        fynd = Axe().run(sida).response["violations"]
        brister.extend((sida.url, v["id"], [n["html"] for n in v["nodes"]]) for v in fynd)
        if for_brett := sida.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
            brister.append((sida.url, for_brett))

    sida.goto(_huddinges(omgang))
    _kort(sida, "1.1").get_by_role("button", name="Oförändrat").click()
    expect(_kort(sida, "1.1").get_by_role("button", name="Ångra")).to_be_visible()
    _kort(sida, "1.2").locator("summary").click()
    _kort(sida, "1.2").get_by_label("Avbruten").check()
    _kort(sida, "1.2").get_by_role("button", name="Spara").click()
    expect(_kort(sida, "1.2").locator(".errorlist").first).to_be_visible()
    prova()
    logga_in(planerare)
    omgangen = f"/flemingsberg/uppfoljning/{omgang.pk}/"
    for adress in (omgangen, f"{omgangen}deadline/", "/flemingsberg/uppfoljning/mejl/", "/flemingsberg/uppfoljning/"):
        sida.goto(adress)
        prova()
    sida.goto("/flemingsberg/uppfoljning/ny/?alla=1")
    sida.locator("summary").last.click()
    sida.get_by_role("button", name="Öppna omgången").click()
    expect(sida.get_by_role("link", name="Namn: Detta fält måste fyllas i.")).to_be_visible()
    prova()
    sida.get_by_role("link", name="Namn: Detta fält måste fyllas i.").click()
    expect(sida.get_by_label("Namn")).to_be_focused()
    uppfoljning.stang(av=planerare, omgang=omgang)
    for adress in (omgangen, _huddinges(omgang)):
        sida.goto(adress)
        prova()

    assert brister == []


def test_svarssidan_med_tangentbordet(sida: Page) -> None:
    """The focus stays at the card: what was saved is read out, and undo is the next stop."""
    omgang = _omgang(4)
    sida.goto(_huddinges(omgang))

    _kort(sida, "1.2").get_by_role("button", name="Oförändrat").focus()
    sida.keyboard.press("Enter")
    expect(_kort(sida, "1.2").locator(".klart")).to_be_focused()
    sida.keyboard.press("Tab")
    expect(_kort(sida, "1.2").get_by_role("button", name="Ångra")).to_be_focused()
    sida.keyboard.press("Enter")
    expect(_kort(sida, "1.2").locator("summary")).to_be_focused()
    sida.keyboard.press("Enter")
    sida.keyboard.press("Tab")
    sida.keyboard.press("ArrowDown")

    expect(_kort(sida, "1.2").get_by_label("Pausad")).to_be_checked()


def test_omgangen_stangs_medan_nagon_skriver(sida: Page) -> None:
    """What was written is not lost, and what stands in the other cards stays."""
    omgang = _omgang(3)
    sida.goto(_huddinges(omgang))
    for nummer in ("1.1", "1.2"):
        _kort(sida, nummer).get_by_label("Avbruten").check()
        _kort(sida, nummer).get_by_label("Vad har hänt").fill(f"Skrivet om {nummer}")
    uppfoljning.stang(av=None, omgang=omgang)

    _kort(sida, "1.1").get_by_role("button", name="Spara").click()

    expect(_kort(sida, "1.1").get_by_role("alert")).to_contain_text("Du skrev: Skrivet om 1.1")
    expect(_kort(sida, "1.1").get_by_role("alert")).to_be_focused()
    expect(sida.locator("#framsteg")).to_contain_text("Stängd")
    expect(_kort(sida, "1.2").get_by_label("Vad har hänt")).to_have_value("Skrivet om 1.2")


def test_det_skrivna_i_ett_kort_star_kvar_nar_ett_annat_besvaras(sida: Page) -> None:
    omgang = _omgang(3)
    sida.goto(_huddinges(omgang))

    _kort(sida, "1.1").get_by_label("Vad har hänt").fill("Halvskrivet")
    _kort(sida, "1.2").get_by_role("button", name="Oförändrat").click()
    expect(_kort(sida, "1.2").get_by_role("button", name="Ångra")).to_be_visible()

    expect(_kort(sida, "1.1").get_by_label("Vad har hänt")).to_have_value("Halvskrivet")


def test_orden_i_en_overlamning_kommer_inte_tillbaka_i_nasta(sida: Page) -> None:
    """They were saved: a form that says that they are not would be sent once more."""
    omgang = _omgang(2)
    huddinge = Anvandare.objects.get(epost=HUDDINGE)
    kontakt.skapa(av=None, aktor=huddinge.aktor, namn="Kim Kontakt", epost="kim@prov.example")
    sida.goto(_huddinges(omgang))

    _kort(sida, "1.1").get_by_role("link", name="Fel person").click()
    sida.get_by_role("radio", name="Kim Kontakt").check()
    sida.get_by_label("Varför").fill("Kim kan det.")
    sida.get_by_role("button", name="Lämna över").click()
    expect(sida.get_by_text("Till Kim Kontakt: Kim kan det.")).to_be_visible()
    _kort(sida, "1.2").get_by_role("link", name="Fel person").click()

    expect(sida.get_by_label("Varför")).to_have_value("")
