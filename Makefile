# Everything that this repository needs is installed into .local/, from the Go
# module proxy, npm and apt, at the versions below.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSITYGW := v1.8.0
GOLANGCI_LINT := v2.15.0
GOFUMPT := v0.12.0
DYNALITE := 4.0.0
AGE := v1.3.2

LOCAL := $(CURDIR)/.local
BIN := $(LOCAL)/bin
SERVERS := $(BIN)/versitygw-$(VERSITYGW) $(LOCAL)/npm/dynalite-$(DYNALITE)
TOOLS := $(BIN)/age-$(AGE)
PKG ?= ./...
FUZZTIME ?= 20s

.PHONY: help run demo test race soak lint fmt fuzz bench golden servers clean web web-types web-test web-e2e

help: ## say what the targets do
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

run: servers web ## start the whole service on this machine, with demo data
	@go build -o $(BIN)/local ./infra/local
	@exec $(BIN)/local run

demo: servers web ## prove backup, disaster and restore, step by step, then exit
	@go build -o $(BIN)/local ./infra/local
	@exec $(BIN)/local demo

test: servers $(TOOLS) web web-test web-e2e ## run all tests, with real S3 and DynamoDB servers and a browser
	CI=$${CI:-true} go test -timeout 20m $(PKG)
	CGO_ENABLED=0 go test ./internal/repository/frame ./internal/repository/archive ./internal/repository/sha256x2

race: servers $(TOOLS) web ## run all tests with the race detector (slow)
	CI=$${CI:-true} go test -race -timeout 60m $(PKG)

SOAK ?= 10m
soak: ## take random steps against the model of internal/model for SOAK
	go test -run '^TestSoak$$' -timeout 0 -v ./internal/model -soak $(SOAK)

lint: $(BIN)/golangci-lint-$(GOLANGCI_LINT) ## check style, imports' direction and formatting
	$(BIN)/golangci-lint run
	$(BIN)/golangci-lint fmt --diff
	go mod tidy -diff

fmt: $(BIN)/gofumpt-$(GOFUMPT) $(BIN)/golangci-lint-$(GOLANGCI_LINT) ## format all Go files
	$(BIN)/gofumpt -extra -w cmd functions infra internal
	$(BIN)/golangci-lint fmt

# A time now and then fails a run that found nothing, with "context deadline
# exceeded" (golang/go#75804, until Go 1.27); a number of inputs (3000x) never does.
fuzz: ## fuzz every decoder for FUZZTIME each
	@for file in $$(grep -rl '^func Fuzz' --include=*_test.go internal infra cmd | sort); do \
		for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' $$file); do \
			echo "$$(dirname $$file) $$name"; \
			go test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) | tail -n 30 || exit; \
		done; \
	done

# RESTIC and KOPIA name programs to compare with, PLOT where the picture goes.
SETS ?= D1 D2 D3 P1 P2
RUNS ?= 1
bench: servers ## measure formats and policy, then the command beside restic, kopia and tar (SETS="D1 D2 D3 P1 P2" RUNS=1)
	go test -run '^$$' -bench . -benchmem ./internal/repository/... ./internal/retention/...
	@go build -o $(BIN)/vertex-backup ./cmd/vertex-backup
	@go build -o $(BIN)/bench ./infra/bench
	@$(BIN)/bench -sets "$(SETS)" -runs "$(RUNS)" -vertex $(BIN)/vertex-backup -restic "$(RESTIC)" -kopia "$(KOPIA)" -plot "$(PLOT)"

golden: ## write the golden files anew (look at the difference before you commit it)
	go test $$(grep -rl 'flag.Bool("update"' internal --include=*_test.go | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

servers: $(SERVERS)

$(BIN)/versitygw-$(VERSITYGW):
	@echo "building versitygw $(VERSITYGW), once, about three minutes on two cores"
	@GOBIN=$(BIN) go install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW)
	@rm -f $(BIN)/versitygw-v*; touch $@

$(BIN)/age-$(AGE):
	@GOBIN=$(BIN) go install filippo.io/age/cmd/age@$(AGE)
	@rm -f $(BIN)/age-v*; touch $@

$(BIN)/golangci-lint-$(GOLANGCI_LINT):
	@echo "building golangci-lint $(GOLANGCI_LINT), once, about two minutes on two cores"
	@GOBIN=$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	@rm -f $(BIN)/golangci-lint-v*; touch $@

