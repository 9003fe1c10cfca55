"""Addresses: human, stable, Swedish. Anything under `<stadskarna>/` comes last, after the fixed words."""

from django.urls import include, path

from insatser.views import (
    aktor,
    beslut,
    deltagande,
    fardplan,
    filer,
    handlingsplan,
    handlingsplan_redigera,
    inlasning,
    insats,
    insats_redigera,
    karta,
    lage,
    mitt_arbete,
    organ,
    pdf,
    start,
)

# What is done with one insats on the board of a draft plan.
_prioritering = [
    path("lyft/", handlingsplan_redigera.lyft, name="prioritera_lyft"),
    path("ta-ur/", handlingsplan_redigera.ta_ur, name="prioritera_ta_ur"),
    path("upp/", handlingsplan_redigera.flytta, {"hall": "upp"}, name="prioritera_upp"),
    path("ner/", handlingsplan_redigera.flytta, {"hall": "ner"}, name="prioritera_ner"),
    path("skal/", handlingsplan_redigera.skal, name="prioritera_skal"),
    path("vanta/", handlingsplan_redigera.valj_bort, name="prioritera_vanta"),
    path("vag-pa-nytt/", handlingsplan_redigera.angra_bortval, name="prioritera_vag_pa_nytt"),
    path("aktivitet/", handlingsplan_redigera.ny_aktivitet, name="aktivitet_ny"),
]
urlpatterns = [
    path("", start.start, name="start"),
    path("mitt-arbete/", mitt_arbete.mitt_arbete, name="mitt_arbete"),
    path("aktorer/<slug:slug>/", aktor.aktor, name="aktor"),
    path("<slug:stadskarna>/", fardplan.fardplan, name="fardplan"),
    path("<slug:stadskarna>/redigera/", fardplan.redigera_karaktar, name="fardplan_redigera"),
    path("<slug:stadskarna>/fardriktning/<int:nummer>/", fardplan.redigera_fardriktning, name="fardriktning_redigera"),
    path("<slug:stadskarna>/insatskarta/", karta.insatskarta, name="insatskarta"),
    path("<slug:stadskarna>/insatskarta.xlsx", filer.insatskarta_xlsx, name="insatskarta_xlsx"),
    path("<slug:stadskarna>/insatskarta.csv", filer.insatskarta_csv, name="insatskarta_csv"),
    path("<slug:stadskarna>/insatskarta.pdf", pdf.insatskarta_pdf, name="insatskarta_pdf"),
    path("<slug:stadskarna>/insatskarta/import/", inlasning.ladda_upp, name="inlasning"),
    path("<slug:stadskarna>/insatskarta/import/<int:pk>/", inlasning.granska, name="inlasning_granska"),
    path("<slug:stadskarna>/insatser/ny/", insats_redigera.ny, name="insats_ny"),
    path("<slug:stadskarna>/insatser/<str:nummer>/", insats.insats, name="insats"),
    path("<slug:stadskarna>/insatser/<str:nummer>/redigera/", insats_redigera.redigera, name="insats_redigera"),
    path("<slug:stadskarna>/insatser/<str:nummer>/roller/", insats_redigera.roller, name="insats_roller"),
    path("<slug:stadskarna>/insatser/<str:nummer>/flytta/", insats_redigera.flytta, name="insats_flytta"),
    path("<slug:stadskarna>/insatser/<str:nummer>/avfor/", insats_redigera.avfor, name="insats_avfor"),
    path("<slug:stadskarna>/insatser/<str:nummer>/aterta/", insats_redigera.aterta, name="insats_aterta"),
    path("<slug:stadskarna>/insatser/<str:nummer>/samband/", insats_redigera.samband, name="insats_samband"),
    path(
        "<slug:stadskarna>/insatser/<str:nummer>/samband/<int:pk>/ta-bort/",
        insats_redigera.ta_bort_samband,
        name="insats_samband_ta_bort",
    ),
    path("<slug:stadskarna>/insatser/<str:nummer>/deltagande/<int:pk>/", deltagande.insats, name="insats_deltagande"),
    path("<slug:stadskarna>/insatser/<str:nummer>/lage/", lage.lage, name="lage"),
    path("<slug:stadskarna>/insatser/<str:nummer>/historik/", insats.historik, name="insats_historik"),
    path("<slug:stadskarna>/organ/", organ.organ, name="organ"),
    path("<slug:stadskarna>/organ/ny/", organ.ny, name="organ_ny"),
    path("<slug:stadskarna>/organ/<int:pk>/", organ.redigera, name="organ_redigera"),
    path("<slug:stadskarna>/handlingsplan/", handlingsplan.handlingsplaner, name="handlingsplaner"),
    path("<slug:stadskarna>/handlingsplan/ny/", handlingsplan_redigera.ny, name="handlingsplan_ny"),
    path("<slug:stadskarna>/handlingsplan/<str:period>/inledning/", handlingsplan_redigera.inledning, name="inledning"),
    path(
        "<slug:stadskarna>/handlingsplan/<str:period>/prioritera/", handlingsplan_redigera.prioritera, name="prioritera"
    ),
    path("<slug:stadskarna>/handlingsplan/<str:period>/prioritera/<str:nummer>/", include(_prioritering)),
    path("<slug:stadskarna>/handlingsplan/<str:period>/besluta/", beslut.besluta, name="besluta"),
    path("<slug:stadskarna>/handlingsplan/<str:period>/andra/", beslut.oppna_andring, name="oppna_andring"),
    path("<slug:stadskarna>/handlingsplan/<str:period>/version/<int:nummer>/", beslut.version, name="planversion"),
    path(
        "<slug:stadskarna>/handlingsplan/<str:period>/version/<int:nummer>.pdf",
        beslut.version_pdf,
        name="planversion_pdf",
    ),
    path(
        "<slug:stadskarna>/handlingsplan/<str:period>/aktivitet/<int:pk>/",
        handlingsplan_redigera.aktivitet,
        name="aktivitet",
    ),
    path(
        "<slug:stadskarna>/handlingsplan/<str:period>/aktivitet/<int:pk>/status/",
        deltagande.status,
        name="aktivitet_status",
    ),
    path(
        "<slug:stadskarna>/handlingsplan/<str:period>/aktivitet/<int:pk>/deltagande/<int:del_pk>/",
        deltagande.aktivitet,
        name="aktivitet_deltagande",
    ),
    path(
        "<slug:stadskarna>/handlingsplan/<str:period>/aktivitet/<int:pk>/ta-bort/",
        handlingsplan_redigera.ta_bort_aktivitet,
        name="aktivitet_ta_bort",
    ),
    path("<slug:stadskarna>/handlingsplan/<str:period>.pdf", pdf.handlingsplan_pdf, name="handlingsplan_pdf"),
    path("<slug:stadskarna>/handlingsplan/<str:period>/", handlingsplan.handlingsplan, name="handlingsplan"),
]
