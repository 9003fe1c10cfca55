"""How people get in: accounts are made by an administratör, nobody signs up."""

import math
import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.account.internal.stagekit import clear_login
from allauth.account.mixins import RedirectAuthenticatedUserMixin
from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from aktorer import takt, varifran
from aktorer.andringar import byt_losenord
from aktorer.grund import gjort
from aktorer.grund.formular import LOSENORDSRAD, Epostfalt
from aktorer.grund.sakerhet import Sakerhet, notera
from aktorer.grund.tecken import epostnyckel
from aktorer.models import Anvandare
from aktorer.sso import ENDAST_ORGANISATION, losenord_galler

BORJAD = "inloggning_borjad"  # what the account's sessions were known by when this login began


class StangdRegistrering(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's rules, but with sign-up closed."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-postadressen eller lösenordet stämmer inte. Försök igen.",
        "too_many_login_attempts": "För många misslyckade försök härifrån. Vänta fem minuter och försök igen.",
    }

    def set_password(self, user: Anvandare, password: str) -> None:
        """As everywhere: sent twice at once, it is changed once."""
        byt_losenord(av=user, anvandare=user, losenord=password)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Anvandare, **mer: Any) -> HttpResponse | None:
        """When people come by their organisation alone, no other way in is one, but for the account for need."""
        if not user.loggar_in:
            messages.error(request, "Adressen har inget konto att logga in med.")
            return redirect("account_login")
        svar: HttpResponse | None = super().pre_login(request, user, **mer)
        request.session[BORJAD] = user.get_session_auth_hash()
        if svar or kom_fran_annan(request, user) or losenord_galler(user.epost):
            return svar
        messages.info(request, ENDAST_ORGANISATION)
        return redirect("account_login")

    def login(self, request: HttpRequest, user: Anvandare) -> None:
        """The session is made while the account is locked: what ends all its sessions ends this one too, or came first.

        Then what the login began with may hold no more: it may have waited long for its second factor.
        """
        with transaction.atomic():
            nu = Anvandare.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
            if nu is None or not _galler_an(request, nu):
                clear_login(request)
                messages.error(request, "Kontot har ändrats sedan du började logga in. Börja om härifrån.")
                raise ImmediateHttpResponse(redirect("account_login"))
            super().login(request, user)
            request.session.save()

    def get_reauthentication_methods(self, user: Anvandare) -> list[dict[str, Any]]:
        """A password that does not count proves nothing. Who has no way at all is sent to log in anew."""
        alla = super().get_reauthentication_methods(user)
        return [m for m in alla if m["id"] != "reauthenticate" or losenord_galler(user.epost)]

    def get_client_ip(self, request: HttpRequest) -> str:
        return varifran.adress(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failed passwords are counted by `authenticate`; codes of a second factor by its forms."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Anvandare | None:
        """As allauth's, but who has guessed too much is told when to try again: known address or not. Raises
        ValidationError.
        """
        epost = str(credentials.get("email") or credentials.get("username") or "")
        gissning = takt.gissar(request, epost)
        if gissning.vantan:
            notera(Sakerhet.SPARRAD, konto=_nummer(epost), vad="losenord")
            raise ValidationError(takt.forsok_igen(gissning.vantan), "vanta", {"sekunder": math.ceil(gissning.vantan)})
        anvandare: Anvandare | None = super().authenticate(request, **credentials)
        if anvandare:
            gissning.lyckats()
        else:
            notera(Sakerhet.INLOGGNING_MISSLYCKADES, konto=_nummer(epost), vad="losenord")
        return anvandare

    def post_login(self, request: HttpRequest, user: Anvandare, **mer: Any) -> HttpResponse:
        notera(Sakerhet.INLOGGAD, konto=user.pk)
        svar: HttpResponse = super().post_login(request, user, **mer)
        return svar


def _nummer(epost: str) -> int | None:
    """The account that somebody meant to get into; asked for whether there is one or not."""
    return Anvandare.objects.filter(epost__iexact=epostnyckel(epost)).values_list("pk", flat=True).first()


def kom_fran_annan(request: HttpRequest, anvandare: Anvandare) -> bool:
    """Whether it was by the login of an organisation that the person got into this session."""
    return any(sa["method"] == "socialaccount" for sa in get_authentication_records(request, anvandare))


def _galler_an(request: HttpRequest, nu: Anvandare) -> bool:
    """Whether the password is the same, the account open, and its link to the organisation there, as at the start."""
    bevis = [sa for sa in get_authentication_records(request, nu) if sa["method"] == "socialaccount"]
    kopplad = {sa.get("identitet") for sa in bevis} <= set(nu.identiteter.values_list("pk", flat=True) if bevis else ())
    return kopplad and request.session.pop(BORJAD, "") == nu.get_session_auth_hash()


def nyss_inne(request: HttpRequest) -> bool:
    """Whether the person has shown who it is in the last minutes."""
    bevis = get_authentication_records(request, request.user)
    return bool(bevis) and time.time() - bevis[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


class Inloggningssida(LoginView):  # type: ignore[misc]  # allauth has no types
    """allauth's page. Who must wait gets the status that says so to programs too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who is inside and must prove it by logging in anew, having no other way, is not led on from here."""
        inne = request.user.is_authenticated and request.method == "GET" and "next" in request.GET
        if inne and not nyss_inne(request) and not get_adapter().get_reauthentication_methods(request.user):
            messages.info(request, "Logga in en gång till, så att vi vet att det är du.")
            sida: HttpResponse = super(RedirectAuthenticatedUserMixin, self).dispatch(request, *args, **kwargs)
            return sida
        svar: HttpResponse = super().dispatch(request, *args, **kwargs)
        return svar

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        svar: HttpResponse = super().form_invalid(form)
        for fel in form.non_field_errors().as_data():
            if fel.code == "vanta":
                svar.status_code, svar.headers["Retry-After"] = 429, str(fel.params["sekunder"])
        return svar


class Inloggning(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's login by e-mail. Every page names the person's aktör, so the two are fetched as one."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Anvandare | None:
        """When people come by their organisation alone, no password counts but one; as slowly as if they did."""
        konto: Anvandare | None = super().authenticate(request, **credentials)
        return konto if konto and losenord_galler(konto.epost) else None

    def user_can_authenticate(self, user: Anvandare) -> bool:
        """Nor is there a way in for a contact, whatever it comes by: password, passkey, session."""
        return bool(super().user_can_authenticate(user)) and user.loggar_in

    def get_user(self, user_id: int) -> Anvandare | None:
        hittade = gjort.rader(lambda: Anvandare.objects.select_related("aktor").filter(pk=user_id), user_id)
        anvandare = hittade[0] if hittade else None
        return anvandare if anvandare and self.user_can_authenticate(anvandare) else None


class _UtanPlatshallare:
    """The label says what a field is; the same again in grey inside the field only looks filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for falt in self.fields.values():  # type: ignore[attr-defined]
            falt.widget.attrs.pop("placeholder", None)


class Inloggningsform(_UtanPlatshallare, LoginForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allauths = self.fields["login"]
        self.fields["login"] = Epostfalt(label=allauths.label, widget=allauths.widget)


class _NyttLosenord(_UtanPlatshallare):
    """Asked for in the words of the page that a link in a mail leads to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nytt, igen = self.fields["password1"], self.fields["password2"]  # type: ignore[attr-defined]
        nytt.label, nytt.help_text, igen.label = "Nytt lösenord", LOSENORDSRAD, "Lösenordet en gång till"


class Losenordsbyte(_NyttLosenord, ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class Losenordsval(_NyttLosenord, SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """A password beside the passkey."""


class Losenordsbekraftelse(_UtanPlatshallare, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass
