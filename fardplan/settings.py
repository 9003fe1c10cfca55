"""All settings, from the environment (see README). A missing or bad one stops the start with one line naming it."""

import os
from pathlib import Path

import django_stubs_ext
from django.utils.csp import CSP

from fardplan import databas, logg, miljo, sso, tillganglighet

# ModelForm[Aktor], as QuerySet[Aktor]: Django has the latter at run time only.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = miljo.katalog("FARDPLAN_DATA", BASE_DIR / ".data")

# Production is a server of one's own; everything else is a trial on the embedded database.
PRODUKTION = bool(miljo.text("DATABASE_URL"))
EXEMPEL = miljo.flagga("EXEMPEL", standard=True) and not PRODUKTION

SECRET_KEY = miljo.hemlig_nyckel(PRODUKTION, DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = miljo.vardar("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

# Where DATABASE_URL leads to a pooler of transactions, what needs a connection of its own goes the direct way.
DATABAS_DIREKT = miljo.text("DATABASE_URL_DIREKT") if PRODUKTION else ""
DATABASES = {
    "default": miljo.databas(miljo.text("DATABASE_URL") or databas.adress(DATA_DIR), delad=bool(DATABAS_DIREKT))
}
# Each thread of each process keeps a connection of its own to the database.
PROCESSER = miljo.heltal("PROCESSER", min(4, os.cpu_count() or 1), mest=64)
TRADAR = miljo.heltal("TRADAR", 8, mest=64)
SKRIVSKYDDAD = miljo.flagga("SKRIVSKYDDAD", standard=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all server processes: the limits of logging in and of asking for a link count across them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # So many that nobody's failed logins push out the counters of others.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "django_htmx",
    "import_export",
    "pgtrigger",
    "pghistory",
    "aktorer",
    "insatser",
    "fardplan",
]
MIDDLEWARE = [
    "fardplan.logg.Fragelogg",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fardplan.metrik.Matning",
    "fardplan.lager.Packning",
    "fardplan.lager.Lager",
    "fardplan.filer.Filer",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fardplan.middleware.Skrivskydd",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fardplan.middleware.Storlek",
    "fardplan.middleware.KravInloggning",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fardplan.middleware.KravTvasteg",
    "fardplan.middleware.RenText",
    "fardplan.middleware.Historik",
    "fardplan.middleware.EnGang",
    "fardplan.middleware.Mellanlagring",
    "fardplan.middleware.Forhandsvisning",
    "fardplan.middleware.Generation",
    "fardplan.lager.Egetlager",
]
ROOT_URLCONF = "fardplan.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "insatser.views.meny.i_mallar",
            ],
            # Every form that asks for Django's token gets ours with it.
            "builtins": ["insatser.templatetags.formular", "aktorer.grund.gjort"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "aktorer.Anvandare"
AUTHENTICATION_BACKENDS = ["aktorer.inloggning.Inloggning"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "mitt_arbete"
ACCOUNT_ADAPTER = "fardplan.inloggning.Kontoadapter"
ACCOUNT_FORMS = {
    "login": "aktorer.inloggning.Inloggningsform",
    "change_password": "aktorer.inloggning.Losenordsbyte",
    "reauthenticate": "aktorer.inloggning.Losenordsbekraftelse",
    "set_password": "aktorer.inloggning.Losenordsval",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "epost"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# How many proxies in front are ours: the visitor is who the first of them saw (aktorer/varifran.py).
ANTAL_PROXYER = miljo.heltal("ANTAL_PROXYER", 1 if PRODUKTION else 0, minst=0, mest=10)
# Passwords and codes are counted by aktorer/takt.py: who knows a password shuts nobody out of the second step.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}

# A second factor, and passkeys: who must have one, and allauth's ways to it in our words.
KRAV_TVASTEG = miljo.krav_tvasteg(PRODUKTION)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
MFA_ADAPTER = "aktorer.tvasteg.Tvasteg"
MFA_FORMS = {
    "activate_totp": "aktorer.tvasteg.NyApp",
    "add_webauthn": "aktorer.tvasteg.NyPasskey",
    "authenticate": "aktorer.tvasteg.Kod",
    "authenticate_webauthn": "aktorer.tvasteg.Passkey",
    "edit_webauthn": "aktorer.tvasteg.Passkeynamn",
    "login_webauthn": "aktorer.tvasteg.Passkeyinloggning",
    "reauthenticate": "aktorer.tvasteg.Kodbekraftelse",
    "reauthenticate_webauthn": "aktorer.tvasteg.Passkeybekraftelse",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A code that came as the next one was made is still right: half a minute before and after.
MFA_TOTP_TOLERANCE = 1
# There is nothing to guess, and a whole kommun may come from one address: each login asks twice.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}

# Single sign-on: nothing of it without its settings, and never by rows of the database.
SSO = sso.las()
SOCIALACCOUNT_PROVIDERS = sso.for_allauth(SSO)
SOCIALACCOUNT_ADAPTER = "aktorer.sso.Leverantorer"

LANGUAGE_CODE = "sv"
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "fardplan.formats"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
KOPIOR = miljo.katalog("KOPIOR", DATA_DIR / "kopior")  # where backups go
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "fardplan.typsnitt.Hittare",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # what nobody asks for need not be compressed
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Behind a proxy with TLS, unless only this machine itself can reach the site.
TLS = PRODUKTION and not set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]"}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^halsa/", r"^metrik/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fardplan.views.csrf_fel"

# Without a mail server, mails are written to files: who tries the tool out can read them. Where others reach the site
# nothing goes there in silence.
BASADRESS = miljo.basadress(ALLOWED_HOSTS, nabar=TLS)
MAILERS = {"default": miljo.mejl(DATA_DIR / "mejl", nabar=TLS)}
MEJL_AV = miljo.text("MEJL_SERVER") == miljo.INGA_MEJL
DEFAULT_FROM_EMAIL = miljo.avsandare("Färdplan <fardplan@localhost>", nabar=TLS and not MEJL_AV)
MEJLDOMAN = DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")

# Where the bytes of new files lie: in the database, or in an S3-compatible store.
FILLAGER = miljo.fillager()

# Who may read /metrik/: these networks, and who has the key.
METRIK_FRAN = miljo.natverk("METRIK_FRAN")
METRIK_NYCKEL = miljo.nyckel("METRIK_NYCKEL")

TILLGANGLIGHET = tillganglighet.las(miljo.text("TILLGANGLIGHET"))

# Who answers for the personal data, and how to reach them: shown to everybody on /om/personuppgifter/.
PERSONUPPGIFTSANSVARIG = miljo.text("PERSONUPPGIFTSANSVARIG")
KALLKOD = miljo.lank("KALLKOD")

# Without a lägesrapport for longer than this, an insats is marked as silent and its people are reminded.
TYST_EFTER_DAGAR = miljo.heltal("TYST_EFTER_DAGAR", 120, mest=3650)

PGHISTORY_APPEND_ONLY = True

# A round about all stadskärnor has a box for each insats and person. What may be sent is bounded by its size.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOGGFORMAT = miljo.loggformat()
LOGGING = logg.installningar(LOGGFORMAT, miljo.loggniva())
