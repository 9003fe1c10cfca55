"""Accounts for administratörer. Everything else is changed on its own page, where rules and history are in place."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from aktorer import andringar
from aktorer.grund.formular import Epostfalt, svenska_val, valda_aktorer
from aktorer.grund.samtidighet import Krock, las
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar.konton import andra_konto, ge_losenord
from insatser.forms.konton import inloggningsroller, ledig_epost
from insatser.utbyte.mejl import sandning


def _byt_losenord(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """The site's own page has the limits and the mail, and ends the other sessions."""
    return redirect("account_change_password")


# The site's own login has rate limits; the admin's has none.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _byt_losenord  # type: ignore[method-assign, assignment]
admin.site.site_header = "Färdplan: konton"
admin.site.site_title = "Färdplan"
admin.site.index_title = "Administration"
# Login addresses, groups and providers of their own would go around the accounts, their history and the settings;
# second factors are secrets.
admin.site.unregister([Authenticator, EmailAddress, Group, SocialAccount, SocialApp, SocialToken, UserSession])


class AnvandareForm(forms.ModelForm[Anvandare]):
    losenord = forms.CharField(
        label="Nytt lösenord",
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="Minst 12 tecken. Lämna tomt för att behålla det gamla.",
    )

    sedd = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Anvandare
        fields = ("epost", "namn", "roll", "aktor", "is_active")
        field_classes = {"epost": Epostfalt}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "aktor" in self.fields:
            self.fields["aktor"].queryset = Aktor.objects.valbara(valda_aktorer(self, "aktor"))  # type: ignore[attr-defined]
        if "roll" in self.fields and self.instance.loggar_in:
            self.fields["roll"].choices = inloggningsroller()  # type: ignore[attr-defined]
        svenska_val(self)
        self.fields["sedd"].initial = andringar.senaste_handelse(self.instance) if self.instance.pk else 0

    def clean(self) -> dict[str, Any]:
        """The admin saves in the transaction that this lock is held in."""
        rent = super().clean() or self.cleaned_data
        if rent.get("losenord") and rent.get("roll") == Anvandarroll.KONTAKT:
            self.add_error("losenord", "En kontakt utan inloggning har inget lösenord. Välj en annan roll först.")
        if self.instance.pk:
            nu = las(self.instance)
            try:
                blir = {"roll": rent.get("roll", nu.roll), "is_active": rent.get("is_active", nu.is_active)}
                andringar.krav_en_administrator(nu, **blir)
            except forms.ValidationError as fel:
                self.add_error(None, fel)
            try:
                andringar.krav_oandrat_konto(nu, rent.get("sedd") or 0)
            except Krock as krock:
                self.add_error(None, str(krock))
                self.data = self.data.copy()  # type: ignore[attr-defined]
                self.data["sedd"] = str(krock.version)  # type: ignore[index]
        return rent

    def clean_epost(self) -> str:
        return ledig_epost(self.cleaned_data["epost"], self.instance)

    def clean_losenord(self) -> str:
        losenord: str = self.cleaned_data["losenord"]
        if losenord:
            validate_password(losenord, self.instance)
        elif self.instance.pk is None:
            raise forms.ValidationError("Ange ett lösenord för det nya kontot.")
        return losenord


@admin.register(Anvandare)
class AnvandareAdmin(admin.ModelAdmin[Anvandare]):
    """Make, change and close accounts, through the same changes as everything else."""

    form = AnvandareForm
    list_display = ("namn", "epost", "roll", "aktor", "is_active", "last_login")
    list_filter = ("roll", "is_active")
    search_fields = ("namn", "epost")
    list_select_related = ("aktor",)
    ordering = ("namn",)

    def has_delete_permission(self, request: HttpRequest, obj: Anvandare | None = None) -> bool:
        return False

    def get_exclude(self, request: HttpRequest, obj: Anvandare | None = None) -> tuple[str, ...]:
        """A new account is open."""
        return () if obj else ("is_active",)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Its Historik leads to ours, which has every path a change can come by."""
        return redirect("konto_historik", pk=object_id)

    def save_model(self, request: HttpRequest, obj: Anvandare, form: Any, change: bool) -> None:
        av = request.user
        falt = {namn: form.cleaned_data[namn] for namn in ("epost", "namn", "roll", "aktor")}
        losenord = form.cleaned_data["losenord"]
        if not change:
            ny = andringar.skapa_anvandare(av=av, losenord=losenord, **falt)  # type: ignore[arg-type]
            obj.pk = ny.pk
            return
        aktiv = form.cleaned_data["is_active"]
        sedd = form.cleaned_data["sedd"]
        andra_konto(av=av, person=obj, sedd=sedd, is_active=aktiv, **falt)  # type: ignore[arg-type]
        if losenord:
            ge_losenord(av=av, person=obj, losenord=losenord, till=form.initial["epost"])  # type: ignore[arg-type]
        sandning.skicka_i_bakgrunden()
