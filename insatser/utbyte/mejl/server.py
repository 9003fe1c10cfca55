"""The mail server, spoken to for a limited time: one that answers a byte at a time holds nobody up for ever."""

from __future__ import annotations

import io
import smtplib
import time
from functools import partial
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

SAMMANLAGT = 60.0  # seconds for a mail, from the first word to the last; each answer has less (miljo.mejl)


class _Svar(io.RawIOBase):
    """What the server says, until `slut` (time.monotonic). A socket's own timeout begins anew at every byte."""

    def __init__(self, sock: Any, slut: float) -> None:
        super().__init__()
        self.sock, self.slut, self.annars = sock, slut, sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffert: Any) -> int:
        kvar = max(0.001, self.slut - time.monotonic())  # 0 would mean: do not wait at all
        self.sock.settimeout(kvar if self.annars is None else min(kvar, self.annars))
        antal: int = self.sock.recv_into(buffert)
        if time.monotonic() > self.slut:
            raise TimeoutError("timed out")
        return antal


class _Begransad(smtplib.SMTP):
    def __init__(self, *args: Any, sammanlagt: float, **kwargs: Any) -> None:
        self.slut = time.monotonic() + sammanlagt
        super().__init__(*args, **kwargs)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Svar(self.sock, self.slut))
        return super().getreply()


class _BegransadTls(_Begransad, smtplib.SMTP_SSL):
    pass


class Smtp(EmailBackend):
    """Django's own, with `sammanlagt` seconds for each connection; what is not said by then ends as a broken line."""

    def __init__(self, *args: Any, sammanlagt: float = SAMMANLAGT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sammanlagt = sammanlagt

    @property
    def connection_class(self) -> Any:
        return partial(_BegransadTls if self.use_ssl else _Begransad, sammanlagt=self.sammanlagt)
