# Needs only Python 3.11 or newer and make. Every target may be called again and again.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TONGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

.PHONY: run setup test lint types words bench lock clean

run: setup          ## set everything up and serve plnet on http://127.0.0.1:8000
	@exec $(BIN)/python manage.py up $(UP)

setup: $(READY) $(TONGUES)  ## install into .venv, start nothing
	@:

$(READY): requirements.lock requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "plnet needs Python 3.11 or newer; say which: make run PYTHON=python3.12")'
	@echo "Installing plnet into .venv (once, about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock -r requirements-dev.lock
	@touch $(READY)

%.mo: %.po $(READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

words: setup        ## gather the words of the sources for whoever translates; see docs/languages.md
	@$(BIN)/python -m plnet.words && $(MAKE) --no-print-directory setup

lint: setup         ## style, import rules, templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --lint --quiet

types: setup        ## strict types
	@$(BIN)/mypy

test: lint types    ## everything, on PostgreSQL too when one is at hand
	@url=$$($(BIN)/python -m tests.services postgres) || exit 1; once=; \
	if [ -n "$$url" ]; then once=--once; DATABASE_URL="$$url" $(BIN)/python -m pytest -n 3 --dist loadfile --only-database --ignore=tests/browser || exit 1; fi; \
	$(BIN)/python -m pytest -n 3 --dist loadfile $$once

bench: setup        ## measure; see benchmarks/README.md
	@$(BIN)/python -m benchmarks

lock:               ## write the lock files anew from pyproject.toml
	@rm -rf .lock && $(PYTHON) -m venv .lock && .lock/bin/python -m pip install --quiet --upgrade pip
	@.lock/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > .lock/in
	@.lock/bin/python -m pip install --quiet -r .lock/in && .lock/bin/python -m pip freeze > requirements.lock
	@.lock/bin/python -m pip install --quiet --group dev && .lock/bin/python -m pip freeze | grep -vxFf requirements.lock > requirements-dev.lock
	@rm -rf .lock

clean:              ## what setup and tests made; never data/
	@rm -rf .venv .lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
