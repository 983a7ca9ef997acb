# make demo      installs, invents a partnership, leaves a folder of results (kithmap-demo/results), and serves it
# make install   an environment of Kithmap's own in .venv, from the hash-pinned lock
# make pages     the browser pages, into app/web/static; make install does it where their sources changed
# make browser   the tests that open the pages in Chromium
# make test      every gate and every test, as CI runs them
# make bench     the timings, each beside a peer in the same run
# make lock      write both locks from requirements*.in; make lock LOCK_ARGS=--upgrade takes newer releases
PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
TEST_PROCESSES ?= 3
export KITHMAP_TEST_DATA ?= $(CURDIR)/../shared/data

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
PAGES_BIN := build/pages/Scripts
else
BIN := $(VENV)/bin
PAGES_BIN := build/pages/bin
endif

PACKAGES := app graph geo ingest
SOURCES := $(sort $(shell find $(PACKAGES) -type f -not -path '*/__pycache__/*' -not -path '*/node_modules/*' -not -path '*/static/*'))
MODULES := $(filter %.py,$(SOURCES))
UV_VERSION := 0.13.9
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Stamps lie inside the environment, so that removing it starts afresh; a changed lock changes their names.
LOCK_HASH := $(shell $(PYTHON) -c "import hashlib, sys; sys.version_info < (3, 11) and sys.exit(1); \
	print(hashlib.sha256(b''.join(open(n, 'rb').read() for n in sys.argv[1:])).hexdigest()[:16])" \
	requirements.lock requirements-test.lock 2>/dev/null)
ifeq ($(LOCK_HASH),)
$(error Kithmap needs Python 3.11 or later, and "$(PYTHON)" is not one: name it, as in make PYTHON=python3.12)
endif
LOCKED := $(VENV)/stamps/run-$(LOCK_HASH)
TEST_LOCKED := $(VENV)/stamps/test-$(LOCK_HASH)
BUILT := $(VENV)/stamps/kithmap

.PHONY: demo install test check bench pages browser lock clean
.DEFAULT_GOAL := install

DEMO ?= kithmap-demo
DEMO_ARGS ?=

demo: install
	$(BIN)/kithmap demo --dir $(DEMO) $(DEMO_ARGS)

install: $(BUILT)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(LOCKED): | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	@mkdir -p $(@D) && rm -f $(@D)/run-* && touch $@

# Node comes in a wheel of the lock, into an environment of its own; with KITHMAP_UI=skip there are no pages.
PAGES := app/web/static/.built-from
UI_SOURCES := $(sort $(shell find app/web/ui -type f -not -path '*/node_modules/*'))

pages: $(if $(filter skip,$(KITHMAP_UI)),,$(PAGES))

$(PAGES): $(UI_SOURCES) hatch_build.py requirements-pages.lock
	$(PYTHON) -m venv build/pages
	$(PAGES_BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-pages.lock
	$(PAGES_BIN)/python hatch_build.py
	@touch $@

$(BUILT): $(LOCKED) $(SOURCES) $(if $(filter skip,$(KITHMAP_UI)),,$(PAGES)) pyproject.toml README.md LICENSE
	$(PIP) install --no-deps --no-build-isolation .
	@touch $@

$(TEST_LOCKED): $(LOCKED)
	$(PIP) install --require-hashes -r requirements-test.lock
	@mkdir -p $(@D) && rm -f $(@D)/test-* && touch $@

check: install $(TEST_LOCKED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/numpydoc lint $(MODULES)

# A file of tests stays in one process, which makes what they share once; tests that open a browser stay last.
test: check
	$(BIN)/python -m pytest --numprocesses=$(TEST_PROCESSES) --dist=loadfile --no-loadscope-reorder $(PYTEST_ARGS)

bench: install $(TEST_LOCKED)
	@set -e; for job in $(sort $(wildcard bench/*.py)); do \
	  case $$job in bench/_*) continue ;; esac; \
	  PYTHONPATH=. $(BIN)/python $$job; echo; \
	done

browser: install $(TEST_LOCKED)
	$(BIN)/python -m pytest tests/browser $(PYTEST_ARGS)

# uv comes into an environment of its own; --no-emit-*: a lock names no host and no path.
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links $(LOCK_ARGS)

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	$(LOCK) requirements.in --output-file requirements.lock
	$(LOCK) requirements-test.in --output-file requirements-test.lock
	$(LOCK) requirements-pages.in --output-file requirements-pages.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
