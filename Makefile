.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null || echo .venv/bin/uv)

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready ## Make .venv from the lock file
.venv/ready: pyproject.toml uv.lock
	@test -x "$$(command -v uv)" || test -x .venv/bin/uv || { python3 -m venv --clear .venv && .venv/bin/pip install -q 'uv>=0.9'; }
	$(UV) sync --locked --inexact -q && touch $@

demo: setup ## Run a whole day on a bundled synthetic book
	.venv/bin/python examples/demo.py

test: setup ## Run every test
	.venv/bin/python -m pytest

check: setup ## Lint, format, types, import contracts, architecture
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports && .venv/bin/python -m pytest tests/architecture

law: setup ## Check the law packs, the playbooks and their tables
	.venv/bin/forbear law check && .venv/bin/forbear playbook check && .venv/bin/forbear tables check src/forbear

docs: setup ## Write the generated reference pages
	.venv/bin/python -m docs.generate

bench: setup ## Run the benchmarks (see benchmarks/README.md)
	$(UV) sync --locked --inexact -q --group benchmark && .venv/bin/python -m benchmarks

.PHONY: help setup demo test check law docs bench
