"""Inviting people, their accounts, and choosing a password by a key."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from aktorer.grund.formular import LOSENORDSRAD, Epostfalt, Textyta, svenska_val, valda_aktorer
from aktorer.grund.tecken import epostnyckel, nyckel
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from aktorer.tvasteg import NyPasskey
from insatser.andringar.konton import Inbjuden
from insatser.behorighet import synliga_konton
from insatser.fragor.konton import med_adresser, upptagna
from insatser.models import Stadskarna

FLEST = 50  # invitations at once
RAPPORTERAR = "En tjänsteperson hör till en aktör, och rapporterar det som aktören är med i."
UTAN_AKTOR = "Välj vilken aktör tjänstepersonen hör till."
_ADRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")


class Stadskarneval(forms.TypedMultipleChoiceField):
    """Where a planerare may change things: the ids, in order."""

    def __init__(self) -> None:
        super().__init__(
            choices=lambda: Stadskarna.objects.order_by("ordning").values_list("pk", "namn"),
            coerce=int,
            label="Får ändra bara i",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="För en planerare som sköter några av stadskärnorna, till exempel hos en kommun. Inget"
            " ikryssat: alla, och det som är gemensamt för dem.",
        )


class InbjudanForm(forms.Form):
    """One or many: a line each, with the address and perhaps the name, as people paste it."""

    personer = forms.CharField(
        label="Vilka?",
        max_length=20_000,
        widget=Textyta({"rows": 4, "spellcheck": "false"}),
        help_text="En person per rad: namn och e-postadress, eller bara adressen. Det går att klistra in från Excel"
        " eller från ett mejl.",
        error_messages={"required": "Skriv minst en e-postadress."},
    )
    roll = forms.ChoiceField(label="Roll")
    aktor = forms.ModelChoiceField(Aktor.objects.none(), label="Aktör", required=False)
    bara_i = Stadskarneval()
    samordnare = forms.BooleanField(
        label="Samordnare", required=False, help_text="En tjänsteperson som själv får bjuda in kollegor hos aktören."
    )

    def __init__(self, *args: Any, av: Anvandare, **kwargs: Any) -> None:
        """What `av` may not choose is not asked."""
        super().__init__(*args, **kwargs)
        self.av = av
        self.fields["aktor"].queryset = Aktor.objects.valbara([])  # type: ignore[attr-defined]
        self.fields["roll"].choices = [(r.value, r.label) for r in av.far_ge]  # type: ignore[attr-defined]
        self.fields["aktor"].help_text = RAPPORTERAR
        if av.far_ge == (Anvandarroll.TJANSTEPERSON,):
            self._bara_tjanstepersoner()
        if av.samordnare:
            for falt in ("roll", "aktor", "samordnare"):
                del self.fields[falt]
        if av.bara_i:
            del self.fields["samordnare"]
            self.fields["aktor"].help_text = f"{RAPPORTERAR} Det gäller i alla stadskärnor, inte bara där du får ändra."
        svenska_val(self)

    def _bara_tjanstepersoner(self) -> None:
        """There is no choice of role then, and no reason to leave the aktör out."""
        del self.fields["bara_i"]
        self.fields["roll"].widget = forms.HiddenInput()
        self.fields["aktor"].required = True
        self.fields["aktor"].error_messages["required"] = UTAN_AKTOR

    def rattigheter(self) -> dict[str, Any]:
        """What they are invited to, when the form holds."""
        if self.av.samordnare:
            return {"roll": Anvandarroll.TJANSTEPERSON, "aktor": self.av.aktor}
        sagt = self.cleaned_data
        return {
            "roll": Anvandarroll(sagt["roll"]),
            "aktor": sagt["aktor"],
            "bara_i": sagt.get("bara_i", ()),
            "samordnare": sagt.get("samordnare", False),
        }

    def clean_personer(self) -> list[Inbjuden]:
        rader = [rad for rad in self.cleaned_data["personer"].splitlines() if rad.strip(" \t;,")]
        if len(rader) > FLEST:
            raise ValidationError(f"Det är {len(rader)} rader. Bjud in högst {FLEST} åt gången.")
        inbjudna, fel = [], []
        for rad in rader:
            try:
                inbjudna.append(_inbjuden(rad))
            except ValidationError as orsak:
                fel.extend(orsak.messages)
        # Of what the person does not see nothing is said, here or later.
        synliga = med_adresser(synliga_konton(self.av), [i.epost for i in inbjudna])
        konton = {konto.epost.lower(): konto for konto in synliga if konto.loggar_in}
        sedda: set[str] = set()
        for i in inbjudna:
            if konto := konton.get(i.epost):
                hur = "" if konto.is_active else ", och det är avstängt"
                fel.append(f"{i.epost} har redan ett konto: {konto}, {konto.get_roll_display().lower()}{hur}.")
            if i.epost in sedda:
                fel.append(f"{i.epost} står två gånger.")
            sedda.add(i.epost)
        if fel:
            raise ValidationError(fel)
        return inbjudna

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("roll") == Anvandarroll.TJANSTEPERSON and "aktor" in rent and not rent["aktor"]:
            self.add_error("aktor", UTAN_AKTOR)
        return rent


def _inbjuden(rad: str) -> Inbjuden:
    """Raises ValidationError."""
    hittade = _ADRESS.findall(rad)
    if len({epostnyckel(nyckel(h).strip("'")) for h in hittade}) != 1:
        hur = "saknar e-postadress" if not hittade else "har flera adresser. Skriv en per rad"
        raise ValidationError(f"”{rad.strip()[:80]}” {hur}.")
    epost = epostnyckel(nyckel(hittade[0]).strip("'"))
    try:
        validate_email(epost)
    except ValidationError:
        raise ValidationError(f"”{hittade[0][:80]}” är ingen e-postadress.") from None
    namn = re.sub(r"[<>;,\"\t]+", " ", _ADRESS.sub(" ", rad))
    return Inbjuden(epost, " ".join(namn.split())[:120] or _namnet_ur(epost))


def _namnet_ur(epost: str) -> str:
    """What the person is called until told: anna.ek@… is Anna Ek. The person sets it right."""
    return " ".join(del_.capitalize() for del_ in re.split(r"[._+]+", epost.partition("@")[0]) if del_)[:120]


class KontoForm(forms.ModelForm[Anvandare]):
    """An account as an administratör changes it."""

    sedd = forms.IntegerField(widget=forms.HiddenInput)
    bara_i = Stadskarneval()
    field_order = ("namn", "epost", "roll", "aktor", "bara_i", "samordnare", "is_active")

    class Meta:
        model = Anvandare
        fields = ("namn", "epost", "roll", "aktor", "samordnare", "is_active")
        field_classes = {"epost": Epostfalt}
        labels = {"is_active": "Kontot är öppet"}
        help_texts = {
            "is_active": "Ett avstängt konto kommer inte in, och den som är inloggad är ute direkt. Det som personen"
            " har skrivit finns kvar."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aktor"].queryset = Aktor.objects.valbara(valda_aktorer(self, "aktor"))  # type: ignore[attr-defined]
        self.initial["bara_i"] = self.instance.bara_i
        if self.instance.loggar_in:
            self.fields["roll"].choices = inloggningsroller()  # type: ignore[attr-defined]
        svenska_val(self)

    def clean_epost(self) -> str:
        return ledig_epost(self.cleaned_data["epost"], self.instance)


def inloggningsroller() -> list[tuple[str, str]]:
    """The roles that an account can have that is there to log in with, after an empty choice."""
    return [("", ""), *((v, str(namn)) for v, namn in Anvandarroll.choices if v != Anvandarroll.KONTAKT)]


def ledig_epost(epost: str, konto: Anvandare) -> str:
    """The address as it is kept. Raises ValidationError when an account that is not `konto` has it."""
    annan = upptagna([epost]).get(epost.lower())
    if annan and annan.pk != konto.pk:
        raise ValidationError(f"{annan} har redan ett konto med den adressen.")
    return epost.lower()


class StangForm(forms.Form):
    """Who takes over what waits for a person whose account is closed."""

    sedd = forms.IntegerField(widget=forms.HiddenInput)
    till = forms.ModelChoiceField(Anvandare.objects.none(), label="Vem tar över?", required=False, empty_label="Ingen")

    def __init__(self, *args: Any, kollegor: QuerySet[Anvandare], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["till"].queryset = kollegor  # type: ignore[attr-defined]
        svenska_val(self)


class LosenordForm(forms.Form):
    """A new password, by a key."""

    losenord = forms.CharField(
        label="Välj ett lösenord",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=LOSENORDSRAD,
    )

    def __init__(self, *args: Any, person: Anvandare, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        # By its name, what it holds is left as it was typed (fardplan/middleware.RenText).
        self.fields["losenord_igen"] = forms.CharField(
            label="Lösenordet en gång till",
            strip=False,
            max_length=200,
            widget=forms.PasswordInput({"autocomplete": "new-password"}),
        )

    def clean_losenord(self) -> str:
        losenord: str = self.cleaned_data["losenord"]
        validate_password(losenord, self.person)
        return losenord

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "losenord" in rent and "losenord_igen" in rent and rent["losenord"] != rent["losenord_igen"]:
            self.add_error("losenord_igen", "Lösenorden är inte lika. Skriv samma en gång till.")
        return rent


class ValkommenForm(LosenordForm):
    """The first one, with the name that others see."""

    namn = forms.CharField(label="Ditt namn", max_length=120, help_text="Så ser andra vem som har skrivit något.")
    field_order = ("namn", "losenord")


class ValkommenPasskeyForm(NyPasskey):
    """The same with a passkey instead of a password."""

    namn = forms.CharField(label="Ditt namn", max_length=120)


class AdressForm(forms.Form):
    """Another address of one's own. Whether somebody has it is not told."""

    epost = Epostfalt(label="Ny e-postadress", widget=forms.EmailInput({"autocomplete": "email"}))

    def __init__(self, *args: Any, person: Anvandare, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_epost(self) -> str:
        epost: str = self.cleaned_data["epost"].lower()
        if epost == self.person.epost.lower():
            raise ValidationError("Det är redan din adress.")
        return epost


class NamnForm(forms.Form):
    """The own name."""

    namn = forms.CharField(label="Ditt namn", max_length=120, help_text="Så ser andra vem som har skrivit något.")


class BortForm(forms.Form):
    """That something of an account as it was read is to go."""

    sedd = forms.IntegerField(widget=forms.HiddenInput)


class GlomtForm(forms.Form):
    """Whose password it is that was forgotten."""

    epost = Epostfalt(label="E-postadress", widget=forms.EmailInput({"autocomplete": "email"}))
