"""A second factor and passkeys: allauth's own, with our words, our name and our secret around what it keeps."""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.views import AddWebAuthnView
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from aktorer import takt
from aktorer.andringar import avsluta_ovriga
from aktorer.grund.sakerhet import Sakerhet, notera
from aktorer.models import Anvandare

NAMN = "Färdplan"
PASSKEYN_GICK_INTE = "Det gick inte att läsa passkeyn. Försök igen, eller välj ett annat sätt."
NAMNETS_LANGD = 60


class Tvasteg(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's rules. What it keeps of codes can only be read with SECRET_KEY, and passkeys hold for our address."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Det går inte att ta bort.",
        "cannot_generate_recovery_codes": "Lägg till en app eller en passkey först: koderna är för när den är borta.",
        "incorrect_code": "Koden stämmer inte, eller är redan använd. Vänta på nästa och försök igen.",
        "unverified_email": "Bekräfta din e-postadress först.",
    }

    def _get_site_name(self) -> str:
        return NAMN

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What another SECRET_KEY wrote is nobody's secret any more: no code fits, and nothing breaks."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: Anvandare, type: Authenticator.Type) -> str:
        antal = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Min passkey" if antal == 0 else f"Passkey {antal + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey holds for BASADRESS and what lies under it, so that one made at www. opens the site without it."""
        har: str = context.request.get_host().partition(":")[0]
        bas = urlsplit(settings.BASADRESS).hostname or har
        return {"id": bas if har.endswith(f".{bas}") else har, "name": NAMN}


def _fernet() -> Fernet:
    nyckel = hashlib.sha256(f"fardplan.tvasteg {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(nyckel))


class _Kodfalt:
    """The field of a code, as telephones help to fill it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        falt = self.fields["code"]  # type: ignore[attr-defined]
        falt.label, falt.max_length = "Kod", 20
        falt.widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "20"})


class _Engangskod(_Kodfalt):
    """A code of the app is taken once. allauth remembers it for half a minute; it is right for as long as we allow."""

    def clean_code(self) -> str:
        gissning = takt.gissar_kod(context.request, self.user.pk)  # type: ignore[attr-defined]
        konto = self.user.pk  # type: ignore[attr-defined]
        if gissning.vantan:
            notera(Sakerhet.SPARRAD, konto=konto, vad="kod")
            raise ValidationError(takt.forsok_igen(gissning.vantan), "vanta")
        try:
            kod: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            notera(Sakerhet.INLOGGNING_MISSLYCKADES, konto=konto, vad="kod")
            raise
        gissning.lyckats()
        faktor = self.authenticator  # type: ignore[attr-defined]
        if faktor.type == Authenticator.Type.TOTP:
            galler = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
            cache.set(faktor.wrap()._get_used_cache_key(kod), "y", galler)
        return kod


class Kod(_Engangskod, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second step of a login."""


class Kodbekraftelse(_Engangskod, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """That it still is the same person, before something is changed."""


class NyApp(_Kodfalt, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """An app that makes codes, proven by the first of them."""


@contextmanager
def _lasbar() -> Iterator[None]:
    """Whatever a browser, or somebody else, sends that is no passkey's answer is told in one way."""
    try:
        yield
    except ValidationError as fel:
        begransat = Tvasteg.error_messages["incorrect_code"] not in fel.messages
        raise fel if begransat else ValidationError(PASSKEYN_GICK_INTE) from fel
    except (TypeError, ValueError, LookupError, AttributeError, struct.error, RecursionError) as fel:
        raise ValidationError(PASSKEYN_GICK_INTE) from fel


class _Svarsfalt(forms.JSONField):
    """What the browser answers for a passkey. It holds once: when it is refused, none of it stays in the form."""

    def to_python(self, value: Any) -> Any:
        """Python refuses more than what is no JSON: numbers too long, and lists too deep."""
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as fel:
            raise ValidationError(PASSKEYN_GICK_INTE) from fel

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class _MedSvar:
    """A form with such an answer in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _Svarsfalt(widget=forms.HiddenInput)  # type: ignore[attr-defined]


class _Passkeysvar(_MedSvar):
    def clean_credential(self) -> Authenticator:
        with _lasbar():
            return super().clean_credential()  # type: ignore[misc]


class Passkey(_Passkeysvar, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """The second step of a login."""


class Passkeyinloggning(_Passkeysvar, LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Both steps at once: the person has the key, and opens it by finger, face or PIN."""


class Passkeybekraftelse(_Passkeysvar, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """That it still is the same person, before something is changed."""


class NyPasskey(_MedSvar, AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey to log in with; it is always one that opens by finger, face or PIN, and so needs no password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label="Vad ska den heta?",
            required=False,
            max_length=NAMNETS_LANGD,
            help_text="Så att du känner igen den, till exempel efter datorn eller telefonen som den finns i.",
        )
        self.fields["passwordless"] = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_passwordless(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        with _lasbar():
            rent: dict[str, Any] = super().clean()
        return rent


class _NyttSteg:
    """Who adds a second factor has shown it. Whoever waited inside for that with the password alone is out by it."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        with transaction.atomic():
            svar: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            avsluta_ovriga(av=request.user, session=request.session.session_key)  # type: ignore[arg-type]
        record_authentication(request, request.user, "mfa", tillagd=True)
        return svar


class Appsida(_NyttSteg, ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """allauth's page."""


class Passkeysida(_NyttSteg, AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """allauth's page."""


class Passkeynamn(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label="Namn", max_length=NAMNETS_LANGD, initial=self.fields["name"].initial
        )
