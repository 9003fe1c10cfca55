"""Addresses of the register."""

from django.urls import path

from aktorer import views

urlpatterns = [
    path("", views.register, name="aktorer"),
    path("ny/", views.ny, name="aktor_ny"),
    path("valda/", views.valda, name="aktorer_valda"),
    path("<slug:slug>/cell/<slug:falt>/", views.cell, name="aktor_cell"),
    path("<slug:slug>/redigera/", views.redigera, name="aktor_redigera"),
]
