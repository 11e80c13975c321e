.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(foreach each,python3 python3.13 python3.12 python3.11,$(shell $(each) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(each))))
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .venv/bin/uv)

# Many tests start programs of their own, and a program that may not keep its bytecode compiles 1,400 modules each time.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready ## Make .venv from the lock file
.venv/ready: pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 1; }
	@$(UV) --version >/dev/null 2>&1 || { $(PYTHON) -m venv --clear .venv && .venv/bin/python -m pip install -q 'uv>=0.9'; }
	$(UV) sync --locked --inexact --quiet && touch $@

demo: setup ## Run a whole day on a synthetic book made on the spot
	.venv/bin/python examples/demo.py
	@echo; echo "Next, in a browser: .venv/bin/forbear serve --demo"

test: setup ## Run every test
	.venv/bin/python -m pytest -n auto --dist loadfile --durations=40 --durations-min=5

check: setup ## Lint, format, types, import contracts, architecture
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports && .venv/bin/python -m pytest tests/architecture

law: setup ## Check the law packs and the playbooks with their tables
	.venv/bin/forbear law check && .venv/bin/forbear playbook check

prove: setup ## Compare the gate with the reference on a million random proposals of each legal order
	FORBEAR_SWEEP=1000000 .venv/bin/python -m pytest -s tests/proof

audit: setup ## Look the locked packages up in the list of known faults (needs a network that has it)
	$(UV) export -q --no-dev --no-emit-project --format requirements-txt -o .venv/locked.txt && $(UV) tool run pip-audit -r .venv/locked.txt --no-deps --disable-pip --strict

docs: setup ## Write the generated pages and the README's result
	.venv/bin/python -m docs.generate

bench: setup ## Run the benchmarks (see benchmarks/README.md)
	$(UV) sync --locked --inexact --quiet --group benchmark && .venv/bin/python -m benchmarks

.PHONY: help setup demo test check law prove audit docs bench
