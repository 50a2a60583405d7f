# `make help` lists what there is. Needs nothing but Python >= 3.11 and make.

SHELL := /bin/sh
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
# Two test processes; a file stays in one of them, since a file's tests may share a running product.
WORKERS ?= 3
# Made-up questions about made-up events, answered by the store and by plain Python; and whatever else may be asked.
ORACLE := $(addprefix tracking/storage/tests/contract/test_,questions_against_oracle.py sources_agree.py \
	rollups_against_python.py) $(addprefix reports/tests/test_,query_fuzz.py export_fuzz.py) \
	tracking/storage/tests/test_funnels_against_oracle.py
# What has no texts for people, or keeps them in English.
NOT_TRANSLATED := $(addprefix --ignore ,.venv node_modules tests bench tracker frontend docs)

.DEFAULT_GOAL := help
.PHONY: help run test bench soak lint messages format clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.installed ## Start everything on http://127.0.0.1:8000 (PORT, DATA_DIR, DEMO=0)
	@exec $(BIN)/python manage.py up

test: .venv/.installed-dev ## Run the tests on a real PostgreSQL and Redis (ARGS="-k words"; REQUIRE_BROWSER=1)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

bench: .venv/.installed-dev ## Measure ingestion, load generator included (needs wrk; ARGS="batch10")
	@$(BIN)/python -m bench.ingest $(ARGS)

soak: .venv/.installed-dev ## Kill its parts under load and count (SOAK_MINUTES=5); made-up questions (ORACLE_EXAMPLES)
	@$(BIN)/python -m tests.faults.soak $(ARGS)
	@ORACLE_EXAMPLES=$${ORACLE_EXAMPLES:-3000} $(BIN)/python -m pytest $(ORACLE)

lint: .venv/.installed-dev ## Check style, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .

messages: .venv/.installed ## Collect the texts to translate, compile the translations (needs gettext: apt install gettext)
	@$(BIN)/python manage.py makemessages --all --no-wrap --no-obsolete --add-location file $(NOT_TRANSLATED)
	@$(BIN)/python manage.py compilemessages --verbosity 0 --ignore .venv

format: .venv/.installed-dev ## Repair style and formatting
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## Remove what was built; keeps the data (.data)
	@rm -rf .venv staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis tracker/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Analytics Pulse needs Python 3.11 or newer (or PYTHON=/path/to/it)." >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module did not work; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

# The stamps are newer than the lists they were installed from: a second run installs nothing.
.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing requirements.txt (about a minute, once)"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing requirements-dev.txt (about a minute, once)"
	@$(PIP) -r requirements-dev.txt
	@touch .venv/.installed $@
