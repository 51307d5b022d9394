# `make help` lists the targets. Everything happens in .venv; nothing outside of the checkout is changed,
# apart from system packages of the tests (see `make system`) and the cache of OHIF builds.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Each file of tests goes to one worker, because what is slow to start is started once for a file; in the order of tests/conftest.py.
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder
# Every test that starts the tool would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-quick long lives oracle lint format docs bench system clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.installed ## install, run the main job against stand-ins on this machine, show the checks
	@$(BIN)/ohif-setup demo
	@echo; echo "Next: $(BIN)/ohif-setup   (or $(BIN)/ohif-setup demo --break list)"

test: .venv/.installed-test system ## install what the tests need, run them all; ARGS="tests/cors -x" runs those, one by one
	$(BIN)/python -m pytest $(or $(ARGS),$(SPREAD))

test-quick: .venv/.installed-test ## at each save: no browser, Orthanc, nginx, Apache, whole runs against hostile servers, kills, random lives
	$(BIN)/python -m pytest $(SPREAD) -m "not browser and not slow"

long: .venv/.installed-test system ## all tests, with the long series in full of which make test has a part (tests/extent.py); ARGS as above
	LONG=1 LIVES=60 $(BIN)/python -m pytest $(or $(ARGS),$(SPREAD))

lives: .venv/.installed-test ## random lives of a site: 60, where make test has 20
	LIVES=60 $(BIN)/python -m pytest tests/regenerate/test_machine.py

oracle: .venv/.installed-test system ## our CORS verdicts against Chromium, Firefox and WebKit, in full
	$(BIN)/python -m tests.oracle

lint: .venv/.installed-test ## ruff and mypy, tests included; names long modules and functions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/python tests/lengths.py

format: .venv/.installed-test ## let ruff put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/.installed-test ## write the generated lists of docs/ anew
	$(BIN)/python tests/docs/generate.py

bench: .venv/.installed-test ## measure start-up, generate and check; prints medians
	$(BIN)/python tests/bench.py

system: ## the Debian packages that the browser tests need (as root; elsewhere it says what is missing)
	@tests/system-packages

clean: ## remove the environment and what the tools left
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ohif-setup needs Python 3.11 or newer: make PYTHON=python3.12 demo")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No environment could be made. On Debian: apt install python3-venv"; exit 1; }

.venv/.installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	@touch $@

.venv/.installed-test: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $@ .venv/.installed
