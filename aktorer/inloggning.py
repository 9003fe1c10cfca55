"""How people get in: accounts are made by an administratör, nobody signs up."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ChangePasswordForm, LoginForm
from django.http import HttpRequest

from aktorer.andringar import byt_losenord
from aktorer.grund.formular import Epostfalt
from aktorer.models import Anvandare


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

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed attempts count per account and address: else anybody who knows it could lock a person out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"


class Inloggning(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's login by e-mail. Every page names the person's aktör, so the two are fetched as one."""

    def get_user(self, user_id: int) -> Anvandare | None:
        anvandare = Anvandare.objects.select_related("aktor").filter(pk=user_id).first()
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


class Losenordsbyte(_UtanPlatshallare, ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    pass
