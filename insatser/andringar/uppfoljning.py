"""Every write of a round of follow-up: open it, answer, take back an answer, remind, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import Krock, andra_rad, krav_oandrad
from aktorer.grund.tecken import epostnyckel
from aktorer.models import KONTAKTER, Anvandare
from insatser.andringar import aktivitet as aktivitetsandringar
from insatser.andringar import lage as lagesandringar
from insatser.andringar import utskick
from insatser.andringar.kontakt import konto_for
from insatser.fragor import lage as lagesfragor
from insatser.fragor import mitt_arbete as arbetsfragor
from insatser.fragor import uppfoljning as omgangsfragor
from insatser.fragor.kontakt import mejladresser
from insatser.fragor.uppfoljning import Amne, att_fraga
from insatser.models import Fardplan, Mottagare, Omgang, Omgangspunkt, Omgangssvar, Tillfragan, Utskick
from insatser.models.uppfoljning import STANGD, ny_nyckel
from insatser.regler.bojning import bojt
from insatser.regler.omgang import omgangsfel
from insatser.regler.status import Status

OFORANDRAT = "Oförändrat sedan förra rapporten."
NYTT_LAGE = "Läget har ändrats sedan du öppnade sidan. Här är det nya: stämmer det, tryck Oförändrat igen."


@slutlig_andring
def oppna(
    *,
    av: Anvandare | None,
    fardplan: Fardplan | None,
    namn: str,
    deadline: date,
    fragor: Sequence[Amne],
    fraga: str = "",
) -> Omgang:
    """Open a round about `fragor` (without a färdplan: of all) and put a mail to everybody asked in the queue. Contacts
    who have no account get one that cannot log in, and are asked by its link.

    Raises ValidationError with all that is wrong: a last day that has passed, nothing to ask about, nobody to ask
    about some of it.

    No version: it is new.
    """
    if fel := omgangsfel(deadline, att_fraga(fragor), timezone.localdate()):
        raise ValidationError(fel)
    kontakter = {(k.epost, k.aktor_id): k for f in fragor for k in f.kontakter}
    konton = {vem: konto_for(av=av, kontakt=k) for vem, k in sorted(kontakter.items())}
    fragade = [[*f.personer, *(konton[k.epost, k.aktor_id] for k in f.kontakter)] for f in fragor]
    personer = {p.pk: p for alla in fragade for p in alla}
    omgang = Omgang(fardplan=fardplan, namn=namn.strip(), fraga=fraga, deadline=deadline, oppnad_av=av)
    omgang.full_clean(exclude=["oppnad", "stangd", "rapport"])
    omgang.save()
    mottagare = {pk: Mottagare.objects.create(omgang=omgang, anvandare=p) for pk, p in personer.items()}
    for ordning, (f, alla) in enumerate(zip(fragor, fragade, strict=True), start=1):
        punkt = Omgangspunkt.objects.create(
            omgang=omgang, ordning=ordning, stadskarna=f.stadskarna, insats=f.insats, aktivitet=f.aktivitet
        )
        for person in {p.pk: p for p in alla}.values():
            Tillfragan.objects.create(mottagare=mottagare[person.pk], punkt=punkt, aktor_id=person.aktor_id)
    for _, person in sorted(personer.items()):
        utskick.lagg_i_ko(person, Utskick.Slag.OMGANG, omgang)
    return omgang


def las_oppen(omgang: int) -> Omgang:
    """The round, locked. Raises ValidationError when it is closed."""
    nu: Omgang = Omgang.objects.select_for_update().get(pk=omgang)
    if nu.stangd:
        raise ValidationError(STANGD)
    return nu


@slutlig_andring
@om_eget
def svara(
    *,
    av: Anvandare,
    mottagare: Mottagare,
    punkt: Omgangspunkt,
    status: str,
    bedomning: str = "",
    kommentar: str = "",
    oforandrat: bool = False,
    sedd: int = 0,
) -> Omgangssvar:
    """Answer a point as the person asked (`av`): a lägesrapport, or an aktivitet's status. An earlier answer of the
    same aktör makes way; that of another stands beside it.

    `sedd` is the id of the latest report, or the version of the aktivitet, that the person had before them.
    Raises Krock and ValidationError.
    """
    las_oppen(punkt.omgang_id)
    fragade = list(punkt.tillfragningar.select_related("aktor"))
    if not any(t.mottagare_id == mottagare.pk and t.lamnad_till_id is None for t in fragade):
        raise ValidationError(f"Du är inte längre tillfrågad om {punkt}.")
    aktor = omgangsfragor.svarar_for(mottagare, fragade)
    galler = Omgangssvar.objects.filter(punkt=punkt, aktor=aktor, angrat=None).first()
    varden: dict[str, Any] = {"oforandrat": oforandrat}
    if punkt.insats:
        fore = lagesfragor.senaste(punkt.insats.pk, punkt.stadskarna_id)
        rapport = lagesandringar.rapportera(
            av=av,
            insats=punkt.insats,
            stadskarna=punkt.stadskarna,
            status=status,
            bedomning=bedomning,
            kommentar=kommentar,
            sedd=sedd,
        )
        # The same words by the same person the same day are no second report, and no second answer.
        if galler and galler.lagesrapport_id == rapport.pk:
            return galler
        varden |= {"lagesrapport": rapport, "egen_rapport": rapport != fore}
    elif punkt.aktivitet:
        nu = punkt.aktivitet
        kommentar = kommentar.strip()
        varden |= {"status_fore": nu.status, "status_efter": status}
        varden |= {"kommentar_fore": nu.kommentar, "kommentar_efter": kommentar}
        aktivitetsandringar.rapportera(av=av, aktivitet=nu, version=sedd, status=Status(status), kommentar=kommentar)
        sagt = (status, kommentar)
        if (
            galler
            and galler.mottagare_id == mottagare.pk
            and (galler.status_efter, galler.kommentar_efter) == sagt == (nu.status, nu.kommentar)
        ):
            return galler
    if galler:
        galler.angrat = timezone.now()
        galler.save(update_fields=["angrat"])
    return Omgangssvar.objects.create(punkt=punkt, mottagare=mottagare, aktor_id=aktor, ersatter=galler, **varden)


@slutlig_andring
@om_eget
def svara_oforandrat(*, av: Anvandare, mottagare: Mottagare, punkt: Omgangspunkt, sedd: int) -> Omgangssvar:
    """Say that it is as the report (or the aktivitet) that the person had before them says, in one tap.

    `sedd` as in `svara`. Raises Krock when it is another now, ValidationError when there is nothing to repeat.
    """
    if punkt.aktivitet:
        nu = punkt.aktivitet
        if nu.version != sedd:
            raise Krock([], nu.version, text=NYTT_LAGE)
        return svara(
            av=av,
            mottagare=mottagare,
            punkt=punkt,
            status=nu.status,
            kommentar=nu.kommentar,
            oforandrat=True,
            sedd=sedd,
        )
    rapport = lagesfragor.senaste(punkt.insats_id or 0, punkt.stadskarna_id)
    if rapport is None:
        raise ValidationError("Ingen har rapporterat än. Välj en status.")
    if rapport.pk != sedd:
        # A second click sees the report that the first one wrote.
        eget = Omgangssvar.objects.filter(punkt=punkt, mottagare=mottagare, oforandrat=True, lagesrapport=rapport)
        if galler := eget.filter(angrat=None).first():
            return galler
        raise Krock([], rapport.pk, text=NYTT_LAGE)
    return svara(
        av=av,
        mottagare=mottagare,
        punkt=punkt,
        status=rapport.status,
        bedomning=rapport.bedomning,
        kommentar=rapport.kommentar or OFORANDRAT,
        oforandrat=True,
        sedd=sedd,
    )


@slutlig_andring
@om_eget
def angra(*, av: Anvandare, svar: Omgangssvar) -> None:
    """Take the own answer back: its report no longer counts, the aktivitet gets the status it had unless another aktör
    has answered since, and an answer that it replaced counts again. Raises Krock and ValidationError.

    No version: an answer never changes, and is taken back once.
    """
    las_oppen(svar.punkt.omgang_id)
    nu = Omgangssvar.objects.select_for_update(of=("self",)).get(pk=svar.pk)
    if nu.angrat:
        return
    if nu.mottagare.anvandare_id != av.pk:
        raise ValidationError(f"{nu.mottagare} har svarat. Ändra svaret i stället, om det har blivit fel.")
    if nu.lagesrapport_id:
        alla = Omgangssvar.objects.filter(lagesrapport=nu.lagesrapport_id)
        i_annan_omgang = alla.filter(angrat=None).exclude(pk=nu.pk)
        if alla.filter(egen_rapport=True).exists() and not i_annan_omgang.exists():
            lagesandringar.aterkalla(av=av, rapport=nu.lagesrapport_id)
    elif nu.punkt.aktivitet and not nu.punkt.svar.filter(angrat=None, pk__gt=nu.pk).exists():
        aktivitet = nu.punkt.aktivitet
        if (aktivitet.status, aktivitet.kommentar) != (nu.status_efter, nu.kommentar_efter):
            raise ValidationError("Någon har ändrat statusen sedan dess. Rapportera den på nytt i stället.")
        aktivitetsandringar.rapportera(
            av=av,
            aktivitet=aktivitet,
            version=aktivitet.version,
            status=Status(nu.status_fore),
            kommentar=nu.kommentar_fore,
        )
    nu.angrat = timezone.now()
    nu.save(update_fields=["angrat"])
    if nu.ersatter_id:
        Omgangssvar.objects.filter(pk=nu.ersatter_id).update(angrat=None)


@slutlig_andring
def oppnade_lanken(*, av: Anvandare, mottagare: Mottagare) -> None:
    """Remember that the person has seen what is asked, the first time. No version: only the first time counts."""
    Mottagare.objects.filter(pk=mottagare.pk, oppnad=None).update(oppnad=timezone.now())


@slutlig_andring
def aterkalla_lank(*, av: Anvandare | None, mottagare: Mottagare) -> None:
    """Shut the person's link: it was sent astray, or the person has left. Also when the round is closed, since it can
    still be read then.

    No version: a shut link is the safe side.
    """
    mottagare.aterkallad = timezone.now()
    mottagare.save(update_fields=["aterkallad"])


@slutlig_andring
def ny_lank(*, av: Anvandare | None, mottagare: Mottagare) -> bool:
    """Make a new link, shut the one before, and put a mail in the queue. False when it comes another day.

    Raises ValidationError: the round is closed, or the account of the person is.

    No version: the latest link is the one that works.
    """
    las_oppen(mottagare.omgang_id)
    person = Anvandare.objects.get(pk=mottagare.anvandare_id)
    if not person.is_active or not mejladresser([person])[person.pk]:
        text = f"{mottagare} får ingen länk: kontot är avstängt. Finns en kollega frågas den i stället."
        raise ValidationError(text)
    mottagare.nyckel, mottagare.aterkallad = ny_nyckel(), None
    mottagare.save(update_fields=["nyckel", "aterkallad"])
    return utskick.lagg_i_ko(mottagare.anvandare, Utskick.Slag.LANK, None).dag <= timezone.localdate()


@slutlig_andring
def begar_lank(*, av: Anvandare | None, epost: str) -> list[Utskick]:
    """Somebody, nobody knows who, asks for the links of the person with this address: queue them to that address.

    At most one such mail a day. Nothing changes for the person: the link they have goes on working. A link that the
    planerare took back stays so, since whoever made that necessary could ask for it again. Returns the mail, also one
    that still waits; two when the person is asked as a contact of another aktör besides; none when there is none.

    No version: it changes nothing but the queue.
    """
    som_kontakt = Q(epost__endswith=f"@{KONTAKTER}", kontakter__epost=epostnyckel(epost))
    vems = Q(epost__iexact=epostnyckel(epost)) | som_kontakt
    personer = Anvandare.objects.filter(vems, is_active=True).distinct().order_by("pk")
    return [rad for person in personer if (rad := _lank_till(person, timezone.localdate()))]


def _lank_till(person: Anvandare, idag: date) -> Utskick | None:
    if not arbetsfragor.omgangar(person, idag):
        return None
    if person.utskick.filter(slag=Utskick.Slag.LANK, dag=idag).exclude(paborjat=None).exists():
        return None
    return utskick.lagg_i_ko(person, Utskick.Slag.LANK, None)


@slutlig_andring
def paminn(*, av: Anvandare | None, omgang: Omgang, mottagare: Sequence[Mottagare]) -> list[Anvandare]:
    """Put a reminder to these people in the queue; who got a mail within five days is left in peace.

    Returns those it was queued for. Raises ValidationError.

    No version: who got a mail lately gets none.
    """
    nu = las_oppen(omgang.pk)
    slag = Utskick.Slag.FORE if nu.deadline >= timezone.localdate() else Utskick.Slag.EFTER
    valda = [m.anvandare for m in mottagare if m.omgang_id == nu.pk and not m.aterkallad]
    return [p for p in sorted(valda, key=lambda p: p.pk) if utskick.paminn(p, slag, nu, timezone.localdate())]


@slutlig_andring
def stang(*, av: Anvandare | None, omgang: Omgang) -> Omgang:
    """Close the round with a report of it: nothing in it changes any more, and by its links one only reads.

    Raises ValidationError.

    No version: the report is of what is answered at that moment.
    """
    nu = las_oppen(omgang.pk)
    # What waits to be sent would ask about something that is over.
    nu.utskick.filter(paborjat=None).delete()
    nu.rapport = omgangsfragor.rapport(nu, timezone.localdate())
    nu.stangd = timezone.now()
    nu.version += 1
    nu.save(update_fields=["rapport", "stangd", "version"])
    return nu


def hinder(omgang: Omgang) -> list[str]:
    """Why the round cannot be taken away, in whole sentences."""
    ut = []
    if svar := Omgangssvar.objects.filter(punkt__omgang=omgang).count():
        ut.append(f"{bojt(svar, 'Ett svar', f'{svar} svar')} har kommit. Stäng omgången i stället.")
    if omgang.rattelser.exists():
        ut.append("Omgången har varit stängd, och rapporten kan ha lästs. Stäng den i stället.")
    return ut


@slutlig_andring
def ta_bort(*, av: Anvandare | None, omgang: Omgang, version: int) -> None:
    """Take away a round that was opened by mistake and nobody has answered: its links do no more, nor what waits.

    The mails that went are remembered, since nobody gets two a day. Raises Krock and ValidationError.
    """
    nu = las_oppen(omgang.pk)
    krav_oandrad(nu, version=version, vad="omgången")
    if fel := hinder(nu):
        raise ValidationError(fel)
    nu.utskick.filter(paborjat=None).delete()
    nu.utskick.update(omgang=None)
    nu.delete()


@slutlig_andring
def andra_deadline(*, av: Anvandare | None, omgang: Omgang, version: int, deadline: date) -> list[Utskick]:
    """Give those asked more time, or less: then who has something left is told by mail.

    That is no reminder, and does not wait five days; but the next reminder does, and nobody gets two mails a day. A
    mail about the round that waits already tells the new day. Returns the mails. Raises Krock and ValidationError.
    """
    nu = las_oppen(omgang.pk)
    if fel := omgangsfel(deadline, None, timezone.localdate()):
        raise ValidationError(fel)
    if andra_rad(nu, version=version, varden={"deadline": deadline}).deadline >= nu.deadline:
        return []
    return [utskick.lagg_i_ko(person, Utskick.Slag.TIDIGARE, nu) for person in utskick.har_kvar(nu)]
