# Two commands for a fresh machine: make run, make test. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STORE := data/out/store
QUESTION := 所有项目中满意度目标 ≥95% 的有哪些

PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 6 --dist worksteal
COMPILE := -q -U --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --strip-extras --no-annotate --allow-unsafe
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# Compiled once, not again by each process that a test starts, whatever the machine asks for.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup dev programs run demo test test-long check lint type imports wheel smoke extras bench ablate codes vendor clean cov audit lock locked docs pictures sbom commands

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.ready
	$(PIP) -e '.[dev]'
	@touch $@

setup: $(VENV)/.ready ## make the environment of the product alone; test, check and smoke add their tools to it

dev: $(VENV)/.dev

demo: setup ## lift data/, validate, answer the headline question
	$(BIN)/jixiao lift data --store $(STORE)
	@echo
	@echo "$(QUESTION)"
	@$(BIN)/jixiao query service/queries/satisfaction.rq --store $(STORE)

run: demo ## the same, then serve on http://127.0.0.1:$(PORT)
	@echo "http://127.0.0.1:$(PORT)/"
	$(BIN)/jixiao serve --store $(STORE) --port $(PORT)

programs: ## install the programs that tests drive (browser, Graphviz …), where this machine lets us
	@tests/programs.sh

test: dev programs ## all tests but the long ones
	$(PYTEST)

build/client/bin/openapi-python-client: ## the generator of clients, in an environment of its own: it holds typer below what the product uses
	$(PYTHON) -m venv build/client
	build/client/bin/pip install --quiet --disable-pip-version-check 'openapi-python-client==0.29.1'

test-long: dev programs build/client/bin/openapi-python-client ## what is long by nature: the W3C suites, kills, load, the notebook, every format, every page on a telephone
	$(PIP) -e '.[dev,notebook,dask]'
	$(PYTEST) -m long

check: lint type imports ## what CI checks beside the tests

lint: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

type: dev
	$(BIN)/mypy

imports: dev
	$(BIN)/lint-imports

cov: dev ## test coverage
	$(PIP) pytest-cov
	$(PYTEST) --cov=jixiao --cov=jixiao_service --cov-report=term-missing:skip-covered

wheel: dev docs ## build the wheel, documentation and all: dist/
	$(BIN)/hatchling build -t wheel

smoke: dev docs ## build the documentation and the distributions, and run the wheel alone in a clean environment
	$(BIN)/python tests/smoke.py

extras: dev ## install each extra alone in a clean environment and run what it is for (minutes)
	$(BIN)/python tests/extras.py

ablate: dev ## switch each mechanism of the grid reader off in turn: rows lost (some minutes)
	$(BIN)/python tools/ablate.py

bench: dev ## long runs; their last figures stand in tests/benchmarks/RESULTS.md
	$(PIP) -e '.[dev,bench]'
	$(BIN)/python -m pytest -s -m slow tests/benchmarks

sbom: dev ## list what an installation holds, with licences and checksums, as CycloneDX: build/sbom.cdx.json
	$(PIP) 'cyclonedx-bom>=7,<8'
	rm -rf build/sbom && $(PYTHON) -m venv build/sbom
	build/sbom/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt .
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.cdx.json build/sbom/bin/python

commands: dev ## run every command of the READMEs and the pages in a clean environment (minutes)
	$(BIN)/python tests/docs/commands.py

pictures: dev ## make the pictures of the READMEs anew from the running product (needs Chromium)
	$(BIN)/python tools/pictures.py

docs: dev ## build the documentation into the service, which serves it at /docs (no network, nothing from elsewhere)
	$(PIP) -e '.[docs]'
	rm -rf service/jixiao_service/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file mkdocs.yml
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file mkdocs.en.yml
	find service/jixiao_service/site \( -name '*.map' -o -name wordcut.js -o -name tinyseg.js \) -delete

codes: setup ## make the code lists of the ontology again from their tables
	$(BIN)/python ontology/build.py

vendor: setup ## fetch the third-party scripts of service/jixiao_service/static/vendor.toml anew and compare their sums (needs node)
	$(BIN)/python tools/vendor.py

audit: dev ## known vulnerabilities, licences, and what nobody tends any more
	-$(PIP) pip-audit
	$(BIN)/python -m tools.supply

locked: ## make the environment from requirements-dev.lock, every file by its hash
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps -e .
	@touch $(VENV)/.ready $(VENV)/.dev

lock: dev ## resolve requirements-dev.lock and constraints.txt anew
	$(PIP) pip-tools
	$(BIN)/pip-compile $(COMPILE) --extra dev --extra annotate --generate-hashes -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile $(COMPILE) --extra parquet --extra figures --extra ocr --extra mcp --extra annotate --extra dask -o constraints.txt pyproject.toml

clean: ## remove everything that was made
	rm -rf $(VENV) build dist data/out *.egg-info
