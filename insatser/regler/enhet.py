"""What somebody is logged in on, in the words people use. What a browser says of itself is guesswork; so is this."""

from __future__ import annotations

# In this order: Edge and Opera say Chrome too, and Chrome says Safari.
_WEBBLASARE = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsungs webbläsare",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_ENHETER = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def i_ord(user_agent: str) -> str:
    """ "Firefox på Windows"; as much of it as can be told."""
    webblasare = _forsta(_WEBBLASARE, user_agent)
    enhet = _forsta(_ENHETER, user_agent)
    if webblasare and enhet:
        return f"{webblasare} på {enhet}"
    return webblasare or enhet or "Okänd webbläsare"


def _forsta(ord_: dict[str, str], text: str) -> str:
    return next((namn for del_, namn in ord_.items() if del_ in text), "")
