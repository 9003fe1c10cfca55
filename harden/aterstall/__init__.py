"""Every kind of change that may be taken back, done and taken back: afterwards all is as it was, and done again by
taking back the taking back.

A function of `andringar` with `@andring` that has no case here makes the line fall.
"""

from __future__ import annotations

from harden.aterstall.prov import andringar, kor

__all__ = ["andringar", "kor"]
