# Every command of the project; `make` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run stop test lint format bench soak routines lock audit clean

export PATH := $(CURDIR)/.venv/bin:$(PATH):/usr/sbin
STACK := python3 -m config.stack
MANAGE := python manage.py
# Type checking imports the settings, and they want addresses; nothing connects to these.
NO_SERVERS := APP_ENV=test SECRET_KEY=lint REDIS_URL=redis://127.0.0.1:1 CACHE_URL=redis://127.0.0.1:1 \
	$(foreach name,DATABASE_URL SHARD_1_DATABASE_URL SHARD_2_DATABASE_URL,$(name)=mysql://lint@127.0.0.1:1/lint)

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, start everything and print the addresses; Ctrl-C stops it all
	@./bootstrap.sh run
	$(STACK) nginx
	# Only now: where the ports are taken by a site that runs already, leaving must not stop that one's servers.
	trap '$(STACK) down' EXIT
	trap 'exit 130' INT TERM HUP
	echo "starting database servers and Redis"
	$(STACK) up
	$(MANAGE) migrate_all
	$(MANAGE) seed
	$(MANAGE) demo >var/run/welcome.txt
	echo "starting the site"
	# One directory for the metrics of all processes, so that /metrics tells of the workers too; old files are dead ones'.
	rm -rf var/metrics
	mkdir var/metrics
	export PROMETHEUS_MULTIPROC_DIR=$(CURDIR)/var/metrics
	honcho --env var/stack.env start &
	echo $$! >var/run/site.pid
	$(STACK) ready
	cat var/run/welcome.txt
	wait $$!

stop: ## Stop the site and its servers from another terminal
	@$(STACK) down

test: ## Run the whole suite on servers of its own; PYTEST_ARGS="tests/signals -x" runs a part
	@./bootstrap.sh dev
	export APP_ENV=test
	trap '$(STACK) down --name test' EXIT
	trap 'exit 130' INT TERM HUP
	$(STACK) up --name test
	pytest $(PYTEST_ARGS)

lint: ## Check style, types and import directions
	@./bootstrap.sh dev
	ruff check .
	ruff format --check .
	$(NO_SERVERS) mypy .
	lint-imports

format: ## Put the code into the project's format
	@./bootstrap.sh dev
	ruff check --fix .
	ruff format .

bench: ## Print the comparisons, on the test servers
	@./bootstrap.sh dev
	uv pip install -q --python .venv/bin/python --no-deps -r tests/bench/baselines/requirements.txt ||
	  python -m pip install -q --disable-pip-version-check --no-deps -r tests/bench/baselines/requirements.txt
	export APP_ENV=test
	trap '$(STACK) down --name test' EXIT
	trap 'exit 130' INT TERM HUP
	$(STACK) up --name test
	python -m tests.bench

soak: ## The long fault runs, on servers of their own; SOAK="outbox --seed 7" runs one
	@./bootstrap.sh dev
	python -m tests.soak $(SOAK)

routines: ## After a change under sql/: write the migrations that install it
	@$(MANAGE) make_routines

lock: ## After a change of requirements*.txt: resolve them anew
	@./bootstrap.sh dev
	for name in requirements requirements-dev; do
	  uv pip compile --quiet --generate-hashes --python-version 3.11 $$name.txt --output-file $$name.lock
	done

audit: ## Ask an advisory database for known vulnerabilities of the pinned packages; no gate, because it may not answer
	@./bootstrap.sh dev
	python -m config.audit

clean: stop ## Stop everything and remove all that was made here: data, logs, packages
	@$(STACK) down --name test
	rm -rf var .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
