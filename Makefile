# Everything a person does with Firstline. `make run` and `make test` set up what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
PACKAGES := firstline channels console handoff bot conversations knowledge_base
PAGES := console/static/jsconfig.json channels/web/static/jsconfig.json

.PHONY: help setup run train test check bench lock browser node format

help: ## Say what there is to do
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: ## Make the environment (.venv) from requirements.lock
	@tools/setup

run: setup ## Serve the help desk on http://127.0.0.1:8000 (PORT=… HOST=…)
	@exec .venv/bin/firstline serve --host $(HOST) --port $(PORT)

train: setup ## Train the bot
	@.venv/bin/firstline train

browser: setup ## Find or install a Chromium for the tests
	@tools/browser

check: node ## Format, lint, types, import contracts, articles
	@.venv/bin/ruff format --check --quiet . || (echo "Run 'make format' to format the code." && exit 1)
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy $(addprefix -p ,$(PACKAGES)) --no-error-summary
	@for pages in $(PAGES); do tools/node .cache/node/node_modules/typescript/bin/tsc -p $$pages || exit 1; done
	@.venv/bin/lint-imports --no-logo > .cache/imports.log 2>&1 || (cat .cache/imports.log && exit 1)
	@tools/lock --check
	@.venv/bin/firstline kb check

format: setup ## Format the code
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --fix --quiet .

node: setup ## Install what checks and tests run in Node
	@tools/node

test: check browser ## Run every check and test
	@.venv/bin/firstline train --if-needed
	@echo "Tests run."
	@$(PYTHON) -m pytest -n auto

bench: setup ## Measure against what a user would pick instead
	@.venv/bin/firstline train --if-needed
	@$(PYTHON) -m benchmarks.turns

lock: setup ## Write requirements.lock anew from pyproject.toml
	@tools/lock
