"""All addresses of the installation."""

from allauth.account import views as konto
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as tvasteg
from allauth.mfa.recovery_codes import views as koder
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as inloggningar
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from aktorer.inloggning import Inloggningssida
from aktorer.tvasteg import Appsida, Passkeysida
from fardplan import views
from insatser.utbyte.webbkarta import SIDOR
from insatser.views.sso import med_losenord

urlpatterns = [
    path("halsa/", views.halsa, name="halsa"),
    path("halsa/liv/", views.liv, name="halsa_liv"),
    path("halsa/redo/", views.redo, name="halsa_redo"),
    path("metrik/", views.metriken, name="metrik"),
    path("drift/", views.driftsidan, name="drift"),
    path("konto/logga-in/", login_not_required(Inloggningssida.as_view()), name="account_login"),
    path("konto/logga-ut/", konto.logout, name="account_logout"),
    path("konto/stangt/", login_not_required(konto.account_inactive), name="account_inactive"),
    path("konto/losenord/", med_losenord(konto.password_change), name="account_change_password"),
    # A second factor, passkeys and sessions: allauth's pages, by the names it looks them up by.
    path(
        "konto/losenord/valj/", med_losenord(reauthentication_required(konto.password_set)), name="account_set_password"
    ),
    path("konto/bekrafta/", konto.reauthenticate, name="account_reauthenticate"),
    path("konto/bekrafta/kod/", tvasteg.reauthenticate, name="mfa_reauthenticate"),
    path("konto/bekrafta/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("konto/logga-in/kod/", login_not_required(tvasteg.authenticate), name="mfa_authenticate"),
    path("konto/tvasteg/", tvasteg.index, name="mfa_index"),
    path("konto/tvasteg/app/", Appsida.as_view(), name="mfa_activate_totp"),
    path("konto/tvasteg/app/ta-bort/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("konto/tvasteg/koder/", koder.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/tvasteg/koder/nya/", koder.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("konto/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("konto/passkeys/ny/", Passkeysida.as_view(), name="mfa_add_webauthn"),
    path("konto/passkeys/logga-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("konto/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("konto/passkeys/<int:pk>/ta-bort/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("konto/inloggningar/", inloggningar.list_usersessions, name="usersessions_list"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", login_not_required(sitemap), {"sitemaps": SIDOR}, name="webbkarta"),
    path("om/", views.om, name="om"),
    path("om/tillganglighet/", views.tillganglighet, name="tillganglighet"),
    path("om/personuppgifter/", views.personuppgifter, name="personuppgifter"),
    path("admin/", admin.site.urls),
    path("aktorer/", include("aktorer.urls")),
    path("", include("insatser.urls")),
]
handler400 = views.felaktig
handler403 = views.far_inte
handler404 = views.finns_inte
handler500 = views.gick_fel
