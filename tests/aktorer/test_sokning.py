"""What people read as the same is the same: when they search, when they log in, and in the database as in Python."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from aktorer import andringar
from aktorer.grund.sokning import innehaller, lyder
from aktorer.grund.tecken import nyckel
from aktorer.models import Aktor, Anvandare

# As pasted from Word, Teams, a PDF or a web page.
LIKA = [
    "Huddinge kommun",
    "HUDDINGE  kommun",
    "Huddinge\u00a0kommun",
    "Huddinge\u202fkommun",
    "Huddinge\u2009kommun",
    "Huddinge\nkommun",
    "Hud\u00addinge kommun",
    "Huddinge\u200b kommun",
    "\ufeffHuddinge kommun",
    "Hud\u2060dinge kommun",
    "Hud\u200ddinge kommun",
    "Hud\u200edinge kommun",
    "Huddinge\ufe0f kommun",
    "Huddinge kommun\u3164",
    "  Huddinge kommun\t",
    "\uff28uddinge kommun",
]
PAR = [
    ("Life Science-kluster", "life science\N{EN DASH}kluster"),
    ("Life Science-kluster", "Life Science\N{NON-BREAKING HYPHEN}kluster"),
    ("Life Science-kluster", "Life Science\N{HYPHEN}kluster"),
    ("Life Science-kluster", "Life Science\N{EM DASH}kluster"),
    ("Life Science-kluster", "Life Science\N{MINUS SIGN}kluster"),
    ("Life Science-kluster", "Life Science\N{FIGURE DASH}kluster"),
    ("Hälsovägen", "Ha\u0308lsova\u0308gen"),
    ("Hälsovägen", "HÄLSOVÄGEN"),
    ('Det "nya" ordet', "Det ”nya” ordet"),
    ("Det 'nya' ordet", "Det ’nya‘ ordet"),
    ("Grafisk profil", "Gra\ufb01sk pro\ufb01l"),
    ("och så vidare...", "och så vidare…"),
]


@pytest.mark.parametrize("text", LIKA)
def test_namn_som_ser_likadana_ut_har_samma_nyckel(text: str) -> None:
    assert nyckel(text) == "huddinge kommun"


@pytest.mark.parametrize(("ett", "annat"), PAR)
def test_texter_som_lases_lika_har_samma_nyckel(ett: str, annat: str) -> None:
    assert nyckel(ett) == nyckel(annat)


@pytest.mark.parametrize(
    ("ett", "annat"), [("Märsta", "Marsta"), ("1-2", "12"), ("a b", "ab"), ("Täby", "Tåby"), ("'", '"')]
)
def test_det_som_syns_skiljer(ett: str, annat: str) -> None:
    assert nyckel(ett) != nyckel(annat)


@pytest.mark.django_db
@pytest.mark.parametrize("text", [*LIKA, *(t for par in PAR for t in par), "100 % 'klart' \\ _x_ ($1)"])
def test_databasen_viker_som_python(text: str) -> None:
    text = f"prov {text.strip()} prov"
    aktor = Aktor.objects.create(namn=text, slug="prov-vikt", slag=Aktor.Slag.OVRIG)

    assert Aktor.objects.filter(lyder(text, "namn"), pk=aktor.pk).exists()
    assert Aktor.objects.filter(innehaller(text.upper(), "namn", "slug"), pk=aktor.pk).exists()
    assert not Aktor.objects.filter(innehaller(f"{text} mer", "namn"), pk=aktor.pk).exists()


@pytest.mark.django_db
def test_alla_tecken_viks_lika_i_python_och_databasen() -> None:
    """Letters, marks, spaces and punctuation of the writing that a keyboard here can make."""
    tecken = [chr(n) for n in [*range(0x20, 0x250), *range(0x2000, 0x2070), 0x2212, 0x3000, 0xFB01, 0xFEFF]]
    texter = [f"a{t}b" for t in tecken]
    with connection.cursor() as cursor:
        vikt = Aktor.objects.annotate().filter(lyder("x", "namn")).query.sql_with_params()[0]
        uttryck = vikt[vikt.index("lower(") : vikt.rindex(" = ")].replace('"aktorer_aktor"."namn"', "t")
        cursor.execute(
            f"SELECT {uttryck.replace('%%', '%')} FROM unnest(%s::text[]) WITH ORDINALITY u(t, n) ORDER BY n", [texter]
        )
        i_databasen = [text.strip() for (text,) in cursor.fetchall()]

    olika = {t for t, i_db in zip(texter, i_databasen, strict=True) if nyckel(t) != i_db}
    assert {t for t in olika if nyckel(t) not in {"ab", "a b"}} <= {"a\u0130b"}


@pytest.mark.django_db
@pytest.mark.parametrize("text", LIKA)
def test_registret_hittar_vad_som_ser_likadant_ut(client: Client, text: str) -> None:
    svar = client.get("/aktorer/", {"q": text})

    assert [a.namn for a in svar.context["aktorer"]] == ["Huddinge kommun"]


@pytest.mark.django_db
def test_en_aktor_till_med_samma_namn_laggs_inte_upp() -> None:
    fore = Aktor.objects.count()

    aktor = andringar.aktor_med_namn(av=None, namn="Huddinge\u00a0kom\u00admun", slag=Aktor.Slag.OVRIG)

    assert (aktor.slug, Aktor.objects.count()) == ("huddinge-kommun", fore)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "epost",
    ["anna-karin@fardplan.example", " Anna-Karin@Fardplan.example ", "\ufeffanna-karin@fard\u00adplan.example\u200b",
     "anna\N{NON-BREAKING HYPHEN}karin@fardplan.example", "anna-karin@fardplan.example\u00a0"],
)  # fmt: skip
def test_en_inklistrad_adress_loggar_in(client: Client, epost: str) -> None:
    losenord = "ett-langt-losenord"
    andringar.skapa_anvandare(
        av=None,  # type: ignore[arg-type]
        epost="anna-karin@fardplan.example",
        namn="Anna-Karin",
        roll="styrgrupp",
        losenord=losenord,
    )

    client.post("/konto/logga-in/", {"login": epost, "password": losenord})

    assert "_auth_user_id" in client.session
    assert Anvandare.objects.get_by_natural_key(epost).namn == "Anna-Karin"
