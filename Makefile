# ATLAS. `make` lists the targets; every target sets up what it needs, in .venv and nowhere else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BIN := $(VENV)/bin
CODE := core atlas_tui themes tests $(wildcard benchmarks)
# Tests wait a lot for sockets and processes: two workers a processor, the tests of one file in one of them.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 2 )))
# In the order of tests/conftest.py: those that wait beside those that compute.
SPREAD = -n $(JOBS) --dist loadfile --no-loadscope-reorder
INSTALLED := $(VENV)/.atlas-installed
WARM := $(VENV)/.atlas-warm
KERNELS := $(wildcard core/strat/*.py core/research/*.py core/research/backtest/kernel_*.py)

# Tests see only this much of the caller's environment: a failing snapshot writes its environment into a report.
CLEAN_ENV = env -i PATH="$$PATH" HOME="$$HOME" LANG=C.UTF-8 TERM=xterm-256color \
	TEXTUAL_ANIMATIONS=none PYTHONHASHSEED=random \
	$${TMPDIR:+TMPDIR="$$TMPDIR"} $${CI:+CI="$$CI"} \
	$${ATLAS_DATA_DIR:+ATLAS_DATA_DIR="$$ATLAS_DATA_DIR"} \
	$${ATLAS_STRAT_VECTORS:+ATLAS_STRAT_VECTORS="$$ATLAS_STRAT_VECTORS"} \
	$${NUMBA_CACHE_DIR:+NUMBA_CACHE_DIR="$$NUMBA_CACHE_DIR"} \
	$${OPENBLAS_CORETYPE:+OPENBLAS_CORETYPE="$$OPENBLAS_CORETYPE"} \
	$${OPENBLAS_L2_SIZE:+OPENBLAS_L2_SIZE="$$OPENBLAS_L2_SIZE"}

# The first Python that is new enough and can make a venv; sets $$python, or says which package is missing.
FIND_PYTHON = \
	python=; bare=; \
	for name in python3 python3.13 python3.12 python3.11; do \
		"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if "$$name" -c 'import ensurepip, venv' 2>/dev/null; then python=$$name; break; fi; \
		bare=$${bare:-$$name}; \
	done; \
	if [ -z "$$python" ] && [ -n "$$bare" ]; then \
		echo "ATLAS needs Python's venv module: please install the package $$bare-venv." >&2; exit 1; \
	fi; \
	if [ -z "$$python" ]; then \
		echo "ATLAS needs Python 3.11 or newer: please install the package python3 (3.11 or newer)." >&2; exit 1; \
	fi

.PHONY: help setup demo run test long check static bench bench-peers mutations chaos crash crash-sweep soak differential faults flood constraints clean preflight

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Options are handed on with ARGS, as in: make demo ARGS='--seed 7 --speed 120'"

preflight:
	@command -v git >/dev/null 2>&1 || { echo "ATLAS needs git: please install the package git." >&2; exit 1; }
	@[ -x $(BIN)/python ] || { $(FIND_PYTHON); }

$(INSTALLED): pyproject.toml constraints.txt | preflight
	@$(FIND_PYTHON); \
	if [ ! -x $(BIN)/python ] || ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Setting up $(VENV) with $$("$$python" --version); this takes a minute or two, once."; \
		"$$python" -m venv --clear $(VENV); \
	fi
	@$(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --require-hashes -r constraints.txt
	@# By all processors, which pip does not; a template that is no Python is none of ours.
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null || :
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The scanner is compiled here, in a child, so that the desk itself never waits for a compiler; and our modules to byte
# code, as those of every installed package are.
$(WARM): $(INSTALLED) $(KERNELS)
	@echo "Compiling the scanner and the backtest; half a minute, once."
	@$(BIN)/python -m core.research.warm
	@$(BIN)/python -m compileall -q core atlas_tui themes
	@touch $@

setup: $(WARM) ## make .venv and install everything, pinned; quick when nothing changed

demo: setup ## open the console on the embedded exchange, trading on paper
	@$(BIN)/atlas demo $(ARGS)

run: setup ## the desk on the live venue, on paper, without a screen
	@$(BIN)/atlas run $(ARGS)

test: setup ## every test but the long ones
	@$(CLEAN_ENV) $(BIN)/python -m pytest -q -rfEs $(SPREAD) $(ARGS)

long: setup ## the tests that take long: the screen at every size, kills at more calls, faults, months
	@$(CLEAN_ENV) $(BIN)/python -m pytest -q -rfEs -m long $(SPREAD) $(ARGS)

check: $(INSTALLED) ## format, lint, types, import rules and last every test
	@# Types are looked at while the scanner is compiled: each keeps one processor busy for half a minute.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target static $(WARM)
	@$(MAKE) --no-print-directory test

static: $(INSTALLED) ## format, lint, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict $(CODE)
	$(BIN)/lint-imports

bench: setup bench-peers ## the table of speed beside the peers, with targets: ARGS="A1 D2", ARGS=--quick
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m benchmarks $(ARGS)

bench-peers: setup ## the peers' environments in .venv-peers, pinned; two minutes, once
	@$(BIN)/python -m benchmarks.peers.install

mutations: setup ## break every rule of the tables in tests/mutations, and see that a test notices each
	@$(CLEAN_ENV) $(BIN)/python -m tests.mutations

chaos: setup ## a desk in bad weather beside its undisturbed twin, as in: make chaos DURATION=10m SEED=1
	@$(BIN)/python -m tests.chaos $(or $(DURATION),10m) $(or $(SEED),1) $(SPEED)

CYCLES ?= 1000
crash: setup ## kill -9 the whole desk again and again: CYCLES=1000 in about an hour and a half
	@$(CLEAN_ENV) $(BIN)/python -m tests.crash.loop --cycles $(CYCLES) $(ARGS)

crash-sweep: setup ## kill a ledger at every system call that changes a file; needs strace
	@$(CLEAN_ENV) $(BIN)/python -m tests.crash.sweep $(ARGS)

soak: setup ## the desk for a long time at speed 60, with faults: DURATION=60m; memory, files, threads, loop lag
	@$(BIN)/python -m benchmarks.soak --duration $(or $(DURATION),60m) $(ARGS)

differential: setup ## the fast backtest against the desk over random bars and rules: ARGS="10000 60"
	@$(BIN)/python -m benchmarks.differential $(ARGS)

faults: setup ## a desk under every fault of the embedded exchange, one after the other; eleven minutes
	@$(BIN)/python -m benchmarks.faults $(ARGS)

flood: setup ## 5,000 ticks a second for a minute on one desk: last price, loop lag, an exit
	@$(BIN)/python -m benchmarks.flood $(ARGS)

constraints: $(INSTALLED) ## pin the newest versions that fit pyproject.toml, with their hashes
	@rm -rf $(VENV)/pinning && $(BIN)/python -m venv $(VENV)/pinning
	@$(VENV)/pinning/bin/pip install -qq --disable-pip-version-check 'pip-tools>=7.5'
	@$(VENV)/pinning/bin/pip-compile --quiet --upgrade --generate-hashes --all-extras --allow-unsafe --strip-extras \
		--no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--annotation-style=line --output-file constraints.txt pyproject.toml
	@rm -rf $(VENV)/pinning

clean: ## remove .venv and every cache
	@rm -rf $(VENV) .venv-peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis snapshot_report.html
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
