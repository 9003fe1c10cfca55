"""There and back in a real browser, with cookies and CSP as they are: the providers are at localhost, another site."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from aktorer import andringar
from aktorer.models import Aktor, Anvandare, Identitet, Kontobegaran
from aktorer.roller import Anvandarroll
from insatser.andringar import konton
from insatser.andringar.konton import Inbjuden
from insatser.fragor import lank
from tests.conftest import andra_konto
from tests.sso.conftest import EPOST, Leverantorer, eva, logga_in_hos
from tests.webb.test_tillganglighet import _brister as brister_pa
from tests.webb.test_tillganglighet import _brister_i as brister_i

# One worker has the providers.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("sso")]


@pytest.fixture(params=[True, False], ids=["med-javascript", "utan-javascript"])
def gaende(request: pytest.FixtureRequest, webblasare: Browser, live_server: LiveServer) -> Iterator[Page]:
    with webblasare.new_context(
        base_url=live_server.url, locale="sv-SE", java_script_enabled=request.param
    ) as sammanhang:
        yield sammanhang.new_page()


@pytest.mark.parametrize("vag", ["oidc", "saml"])
def test_in_genom_sin_organisation_till_sidan_man_ville_till(
    gaende: Page, live_server: LiveServer, leverantorer: Leverantorer, vag: str
) -> None:
    haninge = Aktor.objects.get(slug="haninge-kommun")
    personen = andringar.skapa_anvandare(
        av=None,
        epost=EPOST[vag],
        namn="Eva Ek",
        roll="tjansteperson",  # type: ignore[arg-type]
        losenord=None,
        aktor=haninge,
    )
    leverantorer.styr(Client(), eva(vag), varifran=live_server.url)

    gaende.goto("/oversikt/?visa=allt")
    logga_in_hos(gaende, vag)

    expect(gaende).to_have_url(f"{live_server.url}/oversikt/?visa=allt")
    expect(gaende.get_by_role("button", name="Logga ut")).to_be_attached()
    andringar.andra_anvandare(av=None, anvandare=personen, sedd=andringar.senaste_handelse(personen), is_active=False)
    gaende.reload()
    logga_in_hos(gaende, vag)
    expect(gaende.get_by_role("heading", level=1)).to_have_text("Kontot är stängt")


@pytest.mark.parametrize("vag", ["oidc", "saml"])
def test_utan_konto_ber_man_om_ett_och_far_det(
    sida: Page,
    live_server: LiveServer,
    leverantorer: Leverantorer,
    administrator: Anvandare,
    logga_in: Callable[[Anvandare], None],
    vag: str,
) -> None:
    leverantorer.styr(Client(), eva(vag), varifran=live_server.url)
    sida.goto("/konto/logga-in/")
    logga_in_hos(sida, vag)
    expect(sida.get_by_role("heading", level=1)).to_have_text("Din begäran väntar")
    evas = sida.context.cookies()

    logga_in(administrator)
    sida.goto("/konton/")
    sida.get_by_role("link", name="Eva Ek").click()
    sida.get_by_role("button", name="Godkänn").click()
    expect(sida.locator("#besked")).to_contain_text("Eva Ek har ett konto")
    sida.context.clear_cookies()
    sida.context.add_cookies(evas)  # type: ignore[arg-type]

    sida.goto("/konto/logga-in/")
    logga_in_hos(sida, vag)
    expect(sida.get_by_role("heading", level=1)).to_have_text("Mitt arbete")


def test_sidorna_om_organisationens_inloggning_ar_tillgangliga(
    sida: Page,
    live_server: LiveServer,
    leverantorer: Leverantorer,
    administrator: Anvandare,
    planerare: Anvandare,
    logga_in: Callable[[Anvandare], None],
) -> None:
    """Of who is invited, who asks, whose account has a password, who answers, and who is linked."""
    haninge = Aktor.objects.get(slug="haninge-kommun")
    vem = [Inbjuden("ny@haninge.example", "Ny")]
    [inbjuden] = konton.bjud_in(av=planerare, inbjudna=vem, roll=Anvandarroll.TJANSTEPERSON, aktor=haninge)
    nyckel = lank.skriv_kontonyckel(inbjuden, lank.Kontonyckel.INBJUDAN)
    andra_konto(planerare, epost=EPOST["oidc"])
    leverantorer.styr(Client(), eva("oidc") | eva("saml"), varifran=live_server.url)
    brister = brister_pa(sida, [f"/konto/valkommen/{nyckel}/", "/konto/sso/besked/svarar-inte/"])
    for vag, rubrik in (("saml", "Din begäran väntar"), ("oidc", "Koppla ditt konto")):
        brister += brister_pa(sida, ["/konto/logga-in/"])
        logga_in_hos(sida, vag)
        expect(sida.get_by_role("heading", level=1)).to_have_text(rubrik)
        brister += brister_i(sida, rubrik)

    Identitet.objects.create(anvandare=administrator, leverantor=leverantorer.oidc, subjekt="admin")
    logga_in(administrator)
    hennes, begaran = f"/konton/{administrator.pk}/", f"/konton/begaran/{Kontobegaran.objects.get().pk}/"
    brister += brister_pa(sida, ["/konton/", begaran, hennes, f"{hennes}koppla-loss/", "/konto/"])
    assert brister == []