$(BIN)/gofumpt-$(GOFUMPT):
	@GOBIN=$(BIN) go install mvdan.cc/gofumpt@$(GOFUMPT)
	@rm -f $(BIN)/gofumpt-v*; touch $@

$(LOCAL)/npm/dynalite-$(DYNALITE):
	@mkdir -p $(LOCAL)/npm
	@npm install --silent --no-audit --no-fund --prefix $(LOCAL)/npm dynalite@$(DYNALITE)
	@rm -f $(LOCAL)/npm/dynalite-*; touch $@

clean: ## remove everything that was built or installed; keeps the data of make run
	rm -rf $(BIN) $(LOCAL)/npm $(LOCAL)/build $(LOCAL)/venv $(LOCAL)/demo .aws-sam

# --- the admin page ---

WEB := functions/admin/web
WEB_SOURCES := $(wildcard $(addprefix $(WEB)/,index.html package.json tsconfig.json vite.config.ts)) \
	$(shell find $(WEB)/src $(WEB)/build $(WEB)/public -type f)
WEB_MODULES := $(WEB)/node_modules/.package-lock.json

web: $(WEB)/dist/index.html ## build the admin page, if its sources are newer than what is built

$(WEB)/dist/index.html: $(WEB_MODULES) $(WEB_SOURCES)
	@npm run --silent --prefix $(WEB) build
	@touch $@

$(WEB_MODULES): $(WEB)/package-lock.json
	@npm ci --silent --no-audit --no-fund --prefix $(WEB)
	@touch $@

web-types: $(WEB_MODULES) ## make the admin page's types of the API's OpenAPI document
	go run ./infra/openapi | npm run --silent --prefix $(WEB) types

web-test: $(WEB_MODULES) ## run the admin page's unit tests
	npm test --silent --prefix $(WEB)

# Debian's browser; CHROMIUM names another one that is installed already.
CHROMIUM ?= /usr/bin/chromium

web-e2e: servers web $(CHROMIUM) ## run the admin page in a browser against the real local stack
	CHROMIUM=$(CHROMIUM) npm run --silent --prefix $(WEB) e2e

$(CHROMIUM):
	@echo "installing chromium by apt, once"
	@as=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
		{ $$as apt-get install -y -qq --no-install-recommends chromium || \
			{ $$as apt-get update -qq && $$as apt-get install -y -qq --no-install-recommends chromium; }; } >/dev/null || \
		{ echo "The browser tests need Chromium and apt could not install it. Install it, or name it: make web-e2e CHROMIUM=/path/to/chromium" >&2; exit 1; }

# --- functions and template ---

# ARCH is the functions' processor by Go's name: arm64 or amd64.
ARCH ?= arm64
LAMBDA_BUILD = CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) go build -tags lambda.norpc -trimpath -ldflags '-s -w'
BOOTSTRAPS := $(patsubst functions/%/main.go,$(LOCAL)/build/%/bootstrap,$(wildcard functions/*/main.go))
VENV := $(LOCAL)/venv
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(VENV)/bin/sam

.PHONY: build check-template $(BOOTSTRAPS)

build: $(BOOTSTRAPS) ## build every function's bootstrap into .local/build (ARCH=arm64 or amd64)

# Phony: the go command knows best what is up to date.
$(BOOTSTRAPS): $(LOCAL)/build/%/bootstrap:
	$(LAMBDA_BUILD) -o $@ ./functions/$*

# The page is part of its function.
$(LOCAL)/build/admin/bootstrap build-AdminFunction: web

# What sam build calls, with ARTIFACTS_DIR set: CreateFunction is functions/create.
build-%Function:
	$(LAMBDA_BUILD) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(shell echo '$*' | tr '[:upper:]' '[:lower:]')

check-template: $(VENV)/.installed ## check template.yaml with cfn-lint and build it with sam, without an account
	$(VENV)/bin/cfn-lint template.yaml
	$(SAM) validate --lint
	$(SAM) build --build-dir $(LOCAL)/build/sam

$(VENV)/.installed: infra/sam/requirements.txt
	@echo "installing aws-sam-cli and cfn-lint, once"
	@rm -rf $(VENV)
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps -r $<
	@touch $@
