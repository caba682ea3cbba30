# The commands of this project. `make run` and `make test` are all that a newcomer needs.

SHELL := /bin/bash
SCENE ?= stay
ROUNDS ?= 100
GATEWAYS ?= 1
BIN := .build/debug/pennyweight

.PHONY: help run test build release format lint docs dependencies prices kill bench-ledger bench-cache compatibility consumer bench-report bench-key bench-vectors fuzz differential

help: ## Lists the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## Shows the product at work, without key and network; SCENE=exit ends after the scene
	@$(BIN) demo $(if $(filter exit,$(SCENE)),--exit)

test: dependencies ## Runs everything that CI runs
	@Scripts/test.sh

build: dependencies ## Builds the debug configuration
	@echo "Building (the first time takes about six minutes on two cores) ..."
	@swift build --product pennyweight

release: dependencies ## Builds the optimised binary: .build/release/pennyweight
	@swift build -c release --product pennyweight

format: ## Formats the sources
	@swift format -i -r Package.swift Sources Tests Examples

lint: ## Checks the format
	@swift format lint --strict -r Package.swift Sources Tests Examples

docs: dependencies ## Builds the documentation: .build/documentation
	@Scripts/docs.sh

prices: ## Refreshes the price book: make prices LITELLM=path/to/wheel-or-json
	@python3 Scripts/refresh-prices.py --litellm "$(LITELLM)"

kill: build ## Kills the gateway under load and compares ledger and bill: ROUNDS=1000, GATEWAYS=2, ACROSS=1, SECONDS_TO_RUN=60, SEED=7
	@python3 Scripts/kill-campaign.py --binary $(BIN) --gateways $(GATEWAYS) $(if $(ACROSS),--across) $(if $(SEED),--seed $(SEED)) \
		$(if $(SECONDS_TO_RUN),--seconds $(SECONDS_TO_RUN),--rounds $(ROUNDS))

bench-ledger: dependencies ## Lines per second of the ledger against plain C writing the same rows: TASKS="16 256", LINES=30000
	@Benchmarks/Ledger/run.sh

bench-key: dependencies ## Cache keys: MB/s and allocations against Foundation's parse-and-sort of the same bodies
	@Benchmarks/Key/run.sh

fuzz: ## Feeds the cache key's canonical form with libFuzzer's bodies: SECONDS_TO_RUN=60, SEED=7
	@Scripts/fuzz.sh $(or $(SECONDS_TO_RUN),60) $(or $(SEED),0)

bench-vectors: ## The search for similar questions: microseconds by count: COUNTS="1000 10000 100000"
	@Benchmarks/Vectors/run.sh $(COUNTS)

differential: dependencies ## Compares the cache with a naive model, call by call: REQUESTS=1000000, SEED=7
	@PENNYWEIGHT_DIFFERENTIAL_REQUESTS=$(or $(REQUESTS),1000000) $(if $(SEED),PENNYWEIGHT_DIFFERENTIAL_SEED=$(SEED)) \
		swift test --filter DifferentialTests

bench-cache: dependencies ## What a cache hit costs against plain C: ENTRIES="10000 1000000", READS=100000
	@Benchmarks/Cache/run.sh

compatibility: build ## Runs OpenAI's Python SDK against the gateway
	@PENNYWEIGHT_BIN=$(BIN) Tests/Compatibility/run.sh

consumer: ## Builds an app that needs no server package, and runs the README's example
	@PENNYWEIGHT_BIN=$(BIN) Scripts/consumer.sh

bench-report: release ## Times reports over ten million lines and over a hundred thousand: LINES=10000000
	@Benchmarks/Reports/run.sh $(LINES)

dependencies:
	@Scripts/install-dependencies.sh
