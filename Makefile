# Two commands are the whole set-up: `make demo` and `make test`. They need Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
COMPILED := ranevents/translations/.compiled
SIDE_BY_SIDE := -n logical --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test check format lock messages routes bench wheel clean

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(READY): requirements-dev.lock pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ranevents needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(COMPILED): $(READY) $(wildcard ranevents/translations/*/LC_MESSAGES/messages.po)
	@$(BIN)/python hatch_build.py
	@touch $@

demo: $(COMPILED) ## the whole product with invented people, in your browser
	$(BIN)/ranevents demo

test: $(COMPILED) check-static ## every test (browser tests need Chromium; without it they are skipped and counted)
	$(BIN)/pytest -q $(SIDE_BY_SIDE) -m "not alone"
	$(BIN)/pytest -m alone

check: $(COMPILED) check-static ## the quick inner loop: lint, types, and the tests that need no database, browser or patience
	$(BIN)/pytest -q $(SIDE_BY_SIDE) -m "not browser and not slow and not database"

.PHONY: check-static
check-static: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## put every file into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## pin the newest allowed versions of everything (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements-dev.lock
	uv pip compile pyproject.toml --constraint requirements-dev.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements.lock

messages: $(READY) ## gather every text into the catalogues of all languages, and say what has no translation yet
	$(BIN)/python -m tests.house.catalogues

bench: $(READY) ## how fast it is, against yardsticks: writes docs/performance.md (five minutes)
	$(BIN)/python -m tests.performance

routes: $(READY) ## write the list of routes and rights afresh (tests/house/routes.txt)
	$(BIN)/python -m tests.house.renew_routes

wheel: $(COMPILED) ## build the wheel into dist/
	$(BIN)/hatchling build -t wheel

clean: ## forget the environment and the local data
	rm -rf $(VENV) instance dist
