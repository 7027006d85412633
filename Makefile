# Everything a newcomer types. Each target makes the environment first when the locked requirements changed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3,$(shell command -v $(name) 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PORT ?= 8000
WORKERS ?= 2

.PHONY: help install run test check bench reset app schema messages docs servers

help: ## list what can be done
	@echo "Халық үні. Type:"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(STAMP) ## make the environment in .venv from the pinned requirements

$(STAMP): requirements-bootstrap.txt requirements-dev.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash portal/launch/install.sh
	@touch $@

run: $(STAMP) ## start the whole portal with its demo world (PORT=8000)
	@exec $(BIN)/python -m portal.launch run

test: $(STAMP) ## run every test (TESTS=path to choose, WORKERS=2)
	@bash portal/launch/browser.sh
	@exec $(BIN)/python -m portal.launch test -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(STAMP) ## style, types, import contracts, translations, schema, lock files
	@exec $(BIN)/python -m portal.launch.checks

bench: $(STAMP) ## measure the portal against the machine's own limits
	@exec $(BIN)/python -m bench

reset: $(STAMP) ## clear the demo's data
	@exec $(BIN)/python -m portal.launch reset

servers: $(STAMP) ## only the database and the broker, for manage.py in another window
	@exec $(BIN)/python -m portal.launch servers

app: $(STAMP) ## make a new app with the same rooms (name=councils)
	@exec $(BIN)/python -m portal.launch.new_app "$(name)"

schema: $(STAMP) ## write docs/openapi.yaml
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python manage.py spectacular --file docs/openapi.yaml --validate

messages: $(STAMP) ## collect texts for translation and compile what is translated
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python manage.py makemessages --locale kk --locale ru --no-location --no-obsolete --ignore '.venv*' --ignore node_modules
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python manage.py compilemessages --ignore '.venv*'

docs: $(STAMP) schema ## write the generated documents: OpenAPI, workflow diagrams, permission matrix
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python manage.py generate_docs
	@UPDATE_DOCS=1 $(BIN)/python -m portal.launch test -q -k page_of_permissions tests/initiatives/test_policies.py
