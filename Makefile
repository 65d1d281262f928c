# Two commands for a fresh machine: make run, make test. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STORE := data/out/store
QUESTION := 所有项目中满意度目标 ≥95% 的有哪些

.PHONY: help setup programs run demo test check lint type imports smoke bench docs vendor clean cov

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

setup: $(VENV)/.ready ## make the environment

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

test: setup programs ## all tests
	$(BIN)/python -m pytest

check: lint type imports ## what CI checks beside the tests

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

type: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

cov: setup ## test coverage
	$(BIN)/pip install --quiet --disable-pip-version-check pytest-cov
	$(BIN)/python -m pytest --cov=jixiao --cov=jixiao_service --cov-report=term-missing:skip-covered

smoke: setup ## build the wheel and run it alone in a clean environment
	$(BIN)/python tests/smoke.py

bench: setup ## long runs; their last figures stand in tests/benchmarks/RESULTS.md
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,bench]'
	$(BIN)/python -m pytest -s -m slow

docs: setup ## make the code lists of the ontology again from their tables
	$(BIN)/python ontology/build.py

vendor: setup ## fetch the third-party scripts of service/jixiao_service/static/vendor.toml anew and compare their sums (needs node)
	$(BIN)/python tools/vendor.py

clean: ## remove everything that was made
	rm -rf $(VENV) build dist data/out *.egg-info
