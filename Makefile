# helhet: two commands do everything.
#   make run     set up, simulate the town, say where the page is       (make run ARGS="--futures 200 --lang en")
#   make test    set up, and run every check there is                   (make test BROWSER=no leaves the browser out)
# All that is installed goes into .venv; `make clean` removes it again.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
BROWSER ?= yes
WORKERS ?= 2
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-cache-dir --no-input -qq --constraint constraints.txt

export PIP_ROOT_USER_ACTION := ignore

.PHONY: run test check browser docs clean help

run: $(VENV)/.installed
	@$(BIN)/helhet run $(ARGS)

test: $(VENV)/.installed-test browser check

check:
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy --strict src
	$(BIN)/lint-imports
	$(BIN)/python -m deptry src
	$(BIN)/python -m pytest -n $(WORKERS) $(if $(filter no,$(BROWSER)),-m "not browser")

browser:
	@if [ "$(BROWSER)" != no ]; then sh .ci/browser; fi

# The reference pages are written from the declarations in the code.
docs: $(VENV)/.installed
	$(BIN)/python -m helhet.doors.reference docs/reference

$(BIN)/python:
	@sh .ci/venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing helhet into $(VENV) (once) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing the tools of the tests into $(VENV) (once) ..."
	@$(PIP) --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache helhet-out

help:
	@sed -n '1,4p' Makefile
