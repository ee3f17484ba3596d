# `make` lists what can be made. A fresh machine needs git, make and Python 3.11 or newer; the rest is brought here.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --quiet --require-hashes
PARTS := tongshang/sites/static/parts

.DEFAULT_GOAL := help
.PHONY: help setup lock demo test check fix format lint types floors form tests contract bench clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/installed $(PARTS)/brought ## Everything the platform and its tests need, under this folder
	@:

demo: setup ## A furnished platform on this machine, with its addresses and accounts
	@$(BIN)/python -m tongshang demo

test: setup check ## Everything from nothing: set-up, then every gate

check: format lint types floors form tests ## Every gate, as it runs before a change is taken

format: .venv/installed ## Is the code laid out by the rules
	@$(BIN)/ruff format --check --quiet . || { echo "format: run 'make fix'"; exit 1; }

lint: .venv/installed ## Does the code keep the rules
	@$(BIN)/ruff check --quiet .

types: .venv/installed ## Do the types hold
	@$(BIN)/mypy

floors: .venv/installed ## Does a room know only the floors below it, and enter by the doors
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo --no-cache > .floors.tmp || { cat .floors.tmp; exit 1; }; rm .floors.tmp

form: .venv/installed ## Sizes, cycles and escapes, beside what we hold ourselves to
	@$(BIN)/python -m tools.form

tests: setup ## Every test
	@$(BIN)/python -m pytest

fix: .venv/installed ## Lay the code out, and mend what can be mended by itself
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format --quiet .

contract: setup ## Write down every endpoint, refusal and event
	@$(BIN)/python -m tongshang contract

bench: setup ## How fast this machine takes orders
	@$(BIN)/python -m bench

clean: ## Forget what was brought here
	@rm -rf .venv node_modules $(PARTS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

lock: ## Choose versions anew from requirements/*.in and package.json
	@$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip --disable-pip-version-check install --quiet uv
	@for list in app dev node; do \
	  .venv/lock/bin/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate requirements/$$list.in --output-file requirements/$$list.txt || exit 1; done
	@npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --silent
	@rm -f node_modules/.package-lock.json # so that the next set-up brings what is new

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "setup: $(PYTHON) is older than Python 3.11; name a newer one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "setup: this Python cannot make environments; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

# A line in a .pth file makes the checkout importable: nothing is built, so nothing else is fetched.
.venv/installed: requirements/dev.txt | $(BIN)/python
	@echo "setup: Python packages"
	@$(PIP) --requirement requirements/dev.txt
	@pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tongshang.pth"
	@touch $@

$(PARTS)/brought: package-lock.json requirements/node.txt tools/parts.py tools/icons.txt | .venv/installed
	@echo "setup: front-end parts"
	@$(BIN)/python -m tools.parts
