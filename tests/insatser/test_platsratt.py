"""A planerare of some stadskärnor changes nothing in the others, whichever way it comes: page, file, command, SQL."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from aktorer import andringar as kontoandringar
from aktorer.andringar import skapa_aktor
from aktorer.behorighet import har, har_nagonstans
from aktorer.grund.platsratt import bara_i
from aktorer.models import Aktor, Anvandare
from aktorer.roller import I_STADSKARNOR, Anvandarroll, Rattighet
from insatser.andringar import arende as arenden
from insatser.andringar import deltagande, konton, lage, styrdokument
from insatser.andringar import insats as andringar
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar.angra import angra
from insatser.andringar.konton import Inbjuden
from insatser.behorighet import (
    far_andra,
    far_rapportera_av,
    far_svara,
    karna_for,
    synliga_fardplaner,
    synliga_insatser,
)
from insatser.models import (
    Aktivitet,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Insats,
    Malomrade,
    Medverkan,
    Mote,
    Prioritering,
    Program,
    Samverkansorgan,
    Stadskarna,
    Styrdokument,
)
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status
from tests import klocka
from tests.conftest import andra_konto
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

INTE = "hör till en annan stadskärna"


@pytest.fixture
def haningeplanerare(haninge: Fardplan, person: Callable[..., Anvandare]) -> Anvandare:
    return person("planerare", "haninge-kommun", bara_i=[haninge.stadskarna_id])


@pytest.fixture
def inloggad(client: Client, haningeplanerare: Anvandare) -> Client:
    client.force_login(haningeplanerare)
    return client


@pytest.fixture
def egen(haninge: Fardplan, planerare: Anvandare) -> Insats:
    """An insats of Haninge's own."""
    malomrade = Malomrade.objects.get(program=haninge.program, nummer=1)
    return andringar.skapa(av=planerare, malomrade=malomrade, fardplan=haninge, titel="Ny gångbro")


def _skickat(insats: Insats, **andrat: Any) -> dict[str, Any]:
    falt = ("titel", "text", "kalla", "kallnotering", "version")
    return {f: getattr(insats, f) for f in falt} | {"insats": insats.pk} | andrat


def test_andrar_i_sin_egen_stadskarna(inloggad: Client, egen: Insats) -> None:
    svar = inloggad.post(f"/haninge/insatser/{egen.nummer}/redigera/", _skickat(egen, titel="Ny gångbro över banan"))

    egen.refresh_from_db()
    assert (svar.status_code, egen.titel) == (302, "Ny gångbro över banan")


@pytest.mark.parametrize(
    "adress",
    [
        "/flemingsberg/insatser/1.3/redigera/",
        "/flemingsberg/insatser/1.3/roller/",
        "/flemingsberg/insatskarta/import/",
        "/flemingsberg/arbetsbok/import/",
        "/flemingsberg/redigera/",
        "/flemingsberg/handlingsplan/ny/",
        "/flemingsberg/uppfoljning/ny/",
        "/haninge/uppfoljning/ny/?alla=1",
        "/haninge/insatser/1.1/redigera/",
        "/haninge/insatser/1.1/avfor/",
        "/haninge/lagesbild/ny/",
        "/program/ny/",
        "/stadskarnor/ny/",
        "/aktorer/huddinge-kommun/redigera/",
    ],
)
def test_sidor_om_andra_stadskarnor_och_om_det_gemensamma_nekas(
    inloggad: Client, flemingsberg: Fardplan, adress: str
) -> None:
    svar = inloggad.get(adress)

    assert svar.status_code == 403
    assert "Du får ändra i Haninge" in platt(svar) or "ändrar i aktörsregistret" in platt(svar)


@pytest.mark.parametrize(
    "adress", ["/flemingsberg/", "/flemingsberg/insatskarta/?vy=tabell", "/flemingsberg/insatser/1.3/"]
)
def test_det_andra_visas_utan_vagar_att_andra(inloggad: Client, flemingsberg: Fardplan, adress: str) -> None:
    sidan = inloggad.get(adress).text

    assert "redigera/" not in sidan
    assert "/import/" not in sidan


