# `make audit` and `make test` need nothing but a Python >= 3.11; they make their own environment.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: audit test check bench schemas reference clean
.DELETE_ON_ERROR:

audit: $(VENV)/.report  ## audit the real entries and write build/report; findings are not fatal
	$(BIN)/micronet audit submissions --exit-zero
	mkdir -p build
	$(BIN)/micronet audit submissions --exit-zero --format json > build/audit.json
	$(BIN)/micronet report build/audit.json -o build/report

test: $(VENV)/.test  ## run the tests
	$(BIN)/python -m pytest

check: $(VENV)/.test  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench  ## measure against other tools, some minutes; BENCH=--format=json
	$(BIN)/python -m benchmarks $(BENCH)
	$(BIN)/python -m benchmarks.checkpoints $(BENCH)
	$(BIN)/python -m benchmarks.board $(BENCH)
	$(BIN)/python -m benchmarks.people $(BENCH)

schemas: $(VENV)/.core  ## write schemas/ anew from the models
	$(BIN)/micronet schema > schemas/submission.schema.json.new
	mv schemas/submission.schema.json.new schemas/submission.schema.json
	for kind in aliases waivers statements evidence audit; do \
	  $(BIN)/micronet schema --$$kind > schemas/$$kind.schema.json.new && \
	  mv schemas/$$kind.schema.json.new schemas/$$kind.schema.json || exit 1; \
	done

reference: $(VENV)/.core  ## write docs/language.md and docs/rules.md anew
	$(BIN)/micronet reference > docs/language.md.new
	mv docs/language.md.new docs/language.md
	$(BIN)/micronet explain --format markdown > docs/rules.md.new
	mv docs/rules.md.new docs/rules.md

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("micronet-spec needs Python >= 3.11; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.report: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report]'
	touch $@ $(VENV)/.core

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@ $(VENV)/.core

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis
