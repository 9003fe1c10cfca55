"""The steps of the walks about accounts, in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Page, expect

LOSEN = "fyra ord i en rad"  # what those who are invited choose


def rubriken_ar(sida: Page, text: str) -> None:
    expect(sida.get_by_role("heading", level=1)).to_have_text(text)


def logga_in(sida: Page, epost: str, losenord: str) -> None:
    sida.goto("/konto/logga-in/")
    sida.locator("input[name=login]").fill(epost)
    sida.locator("input[name=password]").fill(losenord)
    sida.get_by_role("main").get_by_role("button", name="Logga in", exact=True).click()


def bjud_in(sida: Page, epost: str, *, roll: str = "", aktor: str = "", bara_i: str = "") -> None:
    sida.get_by_role("link", name="Konton").click()
    sida.get_by_role("link", name="Bjud in").click()
    sida.get_by_label("Vilka?").fill(epost)
    if roll:
        sida.get_by_label("Roll").select_option(roll)
    sida.get_by_label("Aktör").select_option(aktor)
    if bara_i:
        sida.get_by_label(bara_i).check()
    sida.get_by_role("button", name="Skicka inbjudan").click()
    expect(sida.locator("#besked")).to_contain_text("är inbjuden. Ett mejl skickas nu.")


def valj_losenord(sida: Page, adress: str, namn: str) -> None:
    """By the address in an invitation."""
    sida.goto(adress)
    sida.get_by_label("Ditt namn").fill(namn)
    sida.get_by_label("Välj ett lösenord").fill(LOSEN)
    sida.get_by_label("Lösenordet en gång till").fill(LOSEN)
    sida.get_by_role("button", name="Spara och logga in").click()
    expect(sida.locator("#besked")).to_contain_text(f"Välkommen, {namn}!")


def stang(sida: Page, namn: str) -> None:
    """As an administratör does from the list of accounts."""
    sida.goto(f"/konton/?q={namn}")
    sida.get_by_role("link", name=namn, exact=True).click()
    sida.get_by_label("Kontot är öppet").uncheck()
    sida.get_by_role("button", name="Spara", exact=True).click()
    expect(sida.locator("#besked")).to_contain_text(f"Kontot för {namn} är avstängt.")


class Nyckelenhet:
    """Chromium's virtual authenticator: it holds a page's passkeys, and always knows its owner."""

    def __init__(self, sida: Page) -> None:
        self._styr: CDPSession = sida.context.new_cdp_session(sida)
        self._styr.send("WebAuthn.enable")
        egenskaper: dict[str, Any] = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        egenskaper |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        self._id = self._styr.send("WebAuthn.addVirtualAuthenticator", {"options": egenskaper})["authenticatorId"]

    def hamta_fran(self, annan: Nyckelenhet) -> None:
        """As two devices of one person have the same passkeys."""
        nycklar = annan._styr.send("WebAuthn.getCredentials", {"authenticatorId": annan._id})["credentials"]
        for nyckel in nycklar:
            self._styr.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": nyckel})
