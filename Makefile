# Everything a developer or the CI does. Only python3 (3.11 or later) with pip is asked for: each target sets up its own
# environment under .venv/ and does so again only when a pyproject.toml or a requirements file has changed.

PYTHON  ?= python3
BACKEND ?= jax
JOBS    ?=

# torch goes first and by its exact version, so that nothing else decides which build of it arrives.
TORCH := torch==2.13.0

PLUGINS    := $(patsubst %/pyproject.toml,%,$(sort $(wildcard plugins/*/pyproject.toml plugins/data_adapters/*/pyproject.toml)))
PYPROJECTS := core/pyproject.toml core/hatch_build.py $(addsuffix /pyproject.toml,$(PLUGINS))
# Without extras: an editable core and an extra's direct reference to the same plugin cannot be resolved together.
EDITABLE   := $(foreach folder,core $(PLUGINS),-e ./$(folder))

DEV   := .venv/dev
BENCH := .venv/bench
DEMO  := .venv/demo-$(BACKEND)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-full lint format bench conformance docs-generated clean python

help:  ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 19

demo: $(DEMO)/.stamp  ## Train the guide's convnet on real digits; BACKEND=jax or torch
	POLYKERAS_BACKEND=$(BACKEND) $(DEMO)/bin/python examples/mnist_convnet.py

test: $(DEV)/.stamp  ## All tests, a job per backend; JOBS="core jax" for some of them
	$(DEV)/bin/python tests/jobs.py $(JOBS)

test-full: $(DEV)/.stamp  ## All tests, and installs into fresh environments
	$(DEV)/bin/python tests/jobs.py --full $(JOBS)

lint: $(DEV)/.stamp  ## Style, format, types and floors
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports

format: $(DEV)/.stamp  ## Mend what ruff can mend
	$(DEV)/bin/ruff check --fix .
	$(DEV)/bin/ruff format .

bench: $(BENCH)/.stamp  ## Compare with hand-written loops and with Keras
	$(BENCH)/bin/python -m benchmarks

conformance: $(DEV)/.stamp  ## Hold BACKEND to the contract, every case
	$(DEV)/bin/python -m polykeras conformance $(BACKEND) --full --known-failures $$(grep -lE '^$(BACKEND) = ' plugins/*/pyproject.toml | xargs dirname)/known_failures.toml

docs-generated: $(DEV)/.stamp  ## Write anew what the docs say in the code's own words
	$(DEV)/bin/python -m polykeras.conformance.page docs/coverage.md
	$(DEV)/bin/python -m polykeras.conformance.contract_page docs/write-a-backend.md docs/write-a-data-adapter.md

clean:  ## Remove environments, caches and built files
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"{sys.executable} is Python {sys.version.split()[0]}; 3.11 or later is needed. Name one: make PYTHON=python3.12 ...")'

$(DEV)/.stamp: $(PYPROJECTS) requirements/dev.txt | python
	@echo "Setting up $(DEV) (minutes, the first time)"
	@$(PYTHON) -m venv $(DEV)
	@$(DEV)/bin/python -m pip install -qq $(TORCH)
	@$(DEV)/bin/python -m pip install -qq -r requirements/dev.txt $(EDITABLE)
	@touch $@

$(BENCH)/.stamp: $(PYPROJECTS) requirements/bench.txt | python
	@echo "Setting up $(BENCH) (minutes, the first time)"
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq $(TORCH)
	@$(BENCH)/bin/python -m pip install -qq -r requirements/bench.txt $(EDITABLE)
	@touch $@

# The demo is installed as a user would install it, not editable; so its environment depends on every source file.
SOURCES := $(shell find core/src $(addsuffix /src,$(PLUGINS)) -name '*.py' 2>/dev/null)

$(DEMO)/.stamp: $(PYPROJECTS) $(SOURCES) | python
	@echo "Setting up $(DEMO) (minutes, the first time)"
	@$(PYTHON) -m venv $(DEMO)
	@$(if $(filter torch,$(BACKEND)),$(DEMO)/bin/python -m pip install -qq $(TORCH))
	@$(DEMO)/bin/python -m pip install -qq "./core[$(BACKEND)]"
	@touch $@
