"""`manage.py skicka_paminnelser`, for a timer once a day or oftener: safe to run twice, or in two processes at once."""

import sys
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from aktorer import takt
from aktorer.grund.fillager import LagretSvararInte
from aktorer.models import Inskick
from insatser.andringar import bilaga, ersattning, fillager, inlasning, konton, notiser, sso, utskick
from insatser.fragor import tystnad
from insatser.regler.bojning import raknat
from insatser.utbyte.mejl import sandning

FILER = 500  # so many are moved to the store in a run, and erased from it


class Command(BaseCommand):
    help = "Lägger dagens påminnelser i kö och skickar de mejl som väntar."

    def handle(self, *args: Any, **options: Any) -> None:
        idag = timezone.localdate()
        konton.utfor_inbjudningar()
        kollegor = ersattning.fraga_andra(av=None, idag=idag)
        nya = utskick.planera(av=None, idag=idag, tysta=tystnad.personer(idag))
        notiser.samla(idag=idag)
        resultat = sandning.skicka_vantande()
        utskick.bokfor(av=None, idag=idag, paminnelser=nya, ersattare=kollegor, resultat=resultat)
        Inskick.objects.glom()
        sso.glom_begaran(av=None)
        konton.glom_inbjudningar(av=None)
        inlasning.glom_obekraftade(av=None)
        bilaga.glom_onabara(av=None)
        takt.glom()
        SessionStore.clear_expired()
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
        lagret = self._filerna()
        self.stdout.write(f"{nya} nya påminnelser, {resultat.skickade} mejl skickade, {resultat.vantar} väntar.")
        if laget := sandning.laget():
            self.stdout.write(laget)
        if resultat.senare:
            self.stdout.write(sandning.senare_i_ord(resultat.senare))
        if kollegor:
            self.stdout.write(
                f"Kollegor som frågas i stället för dem som inte svarar eller inte går att nå: {kollegor}."
            )
        if resultat.avvisade:
            self.stderr.write(f"{resultat.avvisade} mejl nekades av mejlservern. Skälen står på sidan Mejl.")
        if resultat.oklara:
            self.stderr.write(f"{resultat.oklara} mejl avbröts mitt i sändningen: det är oklart om de gick fram.")
        if resultat.trasiga:
            self.stderr.write(f"{resultat.trasiga} mejl går inte att skriva. Skälen står i loggen och på sidan Mejl.")
        if resultat.fel:
            self.stderr.write(f"Mejlservern svarar inte: {resultat.fel}. Kör igen senare.")
        if resultat.fel or resultat.trasiga or lagret:
            sys.exit(1)

    def _filerna(self) -> str:
        """Why the store of files did not take them, "" when it did."""
        try:
            flyttade, raderade = fillager.ordna(FILER)
        except LagretSvararInte as fel:
            self.stderr.write(f"Fillagret svarar inte: {fel}. Filerna ligger kvar i databasen. Kör igen senare.")
            return str(fel)
        if flyttade or raderade:
            till = raknat(flyttade, "fil flyttad", "filer flyttade")
            self.stdout.write(f"{till} till fillagret, {raknat(raderade, 'raderad', 'raderade')} ur det.")
        return ""
