# make run: install, train if needed, serve.  make test: install what the tests need, and run them all.
# make test-fast: only the tests that need no model, server, browser or Rasa; for while you work.
PORT ?= 5005
PYTHON := .venv/bin/python
# Python keeps what it compiled, whatever the environment says: else each worker and each verb would compile it again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest
EXAMPLES ?= 12
MESSAGES ?= 50000

.PHONY: run test test-fast evaluate-real docs prove-anonymity prove-many install install-test lint check train chat evaluate bench bench-speed tune lock clean

run: install
	@PORT=$(PORT) $(PYTHON) -m bot run

test: install-test
	@tools/install-system-packages
	@$(MAKE) --no-print-directory lint check
	@$(PYTEST) --numprocesses auto

# The files that are left out import Rasa or spaCy, build, learn, wait or check all content, all of which takes long.
# With all that they need installed, the others took 24 seconds on two cores that had nothing else to do.
test-fast: install-test
	@$(PYTEST) --numprocesses auto tests/unit tests/repository \
	  -m "not model and not server and not browser" $(patsubst %,--ignore=tests/%.py, \
	  $(addprefix unit/test_,store locks scrubbing telegram_showing components unused_libraries encoder_files learning \
	  topics_abroad hints assistant claims content counts danger_rules editing list_picks languages language_of_doors listening own_content \
	  settling sources) $(addprefix repository/test_,deploy dependencies))

# For auditors: sends unique strings through the running assistant, and prints where it looked for them.
prove-anonymity: install-test
	@tools/install-system-packages
	@$(PYTEST) tests/journeys/test_anonymity.py -s -v

# For operators: four assistants, nginx and Redis, 200 people, and one fault after the other. About ten minutes.
prove-many: install-test
	@tools/install-system-packages
	@PROVE_MANY=1 $(PYTEST) tests/journeys/test_many.py -s -v

lint: install-test
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary

# What is written from code and data: the tables of the docs, and the words by which the widget recognises danger offline.
docs: install
	@$(PYTHON) -m tools.write_tables
	@$(PYTHON) -m tools.write_hints

check train chat evaluate: install
	@$(PYTHON) -m bot $@

# Ours and four others on the same questions: a table, a picture, docs/benchmarks.md. About ten minutes with 12 examples
# for each answer, most of them for Rasa's own pipelines; docs/benchmarks.md was made with EXAMPLES=50, in 44 minutes.
bench: install
	@$(PYTHON) -m benchmarks.bench $(EXAMPLES)

# How fast ours answers and what memory it takes while MESSAGES come: a table, and the picture of docs/performance.md.
bench-speed: install
	@$(PYTHON) -m benchmarks.speed $(MESSAGES)

# How much of what real people write is taken for danger: the table and the curve of docs/safety.md. Some minutes.
evaluate-real: install
	@$(PYTHON) -m benchmarks.real_text

# Changes the encoder's weights to fit what people write here. Seldom needed: docs/matching.md. Half an hour.
tune: install
	@$(PYTHON) -m tools.tune_encoder

install: .venv/.run
install-test: .venv/.test

.venv/.run .venv/.test: .venv/.%: requirements/%.txt | .venv
	@echo "Installing requirements/$*.txt …"
	@tools/uv pip install --quiet --python .venv --require-hashes --no-deps --compile-bytecode -r $<
	@touch $@

.venv:
	@tools/make-venv

# The lock files, made from pyproject.toml: exact versions, hashes, no addresses.
lock:
	tools/uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-annotate \
	  --group train --group benchmark -o requirements/run.txt pyproject.toml
	tools/uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-annotate \
	  --group train --group benchmark --group test -c requirements/run.txt -o requirements/test.txt pyproject.toml
	tools/uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-annotate \
	  --override requirements/without.txt -c requirements/run.txt -o requirements/serve.txt pyproject.toml

clean:
	rm -rf .venv .tools .cache .rasa models .mypy_cache .ruff_cache .pytest_cache