def test_lagger_till_en_aktor_men_andrar_ingen(inloggad: Client, haningeplanerare: Anvandare) -> None:
    ny = skapa_aktor(av=haningeplanerare, namn="Haninge centrum AB", slag=Aktor.Slag.BOLAG)

    with pytest.raises(ValidationError, match=INTE):
        kontoandringar.andra_aktor(av=haningeplanerare, aktor=ny, version=ny.version, namn="Ett annat namn")
    assert inloggad.get("/aktorer/ny/").status_code == 200


def test_databasen_nekar_andringen_vad_sidan_an_sager(
    haningeplanerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    egen, gemensam = insats("1.3"), insats("1.1")

    for nekas in (egen, gemensam):
        with pytest.raises(ValidationError, match=INTE):
            andringar.andra(av=haningeplanerare, insats=nekas, version=nekas.version, titel="Kapad")


def test_nasta_andring_av_nagon_annan_gar_bra(
    haningeplanerare: Anvandare, planerare: Anvandare, egen: Insats, insats: Callable[[str], Insats]
) -> None:
    andringar.andra(av=haningeplanerare, insats=egen, version=egen.version, titel="Ny gångbro till torget")
    annan = insats("1.3")

    andringar.andra(av=planerare, insats=annan, version=annan.version, titel="En annan titel")

    assert insats("1.3").titel == "En annan titel"


def test_filen_nekas_for_det_gemensamma_och_raden_namns(inloggad: Client, haninge: Fardplan) -> None:
    gemensam = Insats.objects.i_fardplan(haninge).med_nummer("1.1").get()
    fil = inloggad.get("/haninge/insatskarta.csv").text.replace(gemensam.titel, "En kapad titel")

    uppladdat = SimpleUploadedFile("karta.csv", fil.encode())
    sidan = platt(inloggad.post("/haninge/insatskarta/import/", {"fil": uppladdat}, follow=True))

    assert "Det här visas i alla stadskärnor, och du får bara ändra i några." in sidan


def test_kommandot_nekas_i_en_annan_stadskarna(haningeplanerare: Anvandare, tmp_path: Path) -> None:
    fil = tmp_path / "karta.csv"
    fil.write_text("Nummer;Typ;Titel\n1.9;Kärnspecifik;En ny\n")

    with pytest.raises(CommandError, match="får inte läsa in i Flemingsberg"):
        call_command("importera", fil, stadskarna="flemingsberg", som=haningeplanerare.epost, stdout=StringIO())


def test_rapporterar_det_egna_ocksa_i_andra_stadskarnor(
    haningeplanerare: Anvandare, flemingsberg: Fardplan, haninge: Fardplan, insats: Callable[[str], Insats]
) -> None:
    gemensam, annans = insats("1.1"), insats("1.3")
    Medverkan.objects.create(insats=gemensam, aktor=haningeplanerare.aktor, roll="medverkande", ordning=99)

    i_flemingsberg = far_rapportera_av(haningeplanerare, [gemensam, annans], flemingsberg.stadskarna)
    lage.rapportera(
        av=haningeplanerare,
        insats=gemensam,
        stadskarna=flemingsberg.stadskarna,
        status=Status.PAGAR,
        bedomning="enligt_plan",
    )

    assert i_flemingsberg == {gemensam.pk}
    assert far_rapportera_av(haningeplanerare, [gemensam], haninge.stadskarna) == {gemensam.pk}


def test_svarar_for_den_egna_aktoren_i_det_gemensamma(
    haningeplanerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    del_ = Medverkan.objects.create(
        insats=insats("1.1"), aktor=haningeplanerare.aktor, roll="medverkande", ordning=99, deltagande="tillfragad"
    )

    assert far_svara(haningeplanerare, haningeplanerare.aktor, None)  # type: ignore[arg-type]
    svarat = deltagande.svara(
        av=haningeplanerare, del_=del_, deltagande=Deltagande.BEKRAFTAD, sedd=deltagande.senaste_handelse(del_)
    )

    assert svarat.deltagande == Deltagande.BEKRAFTAD


def test_angrar_sitt_eget_svar_dar_det_an_gavs(
    inloggad: Client, haningeplanerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    del_ = Medverkan.objects.create(
        insats=insats("1.1"), aktor=haningeplanerare.aktor, roll="medverkande", ordning=99, deltagande="tillfragad"
    )
    sedd = deltagande.senaste_handelse(del_)
    inloggad.post(f"/haninge/insatser/1.1/deltagande/{del_.pk}/", {"deltagande": "bekraftad", "svar": "", "sedd": sedd})
    kontext = deltagande.radens_handelser(del_).latest("pgh_id").pgh_context_id

    angra(av=haningeplanerare, kontext=kontext)

    del_.refresh_from_db()
    assert del_.deltagande == "tillfragad"


def test_ett_styrdokument_som_fler_bygger_pa_ar_allas(
    inloggad: Client, haningeplanerare: Anvandare, haninge: Fardplan, flemingsberg: Fardplan
) -> None:
    delat = Styrdokument.objects.filter(fardplaner=flemingsberg)[0]
    styrdokument.koppla(av=haningeplanerare, fardplan=haninge, dokument=delat)
    eget = styrdokument.skapa(av=haningeplanerare, fardplan=haninge, namn="Haninges egen plan", ar=2024)

    with pytest.raises(ValidationError, match=INTE):
        styrdokument.andra(av=haningeplanerare, dokument=delat, version=delat.version, namn="Kapat")
    styrdokument.andra(av=haningeplanerare, dokument=eget, version=eget.version, namn="Haninges plan")

    assert inloggad.get(f"/haninge/styrdokument/{delat.pk}/").status_code == 403
    assert inloggad.get(f"/haninge/styrdokument/{eget.pk}/").status_code == 200


def test_arenden_och_overenskommelser_ar_allas(haningeplanerare: Anvandare, planerare: Anvandare, aktor: Any) -> None:
    hennes = {"aktor_id": aktor("haninge-kommun").pk, "rubrik": "Prov", "slag": "ovrigt"}

    with pytest.raises(ValidationError, match=INTE):
        arenden.skapa(av=haningeplanerare, **hennes)
    with pytest.raises(ValidationError, match=INTE):
        overenskommelser.skapa(av=haningeplanerare, namn="Prov", slag="samverkan")
    assert arenden.skapa(av=planerare, **hennes).pk


@pytest.mark.parametrize("adress", ["/arenden/ny/", "/arenden/overenskommelser/ny/"])
def test_sidorna_sager_att_arenden_och_overenskommelser_ar_allas(inloggad: Client, adress: str) -> None:
    svar = inloggad.get(adress)

    assert (svar.status_code, "Det här är gemensamt för alla stadskärnor." in platt(svar)) == (403, True)
    assert adress not in platt(inloggad.get("/arenden/"))


def test_den_som_bjuder_in_far_veta_var_en_tjansteperson_rapporterar(inloggad: Client, planerare: Anvandare) -> None:
    overallt = "Det gäller i alla stadskärnor, inte bara där du får ändra."

    hos_haninge = platt(inloggad.get(reverse("bjud_in")))
    inloggad.force_login(planerare)

    assert (overallt in hos_haninge, overallt in platt(inloggad.get(reverse("bjud_in")))) == (True, False)


def test_den_som_har_nagra_stadskarnor_gor_ingen_till_samordnare(
    inloggad: Client, haningeplanerare: Anvandare, aktor: Any
) -> None:
    vem, hos = [Inbjuden("ny@haninge.example", "Ny")], aktor("haninge-kommun")

    with pytest.raises(ValidationError, match="kan inte bjuda in"):
        konton.bjud_in(av=haningeplanerare, inbjudna=vem, roll=Anvandarroll.TJANSTEPERSON, aktor=hos, samordnare=True)
    assert "Samordnare" not in platt(inloggad.get(reverse("bjud_in")))


def test_mejl_om_konton_lases_av_administratorer_alena(
    inloggad: Client, administrator: Anvandare, botkyrka: Anvandare
) -> None:
    mejlet = konton.begar_losenord(av=None, epost=botkyrka.epost)

    assert mejlet
    assert botkyrka.epost not in platt(inloggad.get("/haninge/uppfoljning/mejl/"))
    inloggad.force_login(administrator)
    assert botkyrka.epost in platt(inloggad.get("/haninge/uppfoljning/mejl/"))


def test_en_rad_som_flyttas_till_nagon_annans_nekas(
    haningeplanerare: Anvandare, egen: Insats, flemingsberg: Fardplan
) -> None:
    with pytest.raises(ValidationError, match=INTE):
        andringar.flytta(
            av=haningeplanerare,
            insats=egen,
            version=egen.version,
            malomrade=egen.malomrade,
            fardplan=None,
            ordning=99,
        )


def test_med_rollen_gar_begransningen(planerare: Anvandare, haninge: Fardplan) -> None:
    begransad = andra_konto(planerare, bara_i=[haninge.stadskarna_id])
    assert not begransad.far(Rattighet.REDIGERA)

    nu = andra_konto(begransad, roll=Anvandarroll.ADMINISTRATOR)

    assert nu.bara_i == []
    assert nu.far(Rattighet.REDIGERA)


def test_en_stadskarna_som_ar_borta_ger_ingen_ratt(person: Callable[..., Anvandare], flemingsberg: Fardplan) -> None:
    vem = person("planerare", bara_i=[999_999])

    assert not any(har(vem, r, i) for r in I_STADSKARNOR for i in (None, flemingsberg.stadskarna_id))


def _rader() -> list[Any]:
    """Of each kind that belongs to a stadskärna, or to all."""
    return [
        *Insats.objects.all(),
        *Fardplan.objects.all(),
        *Fardriktning.objects.all(),
        *Handlingsplan.objects.all(),
        *Prioritering.objects.all(),
        *Aktivitet.objects.all(),
        *Samverkansorgan.objects.all(),
        *Mote.objects.all(),
        *Program.objects.all(),
        *Malomrade.objects.all(),
        *Stadskarna.objects.all(),
    ]


def _databasen_slapper(rad: Any, karna: int) -> bool:
    """Whether somebody of that stadskärna alone may touch the row, by the triggers."""
    tabell = connection.ops.quote_name(rad._meta.db_table)
    try:
        with bara_i([karna]), connection.cursor() as cursor:
            cursor.execute("SAVEPOINT prov")
            cursor.execute(f"UPDATE {tabell} SET id = id WHERE id = %s", [rad.pk])
    except ValidationError:
        return False
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT prov")
    return True


def test_databasen_och_python_ar_overens_om_var_en_rad_hor_hemma(flemingsberg: Fardplan, haninge: Fardplan) -> None:
    Mote.objects.create(organ=Samverkansorgan.objects.filter(stadskarna__isnull=False)[0], datum=klocka.om(9))
    karnor = (flemingsberg.stadskarna_id, haninge.stadskarna_id)
    oppna = [r for r in _rader() if not isinstance(r, Handlingsplan | Prioritering | Aktivitet) or _oppen(r)]

    skiljer = [(r, k) for r, k in product(oppna, karnor) if _databasen_slapper(r, k) != (karna_for(r) == k)]

    assert len({type(r) for r in oppna}) == 11
    assert skiljer == []


def _oppen(rad: Handlingsplan | Prioritering | Aktivitet) -> bool:
    plan = rad if isinstance(rad, Handlingsplan) else getattr(rad, "prioritering", rad).handlingsplan
    return plan.kan_andras


def _alla_slags_personer(karnor: list[int]) -> list[Anvandare]:
    """Each role × aktör or none × in all, in some, in none that is left × samordnare, of accounts that are not kept."""
    aktorer = [None, *Aktor.objects.filter(slug__in=["haninge-kommun", "trafikverket", "naringslivet"])]
    return [
        Anvandare(roll=roll, aktor=aktor, bara_i=bara, samordnare=samordnar, is_active=aktiv, epost="x@prov.example")
        for roll, aktor, bara, samordnar, aktiv in product(
            Anvandarroll, aktorer, ([], karnor[:1], karnor[:2], [0]), (False, True), (True, False)
        )
        if not (bara and roll != "planerare") and not (samordnar and roll != "tjansteperson")
    ]


def test_den_som_far_andra_far_se(flemingsberg: Fardplan, utkastet: Fardplan) -> None:
    karnor = [utkastet.stadskarna_id, flemingsberg.stadskarna_id]
    alla = list(Insats.objects.select_related("fardplan"))

    for vem in _alla_slags_personer(karnor):
        synliga = set(synliga_insatser(vem).values_list("pk", flat=True))
        planer = {f.stadskarna_id for f in synliga_fardplaner(vem)}
        andrar = {i.pk for i in alla if far_andra(vem, i)}
        rapporterar = set[int]().union(*(far_rapportera_av(vem, alla, f.stadskarna) for f in (flemingsberg, utkastet)))
        assert andrar | rapporterar <= synliga
        assert {k for r, k in product(I_STADSKARNOR, karnor) if har(vem, r, k)} <= planer


def test_ratten_till_allt_ar_ratten_overallt_och_till_det_gemensamma(flemingsberg: Fardplan) -> None:
    karnor = list(Stadskarna.objects.values_list("pk", flat=True))

    for vem, ratt in product(_alla_slags_personer(karnor), Rattighet):
        nagonstans = har_nagonstans(vem, ratt)
        i_alla = all(har(vem, ratt, k) for k in karnor)
        assert har(vem, ratt) <= i_alla <= nagonstans
        assert nagonstans or not any(har(vem, ratt, k) for k in karnor)


def test_administratoren_valjer_var_planeraren_far_andra(
    client: Client, administrator: Anvandare, haninge: Fardplan
) -> None:
    client.force_login(administrator)
    inbjudan = {"personer": "ny@haninge.example", "roll": "planerare", "bara_i": [haninge.stadskarna_id]}

    client.post(reverse("bjud_in"), inbjudan)
    sidan = platt(client.get(reverse("konton"), {"q": "ny@haninge.example"}))

    assert Anvandare.objects.get(epost="ny@haninge.example").bara_i == [haninge.stadskarna_id]
    assert "Bara i Haninge" in sidan


def test_begransningen_ar_for_planerare_och_det_sags(
    client: Client, administrator: Anvandare, haninge: Fardplan
) -> None:
    client.force_login(administrator)
    inbjudan = {"personer": "ny@haninge.example", "roll": "styrgrupp", "bara_i": [haninge.stadskarna_id]}

    svar = client.post(reverse("bjud_in"), inbjudan)

    assert svar.status_code == 422
    assert "Bara en planerare kan ha rätt att ändra i några stadskärnor" in platt(svar)


def test_samordnaren_bjuder_in_kollegor_och_inga_andra(
    client: Client, tjansteperson: Anvandare, aktor: Callable[[str], Aktor], botkyrka: Anvandare
) -> None:
    samordnare = andra_konto(tjansteperson, samordnare=True)
    client.force_login(samordnare)
    vem, roll = konton.Inbjuden("kollega@huddinge.example", "Kollega"), Anvandarroll.TJANSTEPERSON

    with pytest.raises(ValidationError, match="Du kan inte bjuda in"):
        konton.bjud_in(av=samordnare, inbjudna=[vem], roll=roll, aktor=aktor("botkyrka-kommun"))
    konton.bjud_in_kollegor(av=samordnare, inbjudna=[vem])
    konton.utfor_inbjudningar()

    ny = Anvandare.objects.get(epost=vem.epost)
    assert (ny.roll, ny.aktor) == (roll, tjansteperson.aktor)
    assert botkyrka.epost not in platt(client.get(reverse("konton")))
    assert client.post(reverse("bjud_in_igen", args=[botkyrka.pk])).status_code == 404


def test_en_vanlig_tjansteperson_bjuder_inte_in(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)

    assert client.get(reverse("bjud_in")).status_code == 403
