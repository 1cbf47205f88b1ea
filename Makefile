# The commands of the house. `make demo` and `make test` need Python 3.11+ with venv, and nothing else that is not here.
.PHONY: demo test check servers replay bench bench-archive bench-extract bench-use measure lock clean
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

demo: .venv/installed
	$(BIN)/portal-crawler demo --into demo-archive

test: .venv/installed check
	$(BIN)/pytest -n 3 --dist worksteal

check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Real content management systems, installed (as root), filled with invented articles and crawled with no definition
servers: .venv/installed
	$(BIN)/pytest -m servers tests/test_real_servers.py

# The demo portal's archive in a real browser, by pywb and by ReplayWeb.page; screenshots go to .cache/screenshots
replay: .venv/installed
	-$(MAKE) .venv-replay/installed
	$(BIN)/pytest -m replay tests/test_replay.py

# CPU seconds a page, beside Scrapy alone and beside lxml alone, in one run
bench: .venv/installed
	PYTHONPATH=tests:. $(BIN)/python -m bench

# Index, package and its check: MB a second and peak memory at 10,000 and 100,000 captures
bench-archive: .venv/installed
	PYTHONPATH=tests:. $(BIN)/python -m bench warcs packing

# Search, SQL and dumps on 100,000 articles, beside DuckDB on JSON lines, SQLite LIKE and (where it is there) Tantivy
bench-use: .venv/installed
	PYTHONPATH=tests:. $(BIN)/python -m bench use

# What is extracted, beside trafilatura and newspaper4k: `make bench-extract OPTIONS="--json figures.json --failures 3"`
bench-extract: .venv/installed .venv-peers/installed
	PYTHONPATH=tests:. $(BIN)/python -m bench.quality --peers .venv-peers/bin/python $(OPTIONS)

# All test portals crawled twice: articles found, false ones, requests, in one table; real portals too, where they are
measure: .venv/installed
	PYTHONPATH=tests:. $(BIN)/python -m portals

# 3,000 pages crawled with 100 kills at random moments, against a crawl left in peace: `make soak OPTIONS="--seed 7"`
soak: .venv/installed
	PYTHONPATH=tests:. $(BIN)/python -m soak $(OPTIONS)

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/it" >&2; exit 1; }
ifeq ($(UV),)
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "venv is missing: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
else
	uv venv --quiet --clear --python $(PYTHON) .venv
	uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --config-setting editable_mode=compat -e .
endif
	@touch $@

# Environments of their own, for what cannot stand beside what we ask for
.venv-peers/installed: requirements-bench.lock
.venv-replay/installed: requirements-replay.lock
.venv-peers/installed .venv-replay/installed:
ifeq ($(UV),)
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
else
	uv venv --quiet --clear --python $(PYTHON) $(@D)
	uv pip install --quiet --python $(@D)/bin/python --no-deps --require-hashes -r $<
endif
	@touch $@

# Versions and hashes of everything, for every platform; made anew when pyproject.toml asks for something else
lock:
	uv pip compile pyproject.toml --group dev --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --output-file requirements.lock
	uv pip compile --group bench --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --output-file requirements-bench.lock
	uv pip compile --group replay --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --output-file requirements-replay.lock

clean:
	rm -rf .venv .venv-peers .venv-replay build dist *.egg-info demo-archive .mypy_cache .ruff_cache .pytest_cache .hypothesis
