# Everything that is done with this repository. `make` alone lists it.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PYTEST ?= $(BIN)/python -m pytest
DIST   ?= dist
JOBS   ?= $(shell nproc 2>/dev/null || echo 1)
# The stages from text to executable, on tiny models.
SMOKE  := tests/golden $(patsubst %,tests/unit/test_%.py,syntax parser formatter check check_bodies check_cases \
  check_patterns check_values lowering lower_body lower_neural ir_parser printer verify pass_manager pass_spec link \
  executor language_reference) \
  tests/e2e/test_build.py::test_linking_objects_gives_the_program_that_building_the_sources_gives

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-all smoke test test-all lint types golden docs web bench bench-units check \
  runtime-wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/ready ## make a virtual environment with pawc and its development tools in it
$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@# torch first and by its exact version: where a CPU wheel is configured, no CUDA package is fetched.
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: setup ## fetch the interpreter, build examples/urgency, run it on real input: some minutes
	$(BIN)/pawc interp pull
	$(BIN)/pawc build examples/urgency/urgency.paw
	@printf '\n$$ pawc run examples/urgency/urgency.pawx < examples/urgency/input.txt\n'
	@$(BIN)/pawc run examples/urgency/urgency.pawx < examples/urgency/input.txt \
	  | paste - examples/urgency/input.txt | awk -F '\t' '{printf "%-12s <-  %s\n", $$1, $$2}'

demo-all: setup ## build all of examples/: 20 to 30 minutes of processor time
	$(BIN)/pawc interp pull
	$(BIN)/pawc build -j $(JOBS) examples/*/*.paw

smoke: setup ## run some tests, of every stage from text to executable: a minute or two
	OMP_NUM_THREADS=1 $(PYTEST) -q -m 'not slow' $(SMOKE)

test: setup ## run the tests, 7 to 16 minutes on two cores
	@# A process a core, and one thread of torch in each.
	OMP_NUM_THREADS=1 $(PYTEST) -q -m 'not slow' -n auto --maxprocesses 8

test-all: setup ## run the tests, those that take minutes too
	$(PYTEST) -q

lint: setup ## ruff: style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy --strict
	@# mypy does not know package-dir: give it a folder that looks like the installed package.
	@rm -rf build/types && mkdir -p build/types/pawc
	@ln -s $(CURDIR)/pawc/* $(CURDIR)/passes $(CURDIR)/backends $(CURDIR)/grammar build/types/pawc/
	MYPYPATH=build/types $(BIN)/mypy -p pawc

golden: setup ## rewrite the golden files from what the compiler says now; read the diff
	$(PYTEST) -q tests/golden --bless

docs: setup ## regenerate docs/help.md from --help
	$(BIN)/python -m pawc.cli.help > docs/help.md

web: ## fetch what the browser page stands on; web/ is then complete and can be served as it is
	cd web && npm ci --silent
	@mkdir -p web/lib
	@cp web/node_modules/@huggingface/tokenizers/dist/tokenizers.min.mjs web/lib/tokenizers.mjs
	@cp web/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs web/lib/ort.mjs
	@cp web/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs web/lib/
	@cp web/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm web/lib/

bench: setup ## measure the run path beside its peers, 12 minutes; writes docs/benchmarks.md
	@# GGUF=FILE: what llama.cpp reads, if llama-cpp-python is installed; without it that peer is left out.
	$(BIN)/python -m bench.run_path $(if $(GGUF),--gguf $(GGUF))

bench-units: setup ## measure single calls and builds of our own; results go to .benchmarks/
	$(PYTEST) bench --benchmark-only

check: lint types test ## all of the above that can fail

runtime-wheel: setup ## build dist/pawc_runtime-*.whl: what runs programs built for onnx, without PyTorch
	@# setuptools takes sources from below its own folder only: give it one that looks so.
	@rm -rf build/runtime && mkdir -p build/runtime
	@ln -s $(CURDIR)/pawc $(CURDIR)/backends $(CURDIR)/README.md build/runtime/
	@cp packaging/runtime.toml build/runtime/pyproject.toml
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir $(DIST) build/runtime

clean: ## remove what building left behind (not .venv)
	rm -rf build dist web/lib web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find examples -name '*.paw[ox]' -delete
