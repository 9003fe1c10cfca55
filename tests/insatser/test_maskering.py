"""Personal data is masked in what is written and in all that was, and whoever did it and why stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut, uppfoljning
from insatser.andringar import inlasningsjobb as jobben
from insatser.andringar import insats as insatsandringar
from insatser.andringar import organ as organandringar
from insatser.andringar.inlasning import spara_fil
from insatser.andringar.organ import Platsrad
from insatser.andringar.roller import Rollrad
from insatser.fragor import handlingsplan as planer
from insatser.fragor.inlasningar import med_ord
from insatser.fragor.karta import Urval, hamta
from insatser.fragor.maskering import monster
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    Fardplan,
    Handlingsplan,
    Inlasning,
    InlasningEvent,
    Inlasningsjobb,
    Insats,
    InsatsEvent,
    Lagesrapport,
    LagesrapportEvent,
    Maskering,
    Matvarde,
    Omgang,
    Omgangssvar,
    Planversion,
    Samverkansorgan,
)
from insatser.regler.medverkan import Roll
from insatser.utbyte.excel import handlingsplan as planbok
from insatser.utbyte.excel import lagesbild_ut
from insatser.utbyte.excel.aktiviteter import AktiviteterResource
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx
from insatser.utbyte.excel.lagesbild import LagesbildResource
from tests import klocka
from tests.arbetsbok import andrad, rad_for, satt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDAN = "/flemingsberg/insatser/1.3/historik/?maskera=1"
NAMN = "Kim Exempelsson"


@pytest.fixture
def skrivet(insats: Callable[[str], Insats], lage: Callable[..., Any], flemingsberg: Any) -> Lagesrapport:
    """The name stands in a report, and stood in the text of the insats."""
    rad = insats("1.3")
    rad = insatsandringar.andra(av=None, insats=rad, version=rad.version, text=f"Fråga {NAMN}.")
    insatsandringar.andra(av=None, insats=rad, version=rad.version, text="Fråga oss.")
    rapport: Lagesrapport = lage(
        rad, flemingsberg.stadskarna, datum=klocka.IDAG, status="pausad", kommentar=f"Väntar på {NAMN.upper()}, 08-12"
    )
    return rapport


@pytest.fixture
def besluta(planerare: Anvandare) -> Callable[..., Planversion]:
    def gor(plan: Handlingsplan) -> Planversion:
        organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None, stadskarna__slug="flemingsberg")
        return beslut.besluta(
            av=planerare, plan=plan, version=plan.version, organ=organ, datum=klocka.IDAG, paragraf="4"
        )

    return gor


@pytest.fixture
def maskera(client: Client, planerare: Anvandare, skrivet: Lagesrapport) -> Callable[..., Any]:
    client.force_login(planerare)

    def posta(**falt: str) -> Any:
        return client.post(SIDAN, {"vad": NAMN, "skal": "Uppgift om en privatperson."} | falt)

    return posta


def test_forst_sags_var_det_star(maskera: Callable[..., Any], skrivet: Lagesrapport) -> None:
    svar = maskera()

    assert svar.status_code == 200
    assert "Det står i en text nu och på 2 ställen i historiken." in platt(svar)
    assert [svar.context["form"][f].value() for f in ("vad", "sett")] == [NAMN, NAMN]
    assert NAMN.upper() in Lagesrapport.objects.get(pk=skrivet.pk).kommentar


def test_sedan_ar_det_borta_ur_texten_och_historiken(maskera: Callable[..., Any], skrivet: Lagesrapport) -> None:
    assert maskera(sett=NAMN).status_code == 302

    assert Lagesrapport.objects.get(pk=skrivet.pk).kommentar == "Väntar på ***, 08-12"
    texter = [*InsatsEvent.objects.values_list("text", flat=True)]
    texter += LagesrapportEvent.objects.values_list("kommentar", flat=True)
    assert [t for t in texter if NAMN.casefold() in t.casefold()] == []
    assert "Fråga ***." in texter


def test_vem_och_varfor_star_i_historiken(maskera: Callable[..., Any], client: Client, skrivet: Lagesrapport) -> None:
    maskera(sett=NAMN)

    sidan = platt(client.get(SIDAN.partition("?")[0]))
    assert "Maskering: Uppgift om en privatperson." in sidan
    assert NAMN.casefold() not in sidan.casefold()


# --- and in the files that it was read in from


@pytest.fixture
def fil(flemingsberg: Fardplan, planerare: Anvandare) -> Callable[..., Inlasning]:
    """An uploaded file with the name in it; read in unless told."""

    def gor(innehall: bytes = f"Nummer;Text\n1.3;{NAMN}\n".encode(), *, inlast: bool = True) -> Inlasning:
        rad = spara_fil(av=planerare, fardplan=flemingsberg, filnamn=f"om {NAMN}.csv", innehall=innehall)
        if inlast:
            Inlasning.objects.filter(pk=rad.pk).update(inlast=timezone.now(), noter=f"{NAMN} lästes inte")
        return Inlasning.objects.get(pk=rad.pk)

    return gor


def test_filen_dar_orden_star_tas_bort_och_sidan_sager_varfor(
    maskera: Callable[..., Any], client: Client, fil: Callable[..., Inlasning]
) -> None:
    rad = fil()
    fraga = maskera()
    assert ("också i en uppladdad fil" in platt(fraga), f'value="{rad.pk}"' in platt(fraga)) == (True, True)

    maskera(sett=NAMN, filer=str(rad.pk))

    nu = Inlasning.objects.get(pk=rad.pk)
    assert (nu.innehall, nu.sha256, nu.filnamn, nu.noter) == (None, rad.sha256, "om ***.csv", "*** lästes inte")
    assert not InlasningEvent.objects.filter(filnamn__icontains=NAMN).exists()
    sidan = f"/flemingsberg/inlasningar/{rad.pk}/"
    assert "en personuppgift i den maskerades: Uppgift om en privatperson." in platt(client.get(sidan))
    assert client.get(f"{sidan}fil/").status_code == 404
    assert "Filen borttagen" in platt(client.get("/flemingsberg/inlasningar/"))


def test_den_fil_som_inte_valjs_star_kvar(maskera: Callable[..., Any], fil: Callable[..., Inlasning]) -> None:
    rad = fil()

    maskera(sett=NAMN)

    assert Inlasning.objects.get(pk=rad.pk).fil == rad.fil


def test_en_fil_som_aldrig_lastes_in_tas_bort_helt(maskera: Callable[..., Any], fil: Callable[..., Inlasning]) -> None:
    rad = fil(inlast=False)

    maskera(sett=NAMN, filer=str(rad.pk))

    assert not Inlasning.objects.filter(pk=rad.pk).exists()


def test_det_som_bara_star_i_en_fil_gar_ocksa_att_ta_bort(
    maskera: Callable[..., Any], fil: Callable[..., Inlasning]
) -> None:
    rad = fil(b"Nummer;Text\n1.3;Robin Annan\n")
    fraga = maskera(vad="Robin Annan")

    svar = maskera(vad="Robin Annan", sett="Robin Annan", filer=str(rad.pk))

    assert "Det står inte här, men i en uppladdad fil." in platt(fraga)
    assert (svar.status_code, Inlasning.objects.get(pk=rad.pk).innehall) == (302, None)


def test_en_fil_som_inte_gar_att_lasa_sags_och_gar_att_ta_bort(
    maskera: Callable[..., Any], fil: Callable[..., Inlasning]
) -> None:
    rad, annan = fil(b"PK ingen arbetsbok"), fil(b"Inget")
    fraga = maskera()

    maskera(sett=NAMN, filer=str(rad.pk))

    sidan = platt(fraga)
    assert "En uppladdad fil kunde inte läsas. Öppna den, och" in sidan
    assert (f'value="{rad.pk}"' in sidan, f'value="{annan.pk}"' in sidan) == (True, False)
    assert fraga.context["form"]["filer"].value() == []
    assert Inlasning.objects.get(pk=rad.pk).innehall is None


def test_filerna_hamtas_en_i_taget_och_halls_inte_kvar(skrivet: Lagesrapport, fil: Callable[..., Inlasning]) -> None:
    """Without a cursor either, which PostgreSQL would make all of them for."""
    rader = [fil(), fil()]

    with CaptureQueriesContext(connection) as fragor:
        traffar = med_ord(monster(NAMN), None)

    assert {rad.pk for rad in traffar.med} == {rad.pk for rad in rader}
    assert ["innehall" in rad.get_deferred_fields() for rad in traffar.med] == [True, True]
    hamtar = 'SELECT "insatser_inlasning"."innehall"'
    assert sum(f["sql"].startswith(hamtar) for f in fragor) == 2
    assert not any("CURSOR" in f["sql"] for f in fragor)


@pytest.mark.parametrize(
    ("skick", "efter", "tas"), [("klart", "klart", None), ("pagar", "vantar", True)], ids=["klart", "pagar"]
)
def test_granskningar_som_citerar_det_som_stod_tas_bort(
    maskera: Callable[..., Any],
    fil: Callable[..., Inlasning],
    planerare: Anvandare,
    skick: str,
    efter: str,
    tas: bool | None,
) -> None:
    """Also of a file without the words. Who is at one writes nothing of what it has read."""
    hyra = uuid4() if tas else None
    jobb = Inlasningsjobb.objects.create(
        inlasning=fil(b"Inget", inlast=False),
        vad="granska",
        skick=skick,
        av=planerare,
        granskning={"konflikter": [NAMN]},
        hyra=hyra,
        hyrt_till=timezone.now() if hyra else None,
    )
    jobb.sidor.create(nummer=1, rader=[f"Väntar på {NAMN}"])

    maskera(sett=NAMN)
    if hyra:
        jobben.avsluta(hyra, Inlasningsjobb.Skick.KLART, granskning={"konflikter": [NAMN]}, sidor=[[NAMN]])

    jobb.refresh_from_db()
    assert (jobb.skick, jobb.granskning, jobb.sidor.count()) == (efter, None, 0)


def test_en_annan_stadskarnas_granskning_star_kvar(
    maskera: Callable[..., Any], planerare: Anvandare, haninge: Fardplan
) -> None:
    annan = spara_fil(av=planerare, fardplan=haninge, filnamn="a.csv", innehall=b"Inget")
    Inlasningsjobb.objects.create(inlasning=annan, vad="granska", skick="klart", av=planerare, granskning={"a": 1})

    maskera(sett=NAMN)

    assert Inlasningsjobb.objects.get().granskning == {"a": 1}


def test_en_fil_som_ingen_bekraftar_gloms_efter_en_vecka(fil: Callable[..., Inlasning]) -> None:
    """Whoever uploaded it, and whether they come again or not; what was read in stays."""
    gammal, ny, inlast = fil(inlast=False), fil(inlast=False), fil()
    Inlasning.objects.exclude(pk=ny.pk).update(skapad=timezone.now() - timedelta(days=8))

    call_command("skicka_paminnelser")

    assert {*Inlasning.objects.values_list("pk", flat=True)} >= {ny.pk, inlast.pk}
    assert not Inlasning.objects.filter(pk=gammal.pk).exists()


def test_en_annan_stadskarnas_fil_tas_inte_bort(
    maskera: Callable[..., Any], planerare: Anvandare, haninge: Fardplan
) -> None:
    annan = spara_fil(av=planerare, fardplan=haninge, filnamn="a.csv", innehall=NAMN.encode())

    fraga, svar = maskera(), maskera(sett=NAMN, filer=str(annan.pk))

    assert ("uppladdad fil" in platt(fraga), svar.status_code) == (False, 422)
    assert Inlasning.objects.get(pk=annan.pk).fil == annan.fil


@pytest.mark.parametrize(
    "falt", [{"innehall": b"annat"}, {"sha256": "0" * 64}, {"innehall": None}], ids=["fil", "avtryck", "utan-maskering"]
)
def test_en_uppladdad_fil_andras_inte(fil: Callable[..., Inlasning], falt: dict[str, Any]) -> None:
    rad = fil()

    with pytest.raises(IntegrityError), transaction.atomic():
        Inlasning.objects.filter(pk=rad.pk).update(**falt)

    assert rad.sha256 == hashlib.sha256(rad.fil).hexdigest()


@pytest.mark.parametrize(
    ("falt", "fel"),
    [
        ({"skal": " "}, "Skriv varför."),
        ({"skal": f"{NAMN} ska bort"}, "utan att upprepa"),
        ({"vad": "ab"}, "minst 3 tecken"),
        ({"vad": "Finns Inte", "sett": "Finns Inte"}, "Det står ingenstans här"),
    ],
)
def test_det_som_inte_gar(maskera: Callable[..., Any], falt: dict[str, str], fel: str) -> None:
    svar = maskera(**falt)

    assert (svar.status_code, fel in platt(svar)) == (422, True)
    assert not Maskering.objects.exists()


def test_ett_tomt_inskick_far_veta_vad_som_saknas(som_planerare: Client, skrivet: Lagesrapport) -> None:
    svar = som_planerare.post("/flemingsberg/insatser/1.3/historik/?maskera=1", {})

    assert svar.status_code == 422
    assert "måste fyllas i" in platt(svar)


def test_bara_den_som_far_andra_maskerar(client: Client, tjansteperson: Anvandare, skrivet: Lagesrapport) -> None:
    client.force_login(tjansteperson)
    assert client.post(SIDAN, {"vad": NAMN, "skal": "x", "sett": NAMN}).status_code == 403
    vem = "Be en planerare: de kan maskera den, även i historiken."
    assert all(vem in platt(client.get(f"/flemingsberg/insatser/1.3/{sida}/")) for sida in ("historik", "lage"))


def test_den_som_far_maskera_leds_dit_fran_laget(som_planerare: Client, skrivet: Lagesrapport) -> None:
    sida = platt(som_planerare.get("/flemingsberg/insatser/1.3/lage/"))

    assert f'<a href="{SIDAN}">Maskera den, även i historiken</a>' in sida
    assert "Be en planerare" not in sida


def test_den_som_hade_texten_framme_skriver_inte_tillbaka_den(
    maskera: Callable[..., Any], skrivet: Lagesrapport, insats: Callable[[str], Insats]
) -> None:
    rad = insats("1.3")
    rad = insatsandringar.andra(av=None, insats=rad, version=rad.version, text=f"Ring {NAMN}.")
    maskera(sett=NAMN)

    with pytest.raises(Krock):
        insatsandringar.andra(av=None, insats=rad, version=rad.version, text=f"Ring {NAMN}!")


def test_en_arbetsbok_fran_fore_maskeringen_skriver_inte_tillbaka_orden(
    maskera: Callable[..., Any], skrivet: Lagesrapport, insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    """Neither the text of the insats nor the words of its läge; one that is fetched afterwards is read in as any."""
    rad = insats("1.3")
    insatsandringar.andra(av=None, insats=rad, version=rad.version, text=f"Ring {NAMN}.")
    fore = skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))
    maskera(sett=NAMN)
    efter = skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))
    andrat = andrad(efter, lambda ark: satt(ark, rad_for(ark, "1.3"), {"Text": "Ring växeln."}))

    gammal, ny = (planera(InsatskartaResource, flemingsberg, "karta.xlsx", fil, las=True) for fil in (fore, andrat))

    assert [(k.nummer, k.kolumn, k.bas) for k in gammal.konflikter] == [
        ("1.3", "Text", "okänt"),
        ("1.3", "Kommentar", "okänt"),
    ]
    assert (ny.hindrad, [c.efter for r in ny.rader for c in r.celler]) == (False, ["Ring växeln."])


def test_planens_och_lagesbildens_arbetsbocker_gor_det_inte_heller(
    client: Client, planerare: Anvandare, flemingsberg: Fardplan
) -> None:
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    a = Aktivitet.objects.filter(prioritering__handlingsplan=plan)[0]
    varde = Matvarde.objects.filter(stadskarna=flemingsberg.stadskarna)[0]
    Aktivitet.objects.filter(pk=a.pk).update(resultat=f"Ring {NAMN}")
    Matvarde.objects.filter(pk=varde.pk).update(kalla=f"Enligt {NAMN}")
    bocker = {
        "plan": planbok.skriv(planer.innehall(plan), utfall=False, idag=klocka.IDAG),
        "bild": lagesbild_ut.skriv_xlsx(flemingsberg),
    }
    client.force_login(planerare)
    for adress in (f"{klocka.PLAN}historik/", f"/flemingsberg/lagesbild/{varde.indikator_id}/historik/"):
        assert client.post(f"{adress}?maskera=1", {"vad": NAMN, "skal": "Prov", "sett": NAMN}).status_code == 302

    planen = planera(AktiviteterResource, plan, "plan.xlsx", bocker["plan"], las=True)
    bilden = planera(LagesbildResource, flemingsberg, "bild.xlsx", bocker["bild"], las=True)

    assert [k.mina for k in planen.konflikter] == [f"Ring {NAMN}"]
    assert [k.mina for k in bilden.konflikter] == [f"Enligt {NAMN}"]


def test_den_som_hade_rollerna_eller_platserna_framme_gor_det_inte_heller(
    client: Client, planerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    polisen = Aktor.objects.get(slug="polisen").pk
    roller = [Rollrad(polisen, Roll.ANSVARIG, f"Fråga {NAMN}")]
    i = insatsandringar.andra_roller(av=None, insats=insats("1.3"), version=insats("1.3").version, roller=roller)
    organ = Samverkansorgan.objects.get(slag="natverk")
    platser = [Platsrad(polisen, "ledamot", befattning=NAMN)]
    organ = organandringar.andra(av=None, organ=organ, version=organ.version, platser=platser)
    client.force_login(planerare)
    for adress in (SIDAN, f"/flemingsberg/organ/{organ.pk}/historik/?maskera=1"):
        assert client.post(adress, {"vad": NAMN, "skal": "Prov", "sett": NAMN}).status_code == 302

    with pytest.raises(Krock):
        insatsandringar.andra_roller(av=None, insats=i, version=i.version, roller=roller)
    with pytest.raises(Krock):
        organandringar.andra(av=None, organ=organ, version=organ.version, platser=platser)


def test_det_som_inte_ar_text_maskeras_inte(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)
    falt = {"vad": "polisen", "skal": "Prov", "sett": "polisen"}

    client.post("/aktorer/polisen/historik/?maskera=1", falt)

    assert Aktor.objects.get(slug="polisen").namn == "***"


def test_ett_konto_maskeras_inte(client: Client, administrator: Anvandare) -> None:
    client.force_login(administrator)
    adress = f"/konton/{administrator.pk}/historik/?maskera=1"

    assert client.post(adress, {"vad": "example", "skal": "x", "sett": "example"}).status_code == 404


def test_det_som_ar_beslutat_sags_sta_kvar(
    client: Client, planerare: Anvandare, besluta: Callable[..., Planversion]
) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=plan)[0]
    besluta(plan)
    client.force_login(planerare)
    sidan = f"{klocka.PLAN}aktivitet/{aktivitet.pk}/historik/?maskera=1"

    svar = client.post(sidan, {"vad": aktivitet.titel, "skal": "Prov"})

    assert f"Där står det kvar: {plan}, version 1." in platt(svar)


def test_ur_en_omgang_gar_det_ocksa_ur_det_som_svaren_skrev(
    client: Client, planerare: Anvandare, oppna: Callable[..., Omgang], besluta: Callable[..., Planversion]
) -> None:
    besluta(Handlingsplan.objects.get(exempel=True))
    omgang = oppna(fraga=f"Ring {NAMN}.")
    punkter = [omgang.punkter.exclude(insats=None)[0], omgang.punkter.exclude(aktivitet=None)[0]]
    for p in punkter:
        m, sedd = p.mottagare.all()[0], p.aktivitet.version if p.aktivitet else 0
        varden = {"status": "avbruten", "kommentar": f"Enligt {NAMN}", "sedd": sedd}
        if p.insats:
            varden["sedd"] = p.insats.lagesrapporter.filter(stadskarna=p.stadskarna).latest("datum", "pk").pk
        uppfoljning.svara(av=m.anvandare, mottagare=m, punkt=p, **varden)
    uppfoljning.stang(av=planerare, omgang=omgang)
    client.force_login(planerare)
    sidan = f"/flemingsberg/uppfoljning/{omgang.pk}/historik/?maskera=1"
    falt = {"vad": NAMN, "skal": "Prov"}

    forst = platt(client.post(sidan, falt))
    client.post(sidan, falt | {"sett": NAMN})

    assert f"Där står det kvar: rapporten för {omgang}." in forst
    assert Omgang.objects.get(pk=omgang.pk).fraga == "Ring ***."
    assert Lagesrapport.objects.filter(kommentar="Enligt ***").count() == 1
    assert Aktivitet.objects.get(pk=punkter[1].aktivitet_id).kommentar == "Enligt ***"
    assert Omgangssvar.objects.get(punkt=punkter[1]).kommentar_efter == "Enligt ***"


def test_forseglingen_kanner_det_maskerade(
    maskera: Callable[..., Any], skrivet: Lagesrapport, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("forsegla")
    maskera(sett=NAMN)
    call_command("verifiera")

    assert "ändrad" not in capsys.readouterr().out


def test_vakterna_galler_for_alla_andra(maskera: Callable[..., Any], skrivet: Lagesrapport) -> None:
    maskera(sett=NAMN)

    for rader in (Lagesrapport, LagesrapportEvent):
        with pytest.raises(DatabaseError), transaction.atomic():
            rader.objects.update(kommentar="x")
