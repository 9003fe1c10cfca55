"""What somebody is told whom another organisation's login did not let in. The words are the same whoever reads them."""

from __future__ import annotations

ADMINISTRERAR = "den som administrerar Färdplan hos er"

# {the last part of the page's address (aktorer.sso.Ssobesked): its heading and what it says}
ORD: dict[str, tuple[str, tuple[str, ...]]] = {
    "svarar-inte": (
        "Inloggningen svarar inte",
        (
            "Inloggningen hos din organisation svarar inte just nu. Felet ligger där, inte hos dig. Pröva igen om en"
            " stund, eller logga in på ett annat sätt om du kan.",
        ),
    ),
    "avbrutet": (
        "Du är inte inloggad",
        ("Inloggningen avbröts hos din organisation, eller så får du inte logga in därifrån. Ingenting har hänt här.",),
    ),
    "gick-inte": (
        "Det gick inte att logga in",
        (
            "Svaret från din organisation går inte att använda: det är för gammalt, har använts förut eller kommer inte"
            " därifrån. Börja om från inloggningen.",
            f"Händer det flera gånger? Tala om för {ADMINISTRERAR} när du försökte.",
        ),
    ),
    "adressen-intygas-inte": (
        "Din adress är inte intygad",
        (
            "Din organisation intygar inte att e-postadressen är din, och då vet vi inte vem du är. Tala med er"
            f" it-avdelning eller {ADMINISTRERAR}.",
        ),
    ),
    "gar-inte-att-koppla": (
        "Din inloggning går inte att koppla",
        (
            "Den går inte att koppla till något konto här, för din adress hör till en annan inloggning. Så blir det när"
            " en organisation har bytt inloggning, eller när någon har fått en adress som en annan hade.",
            f"Be {ADMINISTRERAR} att titta på kontot med din adress, under Konton, och koppla loss det om det är ditt.",
        ),
    ),
    "kontot-ar-stangt": (
        "Kontot är stängt",
        (
            "Din organisation känner igen dig, men kontot i Färdplan är avstängt. Ska det öppnas igen? Be"
            f" {ADMINISTRERAR}.",
        ),
    ),
    "begaran-vantar": (
        "Din begäran väntar",
        (
            "Din organisation känner igen dig, men du har inget konto i Färdplan än. Vi har skrivit upp att du vill in,"
            f" och {ADMINISTRERAR} bestämmer vad du ska kunna göra. Då får du ett mejl, och loggar in på samma sätt"
            " igen.",
            "Det som är antaget kan du läsa redan nu, utan att logga in.",
        ),
    ),
    "begaran-nekad": (
        "Du har inte fått något konto",
        (f"Du har bett om ett konto och fått nej. Stämmer det inte? Tala med {ADMINISTRERAR}.",),
    ),
}
# When it is worth to try once more from the beginning.
IGEN = frozenset({"svarar-inte", "avbrutet", "gick-inte"})
