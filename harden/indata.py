"""Hostile input, made by generators: workbooks, forms, addresses, headers, cookies and links. Never a 500, each answer
within bounds, and what was smuggled in comes out as the words it is, in every page and file.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import openpyxl
from django.apps import apps
from django.conf import settings
from django.core import mail, signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from aktorer.grund.tecken import rena
from harden import filer, formular, lackage, scen
from harden.formular import Formular
from harden.linje import Linje, ogjort, tyst
from harden.scen import Scen
from insatser.utbyte.mejl import sandning

LANGST = 10  # seconds for an answer
HEMMA = "flemingsberg"
# Nobody is to be locked out, and nothing is to be written outside.
UTOM = {"account_logout", "account_login", "account_change_password"}

TEXTER = {
    "för lång": "å" * 200_000,
    "mellanslag": " " * 130_000 + "x",
    "bara mellanslag": " \t\u00a0\u2003 ",
    "NUL": "a\x00b",
    "kontrolltecken": "".join(map(chr, range(32))) + "\x7f\x85",
    "halva tecken": "a\ud800b",
    "inga tecken": "a\ufffe\uffff\ufdd0b",
    "märke först": "\ufeffabc",
    "riktning": "\u202egro.live\u202c\u2066x",
    "lösa accenter": "a" + "\u0301" * 5000,
    "emoji": "👩‍🔬🏳️‍🌈" * 50,
    "HTML": "<x-harden a=\"1\">'\"&lt;script>alert(1)</script>",
    "mall": "harden{{7*7}}{% load x %}{# #}",
    "SQL": "x'; DROP TABLE insatser_insats; --",
    "SQL, jokertecken": "%_\\%%' OR 1=1",
    "Typst": "#read(\"/etc/passwd\") harden#(7*7) $x$ ]#[ \\",
    "mejlhuvud": "Hej\r\nX-Harden: 1\r\n\r\nBrödtext",
    "kalender": "Hej\r\nEND:VEVENT\r\nX-HARDEN:1\r\nBEGIN:VEVENT",
    "formel": "=cmd|' /C calc'!A0",
    "formel, plus": "+1+1",
    "formel, at": "@SUM(1)",
    "sökväg": "../../../../etc/passwd",
    "JSON": '{"$gt": ""}',
    "format": "%s%n%d{0}{}",
    "bråk": "1/0",
}  # fmt: skip
ANNAT = {
    "tomt": "",
    "text": "abc",
    "minus": "-1",
    "noll": "0",
    "bråk": "1.5",
    "för stort": "9" * 30,
    "enormt": "1" * 5000,
    "andra siffror": "٣๓",
    "oändligt": "1e999",
    "inget tal": "NaN",
    "NUL": "\x00",
    "år 0026": "0026-11-28",
    "år 9999": "9999-12-31",
    "31 februari": "2026-02-31",
    "år 10000": "10000-01-01",
    "klockslag": "25:61",
    "lista": "[]",
    "annans nyckel": "1",
}
# Words of the query that pages ask for.
FRAGOR = ("q", "vy", "malomrade", "typ", "status", "bedomning", "aktor", "sida", "punkt", "alla", "sedan", "avforda",
          "med", "fran", "next", "e", "o", "p", "roll__exact", "grupp", "generation", "visa", "ar")  # fmt: skip


def kor(del_av: int = 1) -> Iterator[Linje]:
    """A line for each way in, and one for all ways out. `del_av`: only every so manieth input."""
    with tyst(), ogjort():
        s = scen.bygg()
        klient = _klient(s, "d")
        former = [f for f in formular.alla(s, klient, del_av) if f.namn not in UTOM]
        yield _filer(s, klient, del_av)
        yield _texter(klient, former, del_av)
        yield _annat(klient, former, del_av)
        for vag in (_adresser, _huvuden, _lankar, _ut):
            yield vag(s, klient, del_av)


def _klient(s: Scen, bokstav: str) -> Client:
    klient = Client(raise_request_exception=False)
    if person := s.personer[bokstav]:
        klient.force_login(person)
    return klient


class _Matt:
    """Tries one input after the other, undoes what it wrote, and remembers which took longest."""

    def __init__(self, namn: str, minst: int) -> None:
        self.linje = Linje(f"indata: {namn}", minst=minst)
        self.langst = (0.0, "")

    def prova(self, vad: str, gor: Callable[[], Any]) -> None:
        cache.clear()  # limits on how often
        with ogjort(), self.linje.tid():
            borjan = time.perf_counter()
            try:
                svar = gor()
                fel = f"svarade {svar.status_code}" if svar.status_code >= 500 else ""
            except Exception as orsak:  # noqa: BLE001 -- told as a fault
                fel = f"{type(orsak).__name__}: {orsak}"[:200]
            tog = time.perf_counter() - borjan
        self.langst = max(self.langst, (tog, vad))
        if not fel and tog > LANGST:
            fel = f"tog {tog:.1f} s"
        self.linje.prova(f"{vad}: {fel}" if fel else "")

    def klar(self) -> Linje:
        tog, vad = self.langst
        self.linje.not_ = f"längst {tog:.2f} s ({vad[:60]})"
        return self.linje


def _filer(s: Scen, klient: Client, del_av: int) -> Linje:
    """To each of the imports; what gets through is looked at and confirmed too."""
    matt = _Matt("arbetsböcker och CSV", 250 // del_av)
    kartan, bilden = s.adresser["insatskarta_xlsx"], s.adresser["lagesbild_xlsx"]
    planen = f"/{HEMMA}/handlingsplan/{s.plan.period}.xlsx"
    kallor = {"inlasning": kartan, "lagesbild_inlasning": bilden, "aktiviteter_inlasning": planen}
    kallor["arbetsbok_inlasning"] = s.adresser["arbetsbok_xlsx"]
    kallor["program_inlasning"] = s.adresser["arbetsbok_alla_xlsx"]
    kartans_csv = klient.get(s.adresser["insatskarta_csv"]).getvalue()
    for namn, kalla in kallor.items():
        bok = klient.get(kalla).getvalue()
        for vad, filnamn, innehall in itertools.islice(filer.alla(bok, kartans_csv), 0, None, del_av):
            matt.prova(
                f"{vad} till {s.adresser[namn]}", lambda n=namn, f=filnamn, i=innehall: _las_in(s, klient, n, f, i)
            )
    return matt.klar()


def _las_in(s: Scen, klient: Client, namn: str, filnamn: str, innehall: bytes) -> Any:
    svar = klient.post(s.adresser[namn], {"fil": SimpleUploadedFile(filnamn, innehall)})
    if svar.status_code != 302:
        return svar
    sida = klient.get(svar.headers["Location"])
    if sida.status_code != 200:
        return sida
    former = [
        f for f in formular.pa_sidan(svar.headers["Location"], sida.content.decode()) if "fingeravtryck" in f.slag
    ]
    return klient.post(former[0].mal, former[0].data()) if former else sida


def _texter(klient: Client, former: list[Formular], del_av: int) -> Linje:
    """Every text in every form the same; the rest is sent as it stands."""
    matt = _Matt("text i alla formulär", 250 // del_av)
    fall = [(f, vad) for f in former for vad in TEXTER if set(f.slag.values()) & formular.SKRIVS]
    for form, vad in fall[::del_av]:
        ifyllt = {n: TEXTER[vad] for n, slag in form.slag.items() if slag in formular.SKRIVS}
        matt.prova(
            f"{vad} till {form.mal} från {form.sida}", lambda f=form, i=ifyllt: klient.post(f.mal, f.data(**_sant(i)))
        )
    return matt.klar()


def _sant(falt: dict[str, str]) -> dict[str, str]:
    """Half characters cannot be sent as UTF-8 by the test client: as the bytes a program might send."""
    return {n: v.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for n, v in falt.items()}


def _annat(klient: Client, former: list[Formular], del_av: int) -> Linje:
    """Dates, numbers, choices, versions and hidden fields with what no page would send."""
    matt = _Matt("annat i alla formulär", 250 // del_av)
    fall = [(f, vad) for f in former for vad in ANNAT if set(f.slag.values()) - formular.SKRIVS]
    for form, vad in fall[::del_av]:
        andra = {
            n: ANNAT[vad] for n, slag in form.slag.items() if slag not in formular.SKRIVS and n != "csrfmiddlewaretoken"
        }
        skrivet = {n: "Ord" for n, slag in form.slag.items() if slag in formular.SKRIVS}
        matt.prova(
            f"{vad} till {form.mal} från {form.sida}", lambda f=form, d=andra | skrivet: klient.post(f.mal, f.data(**d))
        )
    return matt.klar()


def _adresser(s: Scen, klient: Client, del_av: int) -> Linje:
    """Every word of every address, and every word of the query, is something else."""
    matt = _Matt("adresser och frågor", 250 // del_av)
    onda = [*TEXTER.values(), *ANNAT.values()]
    slump = random.Random(3)
    fall = []
    for adress in sorted(s.adresser.values()):
        delar = adress.split("/")
        fall += [
            "/".join([*delar[:n], _citerat(slump.choice(onda)[:2000]), *delar[n + 1 :]]) for n in range(1, len(delar))
        ]
        fall += [f"{adress}?{fraga}={_citerat(slump.choice(onda)[:2000])}" for fraga in slump.sample(FRAGOR, 8)]
    fall += [
        "/%",
        "/%00",
        "/%ff%fe",
        "//",
        "///etc/passwd",
        "/" + "a/" * 3000,
        "/?" + "a=1&" * 5000,
        "/..%2f..%2f",
        "/;",
        "/?" + "q=" * 100,
    ]
    for adress in fall[::del_av]:
        matt.prova(adress[:120], lambda a=adress: klient.get(a))
    return matt.klar()


def _citerat(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


# Without NUL: the server takes no such header.
HUVUDEN = {
    "Host": ("", "example.org", "[::1", "testserver:99999", "testserver, example.org", "å" * 300, "127.0.0.1,"),
    "Referer": ("http://[::1", "javascript:alert(1)", "x" * 100_000, "//example.org", "http://testserver//example.org"),
    "HX-Current-URL": ("http://[::1", "http://testserver/%00", "javascript:alert(1)", "//example.org/", "x" * 100_000),
    "HX-Target": ("innehall", "<x-harden>", "x" * 10_000),
    "HX-Boosted": ("true", "<x>"),
    "Accept-Language": ("sv;q=999", "x" * 10_000, ",".join(["sv"] * 5000), "../../etc/passwd"),
    "Accept-Encoding": ("gzip;q=abc", "br, gzip, " * 1000),
    "Accept": ("text/xml", "*/*;q=x", "x" * 10_000),
    "If-None-Match": ('"', "*", 'W/"' + "x" * 10_000 + '"', "a, b, c"),
    "If-Modified-Since": ("igår", "Thu, 99 Foo 9999 99:99:99 GMT", "0"),
    "Range": ("bytes=0-0", "bytes=99999999999-", "bytes=-1,-1,-1", "rader=1"),
    "X-Forwarded-For": ("127.0.0.1, " * 5000, "<x-harden>", "::ffff:999.1.1.1"),
    "X-Forwarded-Proto": ("https", "javascript"),
    "X-HTTP-Method-Override": ("DELETE", "POST"),
    "Origin": ("null", "http://example.org", "http://[::1"),
    "Content-Type": (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 5000,
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-99",
        "text/plain; charset=<x>",
        "/",
    ),
    "User-Agent": ("", "x" * 100_000, "<x-harden>"),
}


def _huvuden(s: Scen, klient: Client, del_av: int) -> Linje:
    """Headers that no browser sends, with a page and with a post; cookies that are not ours; bodies that are none."""
    matt = _Matt("huvuden, kakor och kroppar", 250 // del_av)
    sida, form = s.adresser["insats"], s.adresser["insats_redigera"]
    fall: list[tuple[str, Callable[[], Any]]] = []
    for namn, varden in HUVUDEN.items():
        for varde in varden:
            meta = {"CONTENT_TYPE" if namn == "Content-Type" else f"HTTP_{namn.upper().replace('-', '_')}": varde}
            for htmx in ({}, {"HTTP_HX_REQUEST": "true"}):
                alla = {**meta, **htmx}
                fall.append((f"{namn}: {varde[:30]!r} till {sida}", lambda a=alla: klient.get(sida, **a)))
                fall.append((f"{namn}: {varde[:30]!r} i POST {form}", lambda a=alla: _kropp(klient, form, a)))
    for kaka, varde in itertools.product(
        (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "django_language"),
        ("", "x", "å", "x" * 10_000, '"', "a=b; c=d", "../../etc/passwd", "1" * 64, '[["a"]]'),
    ):
        fall.append((f"kaka {kaka}={varde[:20]!r}", lambda k=kaka, v=varde: _med_kaka(k, v, sida)))
    for kropp in (
        b"",
        b"\x00" * 1000,
        b"a=1&" * 9_000,
        b"a=1&" * 20_000,
        b"%" * 1000,
        b"titel=%ff%fe",
        b"x" * (3 * filer.MB),
        b"--x\r\n\r\n--x--",
    ):
        fall += [
            (
                f"kropp {kropp[:10]!r} ({len(kropp)}) som {slag}",
                lambda k=kropp, t=slag: klient.generic("POST", form, k, t),
            )
            for slag in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
        ]
    for vad, gor in fall[::del_av]:
        matt.prova(vad, gor)
    return matt.klar()


def _kropp(klient: Client, adress: str, meta: dict[str, str]) -> Any:
    return klient.generic(
        "POST", adress, b"titel=Ord&version=1", **{"CONTENT_TYPE": "application/x-www-form-urlencoded"} | meta
    )


def _med_kaka(namn: str, varde: str, adress: str) -> Any:
    return Client(raise_request_exception=False).get(adress, HTTP_COOKIE=f"{namn}={varde}")


def _lankar(s: Scen, klient: Client, del_av: int) -> Linje:
    """Personal links that were cut, changed, signed for something else, or made up: none of them works."""
    matt = _Matt("länkar och nycklar", 250 // del_av)
    utan = _klient(s, "b")
    riktig, pk = s.ord["svara"]["token"], s.ord["svara_punkt"]["pk"]
    slump = random.Random(4)
    tokens = [riktig[:n] for n in range(1, len(riktig), 3)]
    tokens += [riktig[:n] + slump.choice("abcXYZ019_-:.") + riktig[n + 1 :] for n in range(0, len(riktig), 2)]
    tokens += [riktig + x for x in ("a", ":", "=", "\u00e5", "%00", "/", " ")]
    for nyttolast in (
        [1, "x"],
        [],
        None,
        "x",
        {"pk": 1},
        [10**30, "x"],
        [-1, None],
        [True, False],
        [1, 2, 3],
        ["1", "' OR 1=1"],
    ):
        tokens += [
            signing.dumps(nyttolast, salt=salt)
            for salt in ("fardplan.svar", "fardplan.avanmalan", "fardplan.rollsvar", "django.core.signing")
        ]
    tokens += [_citerat(t[:2000]) for t in TEXTER.values()]
    tokens += [s.ord["avanmal"]["token"], json.dumps([1, 2]), "." * 5000]
    for token in [t for t in tokens if t != riktig][::del_av]:
        for adress in (
            f"/svara/{token}/",
            f"/svara/{token}/{pk}/",
            f"/paminnelser/{token}/",
            f"/konto/mejl/svara/{token}/",
            f"/konto/mejl/avsluta/{token}/",
            f"/kalender/{token}.ics",
        ):
            fri = adress.startswith("/paminnelser/") and token == s.ord["avanmal"]["token"]
            matt.prova(f"GET {adress[:100]}", lambda a=adress, f=fri: _ogiltig(utan.get(a), fri=f))
            matt.prova(
                f"POST {adress[:100]}", lambda a=adress, f=fri: _ogiltig(utan.post(a, {"status": "pagar"}), fri=f)
            )
    return matt.klar()


def _ogiltig(svar: Any, *, fri: bool) -> Any:
    """A link that is none opens nothing, though one to a single point leads back to the whole page first."""
    if not fri and svar.status_code == 200:
        raise AssertionError("länken fungerade")
    return svar


# --- what goes out

type Granska = Callable[[bytes], tuple[str, bool]]
"""(what got out, whether the mark is in it at all)."""

MARKE = "harden{{7*7}}#(7*7)<x-harden>'\"&;"
RADMARKE = f"{MARKE}\r\nX-Harden: 1\r\nX-HARDEN:1\r\nEND:VEVENT"
UTRAKNAT = "harden49"


def _ut(s: Scen, klient: Client, del_av: int) -> Linje:
    """The marks stand in every text there is; then every page and file is fetched, as an administratör and as a
    besökare, and every mail is built.
    """
    linje = Linje("indata: märken i allt som går ut", minst=100 // del_av)
    antal = _mark_allt(40 // del_av + 1)
    med = 0
    with linje.tid():
        for vem in "db":
            som = _klient(s, vem)
            # A file beside something is given back byte for byte: it is not a text of ours.
            egna = {adress for namn, adress in s.adresser.items() if not namn.endswith("_fil")}
            for adress in sorted({*egna, *_fler_adresser(s)})[::del_av]:
                svar = som.get(adress)
                if svar.status_code >= 500:
                    linje.prova(f"GET {adress} med märken i alla texter: svarade {svar.status_code}")
                elif svar.status_code == 200:
                    fel, fanns = _granska(svar)
                    med += fanns
                    linje.prova(f"GET {adress} som {scen.PERSONER[vem]}: {fel}" if fel else "")
        for fel in _mejl():
            linje.prova(fel)
    if med < linje.minst // 2:
        linje.prova(f"bara {med} svar hade märket i sig: provet säger inget")
    linje.not_ = f"{antal} texter märkta, {med} svar med märket i sig"
    return linje


def _fler_adresser(s: Scen) -> list[str]:
    karta = s.adresser["insatskarta"]
    plan = f"/{HEMMA}/handlingsplan/{s.plan.period}"
    return [f"{karta}?vy=tabell", f"{karta}?vy=matris", f"{plan}.xlsx", f"{plan}.pdf", f"{plan}/", f"{plan}/tavla/"]


def _mark_allt(rader: int) -> int:
    """Put the mark into every text column that holds free words, of so many rows, where the database lets it; how many
    it did.

    As a form would have stored it: cleaned (grund/tecken.py), and short enough.
    """
    antal = 0
    for modell in apps.get_models():
        if modell._meta.app_label not in {"aktorer", "insatser"} or modell.__name__.endswith("Event"):
            continue
        for falt in modell._meta.concrete_fields:
            if type(falt) in {models.CharField, models.TextField} and not (
                falt.choices or falt.unique or falt.name in FASTA
            ):
                text = rena(RADMARKE if isinstance(falt, models.TextField) else MARKE)
                for rad in modell._base_manager.all()[:rader]:
                    antal += _satt(rad, falt.attname, text[: falt.max_length])
    return antal


FASTA = {"nyckel", "kalendernyckel", "password", "sortering", "farg", "ikon", "sha256", "filnamn", "fel", "period"}


def _satt(rad: Any, falt: str, text: str) -> bool:
    try:
        with transaction.atomic():
            rad._meta.model._base_manager.filter(pk=rad.pk).update(**{falt: text})
            connection.check_constraints()
    except (DatabaseError, ValidationError):
        return False
    return True


def _granska(svar: Any) -> tuple[str, bool]:
    """(what got out, whether the mark is in it at all)."""
    data, slag = svar.getvalue(), svar.headers.get("Content-Type", "")
    for borjan, granska in GRANSKARE.items():
        if slag.startswith(borjan):
            return granska(data)
    return ("", False)


def _i_text(text: str) -> tuple[str, bool]:
    return (f"{UTRAKNAT} står där: märket är uträknat" if UTRAKNAT in text else "", "harden" in text.lower())


def html(data: bytes) -> tuple[str, bool]:
    text = data.decode()
    return ("märket står som HTML" if "<x-harden" in text else _i_text(text)[0], "harden{{" in text)


def xlsx(data: bytes) -> tuple[str, bool]:
    bok = openpyxl.load_workbook(io.BytesIO(data))
    celler = [c for blad in bok for rad in blad.iter_rows() for c in rad if "harden" in str(c.value)]
    formler = [c.coordinate for c in celler if c.data_type == "f" and not str(c.value).startswith("=HYPERLINK")]
    return (f"märket är en formel i {formler[:3]}" if formler else "", bool(celler))


def csv_fil(data: bytes) -> tuple[str, bool]:
    celler = [c for rad in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";") for c in rad]
    formler = [c[:40] for c in celler if c[:1] in {"=", "+", "-", "@", "\t"} and "harden" in c]
    return (f"cellen {formler[0]!r} är en formel" if formler else "", any("harden" in c for c in celler))


def pdf(data: bytes) -> tuple[str, bool]:
    text = lackage.text_i_pdf(data)
    return _i_text(text)


def atom(data: bytes) -> tuple[str, bool]:
    rot = ElementTree.fromstring(data)
    fel = "märket är ett element" if any("x-harden" in str(e.tag) for e in rot.iter()) else ""
    innehall = " ".join(e.text or "" for e in rot.iter())
    return (
        fel or ("märket står som HTML" if "<x-harden" in innehall and 'type="html"' in data.decode() else ""),
        "harden" in innehall,
    )


def ical(data: bytes) -> tuple[str, bool]:
    rader = re.sub(r"\r\n[ \t]", "", data.decode()).split("\r\n")
    egna = [r for r in rader if r.startswith(("X-HARDEN", "X-Harden"))]
    return ("märket är en egen rad" if egna else "", any("harden" in r for r in rader))


GRANSKARE: dict[str, Granska] = {
    "text/html": html,
    "application/vnd.openxmlformats": xlsx,
    "text/csv": csv_fil,
    "application/pdf": pdf,
    "application/atom+xml": atom,
    "text/calendar": ical,
}


def _mejl() -> Iterator[str]:
    """What is wrong with each mail, "" for one that is right."""
    mail.outbox = []
    sandning.skicka_vantande()
    for brev in mail.outbox:
        farligt = [h for h in brev.message().items() if h[0].lower() == "x-harden"]
        yield f"mejlet {brev.subject!r} har huvudet {farligt}" if farligt or "\n" in brev.subject else ""
    if not mail.outbox:
        yield "inget mejl byggdes: provet säger inget"
