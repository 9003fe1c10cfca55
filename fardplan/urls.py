"""All addresses of the installation."""

from allauth.account import views as konto
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from aktorer.inloggning import Inloggningssida
from fardplan import views

urlpatterns = [
    path("halsa/", views.halsa, name="halsa"),
    path("konto/logga-in/", login_not_required(Inloggningssida.as_view()), name="account_login"),
    path("konto/logga-ut/", konto.logout, name="account_logout"),
    path("konto/stangt/", login_not_required(konto.account_inactive), name="account_inactive"),
    path("konto/losenord/", konto.password_change, name="account_change_password"),
    path("om/tillganglighet/", views.tillganglighet, name="tillganglighet"),
    path("admin/", admin.site.urls),
    path("aktorer/", include("aktorer.urls")),
    path("", include("insatser.urls")),
]
handler400 = views.felaktig
handler403 = views.far_inte
handler404 = views.finns_inte
handler500 = views.gick_fel
