# The two commands a newcomer needs: `make run` and `make test`.

PORT ?= 8000
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTEST_ARGS ?=

.DEFAULT_GOAL := run
.PHONY: run test check bench lock clean venv static

# Serve the portal at http://127.0.0.1:8000/ with its initial content, and run the worker beside it.
run: venv static
	$(MANAGE) migrate --no-input --verbosity 0
	$(MANAGE) load_taxonomy
	$(MANAGE) load_initial_content
	$(MANAGE) rebuild_search --if-outdated
	exec env PORT=$(PORT) $(BIN)/python -m platform_site.serve

# All tests; PYTEST_ARGS="tests/search -k kana" picks some.
test: venv
	$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

# Everything that can be checked without running the tests.
check: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --check --lint templates
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) lintmigrations --warnings-as-errors
	BEHIND_TLS_PROXY=true ALLOWED_HOSTS=portal.example.jp SITE_URL=https://portal.example.jp \
		$(MANAGE) check --deploy --fail-level WARNING

# Load the site with 100,000 cases and print how fast it answers.
bench: venv static
	$(BIN)/python -m bench

# Pin the newest permitted versions of requirements.in, with hashes.
lock: venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --upgrade --generate-hashes --no-header --no-annotate --universal \
		--python-version 3.11 requirements.in -o requirements.lock

# Remove what the other targets made, except the data in var/.
clean:
	rm -rf .venv var/static .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installs only when the lock is not the one that was installed last, so that later runs need no network.
venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed (on Debian and Ubuntu: apt install python3 python3-venv)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "The venv module of $(PYTHON) is missing (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@cmp --silent requirements.lock .venv/requirements.lock || { \
		echo "Installing the packages of requirements.lock into .venv ..." && \
		$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock && \
		cp requirements.lock .venv/requirements.lock; }

static: venv
	$(MANAGE) collectstatic --no-input --verbosity 0
