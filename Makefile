# The commands of the project; each is a script in scripts/ that can be read and run by itself.
# `make demo` and `make test` set up what they need.

.DEFAULT_GOAL := help
.PHONY: help demo test api firefox networks smoke sim nightly crash soak joins fuzz load load-media load-hold load-janus lint fmt screenshots bench clean

help: ## This list
	@echo "Passerelle: a self-hosted video gateway for interpretation relay"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
		awk -F '|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: ## Build and start the service on this machine with made-up people; Ctrl-C stops it
	@scripts/demo

test: ## Every test: core, gateway, web client, real browsers
	@scripts/test

api: ## Made-up requests to every endpoint of a real gateway, by docs/openapi.yaml; two minutes
	@scripts/api

smoke: ## One call through a real gateway without a browser
	@scripts/smoke

sim: ## Thousands of made-up days with crashes and losses; `make sim DAYS=10000` for more
	@scripts/sim $(DAYS)

crash: ## Two hundred kills under load, nothing acknowledged may be lost; `make crash KILLS=20` for fewer
	@scripts/crash $(KILLS)

nightly: ## All that takes long, at its whole length: hours, on a machine that does nothing else
	@scripts/nightly

soak: ## Half an hour of twenty cities, nothing may grow; `make soak MINUTES=1` to try it
	@scripts/soak $(MINUTES)

joins: ## Ten thousand joins and leaves, the media engine may not grow; `make joins CALLS=1000` for fewer
	@scripts/joins $(CALLS)

fuzz: ## Made-up bytes to everything that reads a stranger's; `make fuzz MINUTES=60 TARGET=offer`
	@scripts/fuzz "$(or $(MINUTES),15)" "$(TARGET)"

load: ## What this machine carries: rings with every tablet busy, calls over a restart
	@scripts/load

firefox: ## Calls between Firefox and Chromium, in a network of their own
	@scripts/test firefox

networks: ## Calls where the kernel blocks UDP and all ports but that of the pages
	@scripts/test networks

load-media: ## Audio and video: calls on one core, delay and memory; release build, a second core for clients
	@scripts/load-media media

load-hold: ## 28 calls at once on two cores for a quarter of an hour: nothing grows but the records
	@scripts/load-media hold --seconds 60 --rounds 15

load-janus: ## The same calls at Debian's Janus and at a bare forwarder, by turns
	@scripts/load-media janus

lint: ## Everything that is checked without running the code
	@scripts/lint

fmt: ## Format Rust and TypeScript
	@cargo fmt --all
	@npm run --silent format --prefix web-client
	@npm run --silent format --prefix tests/e2e

screenshots: ## Pictures of the pages in a real call, into docs/
	@scripts/screenshots

bench: ## The figures we hold ourselves to, into target/bench.tsv
	@scripts/bench

clean: ## Remove what was built or installed into this folder
	@cargo clean
	@rm -rf target web-client/dist web-client/node_modules tests/e2e/node_modules tests/e2e/results
