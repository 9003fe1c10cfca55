"""The adapter of logging in, where it reaches further than accounts: what it tells people goes by our own mails."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired

from aktorer.inloggning import StangdRegistrering, nyss_inne
from aktorer.models import Anvandare
from insatser.andringar.konton import underratta
from insatser.models import Handelse
from insatser.utbyte.mejl import bakgrund, sandning

# By the name of allauth's mail. Its other mails are not ours to send.
_MEJL = {
    "account/email/password_changed": Handelse.LOSENORD,
    "account/email/password_set": Handelse.LOSENORD,
    "mfa/email/recovery_codes_generated": Handelse.KODER,
    "mfa/email/totp_activated": Handelse.APP_TILL,
    "mfa/email/totp_deactivated": Handelse.APP_BORT,
    "mfa/email/webauthn_added": Handelse.PASSKEY_TILL,
    "mfa/email/webauthn_removed": Handelse.PASSKEY_BORT,
}


class Kontoadapter(StangdRegistrering):
    error_messages: ClassVar = StangdRegistrering.error_messages | {
        "enter_current_password": "Det är inte lösenordet du har nu. Försök igen.",
        "incorrect_password": "Lösenordet stämmer inte. Försök igen.",
        "rate_limited": "För många försök. Vänta fem minuter och försök igen.",
    }

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just logged in need not prove again who it is. allauth asks nothing, ever, of who has no password and
        no second factor; here it is a new login.
        """
        if nyss_inne(context.request):
            return False
        if not self.get_reauthentication_methods(context.request.user):
            raise ReauthenticationRequired
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_notification_mail(
        self, template_prefix: str, user: Anvandare, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Nobody waits for it: the mail is in the queue once the change is written."""
        if vad := _MEJL.get(template_prefix):
            rad = underratta(av=user, person=user, vad=vad)
            bakgrund.efterat(lambda: sandning.skicka_vantande(rad))
