# make demo   compile the tutorial's function; show the module and what SymPy found
# make test   every test and check
# Both make the environment .venv first where it is missing; they need Python 3.10 or newer, and the network the first time.

PYTHON = .venv/bin/python

.PHONY: demo test lint format fuzz mutants bench numba update-cases docs env test-env clean

demo: env
	@mkdir -p build
	@echo '$$ bpcompile examples/circuit.py -o build/circuit_grad.py'
	@$(PYTHON) -m bpcompile examples/circuit.py -o build/circuit_grad.py
	@echo '$$ cat build/circuit_grad.py'
	@cat build/circuit_grad.py

test: lint
	$(PYTHON) -m pytest -q -n auto

lint: test-env
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy --strict

format: test-env
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

# 20 000 random programs, and as many over lists, against differences at 50 digits; as many over arrays, and as many that
# write into arrays, against differences in long double
fuzz: test-env
	$(PYTHON) -m pytest -q -n auto tests/test_programs.py --programs 20000
	$(PYTHON) -m pytest -q -n auto tests/test_array_programs.py --programs 20000
	$(PYTHON) -m pytest -q -n auto tests/test_write_programs.py --programs 20000
	$(PYTHON) -m pytest -q -n auto tests/test_list_programs.py --programs 40000

# faults seeded into the compiler one by one: the tests find at least 95 % of them (takes half an hour)
mutants: test-env
	cd tests && ../$(PYTHON) -m mutants

bench: test-env
	@for file in benchmarks/*.py; do echo "$$file" && $(PYTHON) "$$file" || exit 1; done

# every program and module of the tests that Numba takes, compiled by it and compared (takes ten minutes)
numba: test-env
	$(PYTHON) -m pytest -q -n auto tests/numba_all.py

# rewrite the expected parts of tests/cases; a wrong gradient is never written
update-cases: test-env
	$(PYTHON) -m pytest -q tests/test_cases.py --update-cases

# rewrite docs/functions.md from the compiler's tables
docs: test-env
	$(PYTHON) docs/make_functions.py

env:
	@.ci/venv .venv

test-env:
	@.ci/venv .venv test,examples

clean:
	rm -rf .venv .venvs build .mypy_cache .pytest_cache .ruff_cache .hypothesis
