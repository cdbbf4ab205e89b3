# The commands of the README. Everything needed is set up on first use; `make setup` alone does only that.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
GRAPH  := $(VENV)/.graph
ASSETS := src/instep/console/assets/vendor/.packed

.PHONY: setup demo test pictures check bench soak format lock clean
setup: $(READY) $(ASSETS)

# The lock files name all there is to install, so nothing is resolved: pip would look at releases that came out since.
$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/pip check --quiet --disable-pip-version-check
	touch $(READY)

# The console's styles and scripts, by the integrity in the lock file; Node comes with the Python packages.
$(ASSETS): package.json package-lock.json .npmrc assets/__main__.py | $(READY)
	$(BIN)/python -m assets

demo: setup
	$(BIN)/python -m demo

# The SDK for Graph, with which scripts of administrators are run; its 20,000 modules are not compiled beforehand.
$(GRAPH): requirements/graph.txt | $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement requirements/graph.txt
	touch $(GRAPH)

test: setup $(GRAPH)
	$(BIN)/python tests/browser/ensure_chromium.py
	$(BIN)/pytest -n auto --dist loadfile

# The pictures of docs/, as the browser tests see the pages.
pictures: setup
	INSTEP_SCREENSHOTS=1 $(BIN)/pytest tests/browser

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m bench

soak: setup
	$(BIN)/python -m bench soak

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Lock again after a change of the dependencies in pyproject.toml (uv from the registry, never committed).
lock:
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --output-file requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --extra dev --constraint requirements/run.txt pyproject.toml --output-file requirements/dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --constraint requirements/dev.txt requirements/graph.in --output-file requirements/graph.txt
	$(BIN)/python -m assets lock

clean:
	rm -rf $(VENV) build dist .demo $(dir $(ASSETS))
