# The whole project in a few words; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run stop reset test check bench-extraction bench bench-reports faults docs rebuild-views client train-names train compare-models eval-sentiment bench-labels train-vectors train-same-event eval-stories bench-near-copies train-language bench-ingest soak bench-rhythm bench-search bench-trends bench-classifier bench-gate bench-privacy eval eval-units eval-privacy leak-test lock format
SHELL := /bin/sh
PYTHON := .venv/bin/python
# make run SAMPLE=0: without the sample day. make run LIVE=1: the shipped sources switched on.
SAMPLE ?= 1
LIVE ?= 0
# make test PYTEST="tests/unit -x": a part of the tests.
PYTEST ?=

help: ## This list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

setup: ## Install the locked Python packages into .venv (every other target does so itself)
	@deploy/local/bootstrap

run: setup ## Start Kafka, the document store and all services; SAMPLE=0, LIVE=1
	@SAMPLE=$(SAMPLE) LIVE=$(LIVE) $(PYTHON) -m deploy.local.launcher run

stop: setup ## End exactly what `make run` started, also after a crash
	@$(PYTHON) -m deploy.local.launcher stop

reset: setup ## Stop, then empty .run/ (data, keys, logs)
	@$(PYTHON) -m deploy.local.launcher reset

test: setup ## All tests on a real broker and store; PYTEST="tests/unit -x" for a part
	@$(PYTHON) -m deploy.local.prepare tests
	@$(PYTHON) -m pytest --cov --cov-report=term --durations=25 $(PYTEST)

check: setup ## Style, types, imports, lock, contract; under a minute
	@$(PYTHON) -m deploy.checking

bench-extraction: setup ## Compare readers of article pages on 44 pages (trafilatura, resiliparse if installed)
	@$(PYTHON) -m tests.bench.extraction

bench: setup ## Measure and write docs/bench/results.md
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.bench

bench-reports: setup ## 1,400 unit reports in a minute on the real stack: how long each waits, each told once
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.bench.reports

faults: setup ## Kill everything everywhere and compare what went in with what came out; PARTS="sweep classifier" for some
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.faults $(PARTS)

docs: setup ## Write docs/topics.md and docs/asyncapi.yaml from the catalogue
	@.venv/bin/pasopati docs

rebuild-views: setup ## The gateway's read models once more from the topics, beside a running `make run`
	@.venv/bin/pasopati rebuild-views --state .run/state.json

client: setup ## Build the stand-alone wheel of the contract into dist/
	@mkdir -p dist && cd libs/schemas && ../../$(PYTHON) -m hatchling build -t wheel -d ../../dist
	@ls dist/pasopati_schemas-*.whl

train-names: setup ## The names model again from its sentences and ../shared/data/ner: same text, same sha256
	@$(PYTHON) -m libs.privacy.training.train

train: setup ## The label models again from labelled text; CORRECTIONS=file of `pasopati corrections export`
	@OMP_NUM_THREADS=1 $(PYTHON) -m services.classifier.training.train $(if $(CORRECTIONS),--corrections $(CORRECTIONS))

compare-models: setup ## Kinds of models on held-out parts of our text: figures, cost, size
	@OMP_NUM_THREADS=1 $(PYTHON) -m services.classifier.training.comparing

eval-sentiment: setup ## Our kind of model on SmSA and NusaX-Indonesian, beside what is published
	@OMP_NUM_THREADS=1 $(PYTHON) -m services.classifier.training.general_sentiment

bench-labels: setup ## Labels alone: texts per second of one core, with and without the trained model
	@OMP_NUM_THREADS=1 $(PYTHON) -m tests.bench.classifier_labels

train-vectors: setup ## The word vectors the label models build on, from ../shared/data: same text, same sha256
	@OMP_NUM_THREADS=1 $(PYTHON) -m services.classifier.training.vectors

train-same-event: setup ## What tells that two documents are of one event, from our pairs and ../shared/data: same text, same sha256
	@OMP_NUM_THREADS=1 $(PYTHON) -m services.classifier.training.same_event ../shared/data/news_sample/2025-06-18.csv ../shared/data/ner

eval-stories: setup ## Stories of the real day of ../shared/data by models that have not read the articles that count (B3); a minute
	@OMP_NUM_THREADS=1 $(PYTHON) -m services.classifier.training.same_event_stream ../shared/data/news_sample/2025-06-18.csv ../shared/data/ner

bench-near-copies: setup ## Near-copies: what a document costs among 10,000 and 100,000 heads, bytes a head
	@$(PYTHON) -m tests.bench.near_copies

train-language: setup ## The language model again from ../shared/data: same text, same sha256; prints its F1
	@$(PYTHON) -m libs.reference.deriving.train_languages

bench-ingest: setup ## 1,000 sources on loopback, a fifth hanging: polls a second, what polls and items cost; writes docs/bench/ingest.md
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.bench.ingest

soak: setup ## A million items through the classifier (ITEMS=) under the sweeper, then ingest for MINUTES (10); PART=classifier|ingest; writes docs/bench/soak.md
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.bench.soak

bench-rhythm: setup ## Months of invented sources: polls a day, waits, false alarms of silence; writes docs/bench/rhythm.md
	@$(PYTHON) -m tests.bench.rhythm

bench-search: setup ## Search over 20,000 and 100,000 invented publications on the embedded store; writes docs/bench/search.md
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.bench.search

bench-trends: setup ## Two hundred invented months: how late trends are told, how often wrongly; writes docs/bench/trends.md (minutes)
	@$(PYTHON) -m tests.bench.trends

bench-classifier: setup ## The classifier's cost an item and stage, whether it stays flat, memory; DRAIN=N: a backlog too; writes docs/bench/classifier.md
	@echo "make bench-classifier: a minute, and a quarter of an hour more with DRAIN=60000"
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.bench.classifier $(if $(DRAIN),--drain $(DRAIN))

bench-gate: setup ## What texts made to hurt the privacy gate cost it: four times the text, no sixteenfold cost
	@$(PYTHON) -m tests.bench.gate_cost

bench-privacy: setup ## The gate's texts per second on one core, names included, and what hostile text costs
	@$(PYTHON) -m tests.bench.privacy

eval: setup ## Labels against the yardstick and the real day of ../shared/data: per class, with intervals, what is called severe
	@OMP_NUM_THREADS=1 .venv/bin/pasopati eval --items ../shared/data/gold_dev/corrections_gold.jsonl --articles ../shared/data/news_sample/2025-06-18.csv

eval-units: setup ## Which units texts name: right, left open, missed, on texts labelled by hand, with intervals
	.venv/bin/pasopati eval --units

eval-privacy: setup ## What the privacy gate finds and gets wrong, per class with intervals; writes docs/privacy-evaluation.md
	@$(PYTHON) -m tests.privacy

leak-test: setup ## Invented identities in at every entrance, every store, topic, log searched; then builds without their guards
	@$(PYTHON) -m deploy.local.prepare java
	@$(PYTHON) -m tests.leaks

lock: setup ## Write requirements.lock again (needs the network)
	@$(PYTHON) -m deploy.locking write

format: setup ## Let ruff put the code in order
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .
