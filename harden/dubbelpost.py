"""The same form sent twice, after one another and at once: what it makes is made once, and the second is led to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from aktorer.sso import Intyg
from harden import atkomst, data, formular, scen
from harden.formular import Formular
from harden.linje import Linje, ogjort, tyst
from harden.scen import dag
from insatser.views.sso import KOPPLAS

# What must be typed for the form to be saved, by the name of the address it goes to. The rest is sent as it stands.
_NYTT = "ett-annat-losenord-for-harden"
IFYLLT: dict[str, dict[str, Any]] = {
    "admin:aktorer_anvandare_add": {"losenord": _NYTT, "epost": "ny@harden.example", "namn": "Ny", "roll": "styrgrupp"},
    "admin:aktorer_anvandare_change": {"epost": "ny@harden.example"},
    "admin:password_change": {"old_password": data.LOSENORD, "new_password1": _NYTT, "new_password2": _NYTT},
    "account_change_password": {"oldpassword": data.LOSENORD, "password1": _NYTT, "password2": _NYTT},
    "aktivitet_status": {"status": "pagar"},
    "avsluta": {"utfall-0-utfall": "struken", "utfall-0-skal": "För dyrt"},
    "beslut_ratta": {"paragraf": "2 a"},
    "besluta": {"paragraf": "12"},
    "bjud_in": {"personer": "Ny <ny.person@harden.example>", "roll": "styrgrupp"},
    "handlingsplan_ny": {"ar_fran": "2034", "ar_till": "2035"},
    "indikator_varden": {"varde-0-ar": "2024", "varde-0-varde": "5", "varde-0-kalla": "Prov"},
    "insats_flytta": {"ordning": "77"},
    "kontakt_ny": {"telefon": "08-12 34 56"},
    "klistra": {"celler": "Nummer\tTitel\n1.3\tEn annan titel"},
    "klistra_aktiviteter": {"celler": "Insats\tAktivitet\n1.3\tInklistrad aktivitet"},
    "klistra_aktorer": {"celler": "Namn\tBeskrivning\nPolisen\tInklistrad beskrivning"},
    "klistra_lagesbild": {"celler": "Indikator\tÅr\tVärde\tKälla\nTomma lokaler\t2011\t12\tProv"},
    "omgang_deadline": {"deadline": lambda: str(dag(9))},
    "plan_period": {"ar_fran": "2028", "ar_till": "2029"},
    "prioritera_plats": {"plats": "3"},
    "program_ny": {"namn": "Färdplaner 2040", "ar_fran": "2040"},
    "sso_koppla": {"losenord": data.LOSENORD},
    "styrdokument_ny": {"namn": "Ett dokument", "ar": "2020"},
    "ta_over_angra": {"fragad": "True", "alla_karnor": "on"},
}
FILER = {
    "inlasning": "/flemingsberg/insatskarta.csv",
    "lagesbild_inlasning": "/flemingsberg/lagesbild.xlsx",
    "arbetsbok_inlasning": "/flemingsberg/arbetsbok.xlsx",
    "program_inlasning": "/oversikt/arbetsbok.xlsx",
    "aktiviteter_inlasning": "/flemingsberg/handlingsplan/2026-2027.xlsx",
    "insats_filer": "/flemingsberg/laget.pdf",
    "aktivitet_filer": "/flemingsberg/laget.pdf",
    "handlingsplan_filer": "/flemingsberg/laget.pdf",
    "mote_filer": "/flemingsberg/laget.pdf",
    "planversion_filer": "/flemingsberg/laget.pdf",
    "besluta": "/flemingsberg/laget.pdf",
}
# Forms that are not tried, and why.
UTOM = {
    "admin:password_change": "gives the session another key; the old password holds no longer",
    "account_logout": "ends the session alone",
    "admin:logout": "ends the session alone",
    "admin:aktorer_anvandare_changelist": "has no action to choose",
    "insatskarta_valda": "writes what has been previewed alone; once, says tests/insatser/test_valda.py",
    "aktiviteter_valda": "the same, says tests/insatser/test_aktiviteter.py",
    "aktorer_valda": "the same, says tests/aktorer/test_register.py",
    "indikatorer_valda": "the same, says tests/insatser/test_indikatorer.py",
    "utskick_skicka": "hands over what waits; a mail is claimed once (see lopp and dod)",
    "omgang_paminn": "reminds nobody so soon after the mail of the round",
    "bjud_in_igen": "queues no second mail while one waits",
    "glomt": "tells nobody whether anything was written, and does it in the background",
    "valkommen": "holds once: the key is of the password before",
    "nytt_losenord": "holds once: the key is of the password before",
    "konto_adress_bekrafta": "holds once: the key is of the address before",
    "account_reauthenticate": "proves who one is, and writes nothing",
    "mfa_reauthenticate": "proves who one is, and writes nothing",
    "mfa_reauthenticate_webauthn": "proves who one is, and writes nothing",
    "usersessions_list": "ends the other sessions alone",
    "ny_lank": "tells nobody whether anything was written, and does it in the background",
}
LANGST = 30


def kor(var_n: int = 1) -> Iterator[Linje]:
    """A line for sent again, and one for sent at once, over every form that an administratör meets."""
    with tyst():
        s = scen.bygg()
        klient = Client(raise_request_exception=False)
        klient.force_login(s.personer["d"])  # type: ignore[arg-type]
        _kom_fran_sin_organisation(klient, s)
        forms = [f for f in formular.alla(s, klient, var_n) if f.namn not in UTOM]
        efter = Linje("dubbelpost: samma igen efteråt", minst=len(forms))
        samtidigt = Linje("dubbelpost: två på en gång", minst=len(forms))
        mall = connection.settings_dict["NAME"]
        kakor = SimpleCookie(klient.cookies)
        for form in forms:
            klient.cookies = SimpleCookie(kakor)  # also after a new password
            with efter.tid(), ogjort():
                en_gang, fel = _efterat(klient, form)
            efter.prova(fel)
            if fel:
                continue
            with samtidigt.tid(), data.kopia(mall, f"{mall}_x"):
                klient.cookies = SimpleCookie(kakor)
                samtidigt.prova(_pa_en_gang(klient, form, en_gang))
    yield efter
    yield samtidigt


def _kom_fran_sin_organisation(klient: Client, s: scen.Scen) -> None:
    """To the account of somebody with a password, which is asked for: nobody else meets that page."""
    intyg = Intyg("https://inloggning.example", "dubbelpost", epost=s.planerare.epost, intygad=True)
    session = klient.session
    # The walk may take longer than a person may.
    session[KOPPLAS] = [intyg.som_data(), "", time.time() + 24 * 60 * 60]
    session.save()


def _skicka(klient: Client, form: Formular) -> Any:
    sant = form.ifylld("till", str(dag(-3))) | IFYLLT.get(form.namn, {})
    if fil := FILER.get(form.namn):
        # Fetched once: a workbook says when it was written.
        form.fil = form.fil or klient.get(fil).getvalue()
        sant["fil"] = SimpleUploadedFile(fil.rpartition("/")[2], form.fil)
    if form.namn == "ta_over":  # the first insats of the färdplan before ends
        sant |= {next(n for n in form.slag if n.endswith("-val")): "avsluta"}
        sant |= {next(n for n in form.slag if n.endswith("-skal")): "Klar", "alla_karnor": "on"}
    sant = {n: v() if callable(v) else v for n, v in sant.items()}
    return klient.post(form.mal, sant, HTTP_REFERER=f"http://testserver{form.sida}")


def _efterat(klient: Client, form: Formular) -> tuple[dict[str, int], str]:
    """(how many rows there are in each table when it has been sent once, what is wrong)."""
    cache.clear()  # limits on how often
    fore = atkomst.skrivna_rader()
    forst = _skicka(klient, form)
    mellan, en_gang = atkomst.skrivna_rader(), _rader()
    igen = _skicka(klient, form)
    var = f"POST {form.mal} ({form.namn}) från {form.sida}"
    if max(forst.status_code, igen.status_code) >= 500:
        return en_gang, f"{var}: svarade {forst.status_code} och {igen.status_code}"
    if mellan == fore:
        return en_gang, f"{var}: skrev inget ({forst.status_code}), och provar därför inget"
    if atkomst.skrivna_rader() != mellan:
        return en_gang, f"{var}: skrev igen andra gången, i {_skillnad(en_gang, _rader())}"
    dit, sedan = (svar.headers.get("Location") or form.sida for svar in (forst, igen))
    if dit != sedan:
        return en_gang, f"{var}: ledde först till {dit}, sedan till {sedan}"
    return en_gang, ""


def _pa_en_gang(klient: Client, form: Formular, en_gang: dict[str, int]) -> str:
    grind = threading.Barrier(2)

    def skicka(_: int) -> Any:
        annan = Client(raise_request_exception=False)
        annan.cookies = SimpleCookie(klient.cookies)
        grind.wait(LANGST)
        try:
            return _skicka(annan, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as tradar:
        svar = list(tradar.map(skicka, range(2)))
    var = f"POST {form.mal} ({form.namn}) två gånger på en gång"
    if max(svar) >= 500:
        return f"{var}: svarade {svar}"
    nu = _rader()
    return "" if nu == en_gang else f"{var}: skrev annat än en gång, i {_skillnad(en_gang, nu)}"


def _rader() -> dict[str, int]:
    """How many rows each table of ours has, the history's too: there each change is one.

    But for the queue of mails: when a mail goes, or that nothing was left to say in it, is not for the form to say.
    What was put in it is counted.
    And but for the marks of transactions, which have no words of anybody's: what they mark is counted where it stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(aktorer|insatser)_'"
            " AND relname NOT IN ('aktorer_inskick', 'aktorer_innehallsmarke')"
            " AND relname NOT IN ('insatser_utskick', 'insatser_utskickevent')"
        )
        rader = [f"SELECT '{namn}', count(*) FROM {namn}" for (namn,) in cursor.fetchall()]
        rader.append("SELECT 'insatser_utskick', count(*) FROM insatser_utskickevent WHERE pgh_label = 'insert'")
        cursor.execute(" UNION ALL ".join(rader))
        return dict(cursor.fetchall())


def _skillnad(ena: dict[str, int], annan: dict[str, int]) -> str:
    return ", ".join(f"{t} ({annan[t] - ena[t]:+})" for t in sorted(ena) if ena[t] != annan[t])
