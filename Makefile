# make run    the main job on the embedded sandbox: what to try first
# make test   the tests; of long sweeps a part, which make check tries whole
# make check  what must pass before a change lands, builds for other systems too
# make bench  rows/s, requests, memory, beside a plain copy of the same file
# make quality how often names are matched right: 30,000 noisy rows over 100,000 people, in two settings, and 15,000 without families of one name
# make lies   200 tenants of each kind that lie in batches; make test tries two, make check ten
# make outages 500 random outages of the index; make test tries two, make check twenty
# make corrections 100,000 corrections of reports, into outputs; make test tries 150, make check 4,000
# make dist   archives and packages of VERSION=1.0.0, in dist
# make shards 50 jobs of 200,000 rows in 16 shards, killed at random; make test does a small one
# make scans  130 tenants for each way to mislead a scan; make test tries one, make check six
# make risks  200 tenants in which the measured risk of a match is held against the truth; make test tries one, make check twenty
# make fuzz   every fuzz target for FUZZTIME
# make golden rewrite the sample sheets and golden outputs from the code

SHELL    := /bin/bash
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
TOOL     := go tool -modfile=.ci/tools.mod
FUZZTIME ?= 30s
# Those that take longest come first, so that the others run meanwhile.
PACKAGES := ./pipeline ./cmd/... ./io/... ./pipeline/...
SYSTEMS  := windows/amd64 windows/arm64 darwin/amd64 darwin/arm64

.PHONY: all build run test check format lint systems vulncheck bench quality lies outages corrections scans risks shards fuzz dist golden clean
all: build

build:
	@mkdir -p bin
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/loanmap ./cmd/loanmap

# Exit code 3 is the expected end: some rows of the sample sheet need review.
run: build
	@rm -rf out && mkdir -p out
	@set -x; bin/loanmap resolve testdata/loans.xlsx --sandbox -o out/loans.resolved.xlsx; \
	{ code=$$?; set +x; } 2>/dev/null; \
	if [ $$code -ne 3 ]; then echo "exit code $$code, not 3"; exit 1; fi; \
	echo "exit code 3: finished, and some rows need review, as intended for this sheet"

test:
	go test -vet=off -short -shuffle=on -p 4 -parallel 6 -timeout 20m $(PACKAGES)

check: format lint systems vulncheck
	go test -vet=off -race -short -shuffle=on -p 3 -parallel 4 -timeout 30m $(PACKAGES)
	go test -vet=off -shuffle=on -p 3 -parallel 4 -timeout 30m $(PACKAGES)
	go -C .ci/manifests test ./...
	go mod tidy -diff
	git diff --exit-code

format:
	@test -z "$$(gofmt -l .)" || { echo "run gofmt -w on:"; gofmt -l .; exit 1; }

lint:
	go vet ./...
	$(TOOL) golangci-lint run

# Everything compiles for them, tests included.
systems:
	@for system in $(SYSTEMS); do echo "go vet for $$system"; GOOS=$${system%/*} GOARCH=$${system#*/} go vet ./... || exit 1; done

# The database may be out of reach: then it says so, and does not fail.
vulncheck:
	@out=$$($(TOOL) govulncheck ./... 2>&1); code=$$?; echo "$$out"; \
	if [ $$code -ne 0 ] && grep -qE 'dial tcp|no such host|connection refused|Forbidden|403|HTTP GET' <<<"$$out"; \
	then echo "vulncheck: the database is out of reach; not checked"; else exit $$code; fi

bench: build
	go test -run '^$$' -bench . -benchmem ./...

quality:
	go test ./pipeline -run '^TestQuality' -quality -v -timeout 30m

lies:
	go test ./pipeline -run BatchesThatLoseHits -v -seeds 200 -timeout 30m

outages:
	go test ./pipeline -run NoOutage -v -outages 500 -timeout 60m

corrections:
	go test ./pipeline -run NoCorrectionGoes -v -corrections 100000 -timeout 30m

shards:
	go test ./cmd/loanmap -run ShardsThatAreKilled -v -shard-rows 200000 -shard-rounds 50 -shards 16 -shard-kills 0.06 -timeout 180m

scans:
	go test ./io/loanpro -run NoLieOfAScan -v -scans 130 -timeout 60m

risks:
	go test ./pipeline/lookup -run Understated -v -risk-seeds 200 -timeout 90m

fuzz:
	@for dir in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -rhoE --include='*_test.go' --exclude-dir='*/*' '^func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | sed 's/func //'); do \
	    echo "$$dir $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$dir || exit 1; \
	  done; \
	done

# The version of a release begins with a digit, or with a v and a digit.
dist:
	.ci/dist/build $(VERSION)

golden:
	go test ./cmd/loanmap -update

clean:
	rm -rf bin out dist
