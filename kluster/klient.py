"""A browser, as far as the tries need one: cookies, forms, one connection that is kept. TLS is not verified."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from harden.formular import Formular, pa_sidan
from kluster.maskiner import VARD

VANTAR = 30  # seconds for an answer


class Brutet(Exception):
    """No answer: nobody knows whether what was sent has been done."""


@dataclass(frozen=True)
class Svar:
    """`vart`: where it leads on to, "" when nowhere."""

    status: int
    text: str
    vart: str = ""


class Webblasare:
    """One person's. Asks HAProxy, by TLS, under the name of the installation."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._kakor: dict[str, str] = {}
        self._tls = ssl.create_default_context()
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE
        self._linje: http.client.HTTPSConnection | None = None

    def hamta(self, vag: str) -> Svar:
        return self._fraga("GET", vag)

    def formular(self, vag: str, mal: str = "") -> tuple[Svar, Formular | None]:
        """The page, and the form of it that is sent to an address which ends so; None when there is no such."""
        svar = self.hamta(vag)
        alla = pa_sidan(vag, svar.text) if svar.status == 200 else []
        return svar, next((f for f in alla if f.mal.endswith(mal or vag)), None)

    def skicka(self, form: Formular, **annat: object) -> Svar:
        """Send the form, with these fields changed."""
        huvuden = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{VARD}{form.sida}"}
        return self._fraga("POST", form.mal, urlencode(form.data(**annat), doseq=True), huvuden)

    def _fraga(self, hur: str, vag: str, kropp: str | None = None, huvuden: dict[str, str] | None = None) -> Svar:
        kakor = {"Cookie": "; ".join(f"{n}={v}" for n, v in self._kakor.items())} if self._kakor else {}
        try:
            if self._linje is None:
                self._linje = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=VANTAR, context=self._tls)
            self._linje.request(hur, vag, kropp, {"Host": VARD} | kakor | (huvuden or {}))
            svar = self._linje.getresponse()
            text = svar.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as fel:
            if self._linje:
                self._linje.close()
            self._linje = None
            raise Brutet(str(fel) or type(fel).__name__) from fel
        for rad in svar.headers.get_all("Set-Cookie", []):
            for namn, kaka in SimpleCookie(rad).items():
                if kaka.value:
                    self._kakor[namn] = kaka.value
                else:
                    self._kakor.pop(namn, None)
        return Svar(svar.status, text, svar.headers.get("Location", ""))
