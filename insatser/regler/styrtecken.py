"""Characters that calendars and XML may not hold. Pasted text brings them: Word's soft line break is one."""

import re

_OTILLATNA = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def bort(text: str) -> str:
    """The text with a space in place of each of them, since they part words."""
    return _OTILLATNA.sub(" ", text)
