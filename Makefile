# helhet: two commands do everything (run, test); a third is for play.
#   make run     set up, simulate the town, say where the page is       (make run ARGS="--futures 200 --lang en")
#   make door    set up, and play with the library door: a simulated reader, a library system, the staff page
#   make test    set up, and run every check there is                   (make test BROWSER=no leaves the browser out,
#                                                                        OUTSIDE=no what needs redis and mosquitto)
# All that is installed goes into .venv; `make clean` removes it again.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
BROWSER ?= yes
OUTSIDE ?= yes
WORKERS ?= 2
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-cache-dir --no-input -qq --constraint constraints.txt

export PIP_ROOT_USER_ACTION := ignore

# What the door's tests leave out: what is slow is in `make long`.
CHOSEN = -m "not (slow or browser$(if $(filter no,$(OUTSIDE)), or outside))"

.PHONY: run door test long check check-town check-door browser servers docs clean help

run: $(VENV)/.installed
	@$(BIN)/helhet run $(ARGS)

door: $(VENV)/.installed-door
	@$(BIN)/helhet door demo $(ARGS)

test: $(VENV)/.installed-test browser servers check

check: check-town check-door

check-town:
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy --strict src
	$(BIN)/lint-imports
	$(BIN)/python -m deptry src
	$(BIN)/python -m pytest -n $(WORKERS) $(if $(filter no,$(BROWSER)),-m "not browser")

# The library door is a distribution of its own, with the same checks.
check-door: export HELHET_DOOR_PANEL_PYTHON = $(CURDIR)/$(VENV)/panel/bin/python
# A test waits so many times as long as the door promises, for machines that do other things too; `make long` waits once.
check-door: export HELHET_DOOR_PATIENCE = 5
check-door: export HELHET_DOOR_INVENIO_PYTHON = $(CURDIR)/$(VENV)/invenio/bin/python
check-door:
	cd door && ../$(BIN)/python -m mypy --strict src
	cd door && ../$(BIN)/lint-imports
	cd door && ../$(BIN)/python -m deptry src
	cd door && ../$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(CHOSEN)
	@# In processes of their own: what drives the browser keeps an event loop going, and asyncio's tests want theirs.
	$(if $(filter no,$(BROWSER)),,cd door && ../$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "browser and not slow")

# The door's slow tests and long jobs: faults in every state, kill -9 by the thousand, visits against the oracle. Some
# hours, as root for the faults of the disk, on a machine that does nothing else: they measure seconds.
long: $(VENV)/.installed-test
	cd door && ../$(BIN)/python -m pytest -m "(slow or timed) and not browser"
	cd door && ../$(BIN)/python benchmarks/faults.py --stages 2
	cd door && ../$(BIN)/python benchmarks/kills.py --kills 10000 --branches 8
	cd door && ../$(BIN)/python benchmarks/visits.py --visits 10000
	cd door && ../$(BIN)/python benchmarks/speed.py
	cd door && ../$(BIN)/python benchmarks/privacy.py --visits 100000
	cd door && ../$(BIN)/python benchmarks/guessing.py
	cd door && ../$(BIN)/python benchmarks/kill_store.py --kills 3000
	cd door && ../$(BIN)/python benchmarks/fuzz_sip2.py --frames 1000000

browser:
	@if [ "$(BROWSER)" != no ]; then sh .ci/browser; fi

# Unrelated implementations of the same protocols, that the door is tried against: servers, and packages which cannot
# live beside ours in one environment.
servers:
	@if [ "$(OUTSIDE)" != no ]; then sh .ci/servers && $(MAKE) --no-print-directory $(VENV)/panel/.installed \
		$(VENV)/invenio/.installed; fi

$(VENV)/%/.installed: door/tests/outside/%.txt | $(BIN)/python
	@echo "Installing what the door is tried against: $* (once) ..."
	@sh .ci/venv $(VENV)/$*
	@$(VENV)/$*/bin/python -m pip install --disable-pip-version-check --no-cache-dir --no-input -qq -r $<
	@touch $@

# The reference pages are written from the declarations in the code.
docs: $(VENV)/.installed
	$(BIN)/python -m helhet.doors.reference docs/reference

$(BIN)/python:
	@sh .ci/venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing helhet into $(VENV) (once) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-door: $(VENV)/.installed door/pyproject.toml
	@echo "Installing the library door into $(VENV) (once) ..."
	@$(PIP) --editable 'door[demo]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed door/pyproject.toml
	@echo "Installing the tools of the tests into $(VENV) (once) ..."
	@$(PIP) --editable '.[test]' --editable 'door[test]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache helhet-out

help:
	@sed -n '1,6p' Makefile
