# Two commands: `make run` (all reports, both languages, into reports/latest) and `make test`.
# The first call makes .venv and needs the package registry; later calls need no network. `make -C PATH run` works from anywhere.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
STAMP := .venv/.ready
JOBS ?= 2

export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
# Trust what this machine trusts: inside many offices the network has a certificate of its own.
export UV_SYSTEM_CERTS ?= true

.DELETE_ON_ERROR:
.PHONY: docs ratios run test check lint types layers unit format lock clean help

help:
	@echo "make run     reports of all scenarios in both languages -> reports/latest/index.html"
	@echo "make test    every check, pytest last"
	@echo "make check   validate data/ alone;  make docs  the documentation -> site/index.html"
	@echo "make format  let ruff tidy the code;  make lock  renew constraints.txt;  make clean  remove .venv and caches"

run: $(STAMP)
	@$(BIN)/bhxh run --lang both

test: lint types layers unit

check: $(STAMP)
	@$(BIN)/bhxh check

# The documentation as a site, from docs/, data/ and a small run for the gallery -> site/index.html; needs no network.
docs: $(STAMP)
	$(BIN)/python -m mkdocs build --quiet --strict

lint: $(STAMP)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports --no-logo

# Last, so that pytest's summary closes the output. Schema drift and stale notebooks are tests of tests/project.
unit: $(STAMP)
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --cov --cov-report=term

# Ratios of times measured in pairs, against benchmarks/baseline.json: fails when one is over 30% worse.
ratios: $(STAMP)
	@$(BIN)/python benchmarks/ratios.py --check

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# No address of an index goes into the file (a test looks).
lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --no-annotate --no-header \
		--quiet --upgrade -o constraints.txt

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (apt-get install python3 python3-venv)" >&2; exit 2; }
	@echo "Preparing .venv with $(PYTHON) (once; needs the network)"
	@"$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[reports,explore,analysis,calibrate,scale,docs,dev]'
	@$(BIN)/python -m compileall -q bhxh_forecast
	@touch $@
