# What one does with Kontor. Plain make lists it.
sdk := integrations/metasim/sdk
.DEFAULT_GOAL := help
# One static file is what is shipped, so that is what is run and tested, and compiled once.
export CGO_ENABLED := 0
.PHONY: help run test crash torture storm fuzz bench profile fairness recovery lint fmt web build binary screenshots tour deps secrets clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: web ## try it: the program with a simulated Facebook page and phone; KONTOR_DATA_DIR=./data keeps what happens
	go run ./app/cmd/kontor sandbox $(ARGS)

test: bin/testrun ## test everything; FAST=1 between two edits, PKG=./domain/task/... some packages, ONLY=sqlite,web some stages
	@exec bin/testrun $(if $(FAST),-fast) $(if $(ONLY),-only=$(ONLY)) $(PKG)

crash: bin/testrun ## kill the program at random for DOSE=60 seconds on each engine; SEED=… repeats a run
	@KONTOR_CRASH_SECONDS=$(or $(DOSE),60) $(if $(SEED),KONTOR_CRASH_SEED=$(SEED)) bin/testrun -only=crash,postgres-crash

torture: ## try to break the promise: CYCLES=100 kills on ENGINE=postgres or sqlite; SEED=… does the same again; every round is added to docs/torture.jsonl; HANG=500 plays rounds of 500 answers that the platform takes and never says so; PLANTED=1 sees instead that planted faults are found, SOAK=60m that nothing grows
	go run ./app/torture -engine=$(or $(ENGINE),postgres) -cycles=$(or $(CYCLES),100) $(if $(SEED),-seed=$(SEED)) $(if $(WITHOUT),-without=$(WITHOUT)) $(if $(HANG),-hang=$(HANG)) -results=docs/torture.jsonl -page=docs/promise.md $(if $(PLANTED),-planted) $(if $(SOAK),-soak=$(SOAK) -soaked=docs/soak.jsonl)

bench: build ## measure how fast it is, beside what it is compared with; ROWS="1 2 9" some rows, ARGS='--folder=/var/tmp/bench' options
	bin/kontor bench $(if $(ROWS),row $(ROWS),all) $(ARGS)

profile: build ## the same once, with profiles of every process in ./profiles; ROWS="5 8" some rows
	bin/kontor bench profile --into=profiles $(ROWS) $(ARGS)

fairness: bin/testrun ## measure what sick and flooded pages cost others, on both engines; nothing else should run
	@exec bin/testrun -only=fairness,postgres-fairness

recovery: bin/testrun ## measure how soon work goes on after kill -9, and after Redis was wiped with 10 000 rows due
	@exec bin/testrun -only=recovery,postgres-recovery

storm: ## send ITEMS=1000000 webhook items, many of them twice, late, broken or unknown, and look for each on ENGINE=postgres or sqlite; SEED=… sends the same again; adds a line to docs/storm.jsonl
	go run ./app/torture storm -engine=$(or $(ENGINE),postgres) -items=$(or $(ITEMS),1000000) $(if $(SEED),-seed=$(SEED)) -results=docs/storm.jsonl

fuzz: ## run every fuzz target for FUZZTIME=10s, one after another; PKG=./templates those of some folders
	@failed=; \
	for found in $$(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]+' $(or $(PKG),app domain integrations jobs migrations templates) | sed 's,:func ,:,' | sort -u); do \
	  package=./$$(dirname "$${found%%:*}"); name="$${found##*:}"; \
	  echo "$$package $$name"; \
	  go test "$$package" -run '^$$' -fuzz "^$$name$$" -fuzztime $(or $(FUZZTIME),10s) -parallel 1 || failed="$$failed $$package:$$name"; \
	done; \
	[ -z "$$failed" ] || { echo "found something:$$failed"; exit 1; }

lint: bin/testrun ## check form, and what linters find
	@exec bin/testrun -only=format,vet,lint

fmt: ## bring Go files into form
	go tool -modfile=tools/go.mod golangci-lint fmt

web: $(if $(wildcard app/web/package.json),app/web/dist/index.html) ## build the web UI where it has changed

build: web binary ## build bin/kontor: one static file with the web UI in it

screenshots: build ## picture every screen, light and dark, wide and narrow, into ./screenshots
	KONTOR_BINARY=$(CURDIR)/bin/kontor npm run --prefix app/web screenshots

tour: build ## picture the tour that README.md shows anew, into ./docs/tour
	KONTOR_BINARY=$(CURDIR)/bin/kontor npm run --prefix app/web screenshots -- tour
	node app/web/scripts/tour.mjs

# the Go part of it, with the web UI as it was last built
binary:
	go build -buildvcs=auto -ldflags='-s -w' -o bin/kontor ./app/cmd/kontor

deps: $(if $(wildcard app/web/package.json),app/web/node_modules/.package-lock.json) $(sdk)/node_modules/.package-lock.json ## install what tests use besides Go and Node: PostgreSQL, Redis, Chromium (Debian), npm packages
	@missing=; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	[ -z "$$missing" ] || { echo "installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then as=; else as=sudo; fi; \
	  $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing; }

secrets: ## make ./secrets for compose.yaml: random passwords and keys, keeping what is there
	@umask 077; mkdir -p secrets; cd secrets; \
	make_secret() { [ -e "$$1" ] || { printf '%s\n' "$$2" > "$$1"; chmod 644 "$$1"; echo "made secrets/$$1"; }; }; \
	make_secret postgres_password "$$(openssl rand -hex 24)"; \
	make_secret database_url "postgres://kontor:$$(cat postgres_password)@postgres:5432/kontor?sslmode=disable"; \
	make_secret secret_keys "$$(openssl rand -base64 32)"; \
	make_secret meta_verify_token "$$(openssl rand -hex 24)"; \
	make_secret meta_app_secrets ""; \
	[ -n "$$(cat meta_app_secrets)" ] || echo "write the Meta app's secret into secrets/meta_app_secrets"

clean: ## remove what was built
	rm -rf bin app/web/node_modules $(sdk)/node_modules
	find app/web/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true

bin/testrun: $(wildcard app/testrun/*.go app/servers/*.go)
	@go build -o bin/testrun ./app/testrun

app/web/node_modules/.package-lock.json: app/web/package-lock.json
	npm ci --prefix app/web --no-audit --no-fund
	@touch $@

# Meta's own SDK, which a test runs against the simulator
$(sdk)/node_modules/.package-lock.json: $(sdk)/package-lock.json
	npm ci --prefix $(sdk) --no-audit --no-fund
	@touch $@

web_sources := $(shell find app/web/src app/web/public -type f 2>/dev/null) $(wildcard app/web/*.html app/web/*.json app/web/*.ts)

app/web/dist/index.html: app/web/node_modules/.package-lock.json $(web_sources)
	npm run --prefix app/web build
	@touch $@
