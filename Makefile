# Everything a person or CI does with a checkout. Needs Python 3.11 or newer and make; uses uv where it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# A variable that keeps Python from storing bytecode makes every start three times slower.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo up image test load faults check format bench coverage prompts api-docs lock clean

demo: $(VENV)/.runtime
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

up: $(VENV)/.runtime
	@$(BIN)/kaggle-agent up

# Both images: the one that runs are executed in, and the one that generated scripts are. Needs a Docker engine.
image: $(VENV)/.runtime
	docker build -f deployments/Dockerfile -t kaggle-agent .
	@$(BIN)/kaggle-agent sandbox build

# In CI a test that fails is tried once more, and shown if that helps: its machine is shared, and its servers and browsers real.
TRIES := $(if $(CI),--reruns 1 -rR)

# The quick tests alone have to cover agent_core as pyproject.toml says (tool.coverage.report), or this fails.
test: $(VENV)/.dev
	$(BIN)/pytest -m "not slow" -n 2 --dist loadscope $(TRIES) --cov
	$(BIN)/pytest -m "slow and not load and not faults" -n 2 --dist loadscope $(TRIES) --durations=20

# What takes too long for every change: 50 runs at once, on SQLite and on PostgreSQL.
load: $(VENV)/.dev
	$(BIN)/pytest -s -m load

# All that may be killed, and the table of docs/operations.md. Needs a Docker engine, PostgreSQL and, for a full disk, root.
faults: $(VENV)/.dev
	$(BIN)/pytest tests/faults

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What of agent_core the quick tests leave out, line by line.
coverage: $(VENV)/.dev
	$(BIN)/pytest -m "not slow" -n 2 --dist loadscope --cov --cov-report=term-missing

# docs/prompts.md: what the model is told, rendered for one example.
prompts: $(VENV)/.runtime
	$(BIN)/python -m agent_core.prompts.show

# docs/http-api.md: the HTTP API, from its OpenAPI document.
api-docs: $(VENV)/.runtime
	$(BIN)/python -m ui.http.document

bench: $(VENV)/.runtime
	$(BIN)/python -m tests.bench solving
	$(BIN)/python -m tests.bench load
	$(BIN)/python -m tests.bench api
	$(BIN)/python -m tests.bench runs-page

# The lock files hold names, versions and hashes only. `uv` makes them; nothing else needs it.
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links pyproject.toml
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

# The lock is complete, so pip resolves nothing. The bytecode makes starts quick; pip would write it with one processor only, and
# like pip this keeps silent about the few files of packages that are no Python 3.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned dependencies of $(1) into $(VENV) (about 1.3 GB, one to two minutes) ..."
	$(if $(UV),@$(UV) pip install -q --python $(BIN)/python --compile-bytecode --no-deps --require-hashes -r $(1),\
	           @$(BIN)/python -m pip install -q --disable-pip-version-check --no-compile --no-deps --require-hashes -r $(1))
	$(if $(UV),,@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true)
	$(if $(UV),@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .,\
	           @$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .)
	@$(BIN)/python -m compileall -q agent_core tasks flows ui deployments
	@$(BIN)/python -m flows.prefect_database
endef

# A development environment serves for running as well.
$(VENV)/.runtime: requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
