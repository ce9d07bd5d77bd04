# Every target installs what it needs by package name, or says which package is missing. None passes by skipping.
GO        ?= go
VERSION   ?= $(shell tools/version.sh name)
LDFLAGS   := -s -w -X main.version=$(VERSION) -X main.commit=$(shell tools/version.sh commit) -X main.date=$(shell tools/version.sh date)
# pgx without the types that only its own programs need: 1.4 MB of the viewer. make e2e has PostgreSQL tested with it.
TAGS      := nopgxregisterdefaulttypes
BUILD     := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -tags $(TAGS) -ldflags '$(LDFLAGS)'
STATIC    := $(GO) tool -modfile=tools/go.mod staticcheck
DEADCODE  := $(GO) tool -modfile=tools/go.mod deadcode

.PHONY: all agent-arm64 agent-armv6 agent-armv7 agent-amd64 deb build demo test test32 test-arm race lint fmt vet staticcheck walls deadcode built mutants cross e2e chaos soak hw bench card units fuzz clean

all: lint race cross

build: ## bin/agent and bin/viewer for this machine
	$(BUILD) -o bin/agent ./agent
	$(BUILD) -o bin/viewer ./uplink/viewer

demo: build ## simulated line, agent, embedded broker, viewer; Ctrl-C ends all of it
	@$(GO) build -o bin/demo ./demo && exec bin/demo

test: ## everything hermetic
	$(GO) test ./...
	$(GO) test -C tools ./...
	@command -v node >/dev/null || sh tools/packages.sh nodejs
	node --test telemetry/web/test/
	$(GO) test -tags e2e -run '^TestEveryCommandOfTheREADMEIsRun$$' ./e2e # reads two files, and is told here rather than after half an hour

race:
	$(GO) test -race ./...

# Small boards have an int of 32 bits, and so has 386, which most kernels of amd64 run: what reads bytes from outside must stand it. Where
# the kernel runs no 386, everything is built for it, and what decodes is run for arm under an emulator.
PACKAGES32 := ./buffer/... ./drivers ./telemetry/... ./uplink ./uplink/pychron ./agent/config ./agent/state ./agent/rules ./agent/pychronimport
DECODERS32 := ./buffer ./buffer/block ./buffer/journal
test32: ## the packages that decode, with an int of 32 bits
	@[ "$$($(GO) env GOARCH)" = amd64 ] || { echo "test32 needs an amd64 machine"; exit 1; }
	@if GOARCH=386 CGO_ENABLED=0 $(GO) test -run '^$$' ./buffer/lifecycle >.test32 2>&1; then \
	  rm -f .test32 && GOARCH=386 CGO_ENABLED=0 $(GO) test $(PACKAGES32); \
	elif grep -q 'exec format error' .test32; then \
	  rm -f .test32 && echo "this kernel runs no 386: the packages are built for it, and the decoders run for arm under qemu" && \
	  GOARCH=386 CGO_ENABLED=0 $(GO) test -exec true $(PACKAGES32) && sh tools/packages.sh qemu-user-static && \
	  GOARCH=arm GOARM=6 CGO_ENABLED=0 $(GO) test -exec qemu-arm-static $(DECODERS32); \
	else cat .test32; rm -f .test32; exit 1; fi

test-arm: ## the packages that decode, for the processors of a Zero (ARMv6) and of a Pi 2 (ARMv7), under an emulator
	sh tools/packages.sh qemu-user-static
	GOARCH=arm GOARM=6 CGO_ENABLED=0 $(GO) test -exec qemu-arm-static $(DECODERS32)
	GOARCH=arm GOARM=7 CGO_ENABLED=0 $(GO) test -exec qemu-arm-static $(DECODERS32)

fmt:
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "not gofmt-clean: $$out"; exit 1; }

vet:
	$(GO) vet ./...
	$(GO) vet -tags e2e,board ./...
	$(GO) vet -C tools ./...

staticcheck:
	$(STATIC) ./...
	$(STATIC) -tags e2e,board ./...
	cd tools && $(GO) tool staticcheck ./...

lint: fmt vet staticcheck walls deadcode built

built: ## no program that was built is kept in the repository
	@out=$$(git ls-files -z | LC_ALL=C xargs -0 grep -laP '^\x7fELF' 2>/dev/null); [ -z "$$out" ] || { echo "programs in the repository; they must go: $$out"; exit 1; }

WALLS := # -strict also fails where a table in tools/walls has an entry that nothing needs
walls: ## import directions, cycles of files, pure packages, words (the tables in tools/walls)
	$(GO) run -C tools ./walls -dir .. $(WALLS)

# Twice: what no program reaches, even where a test does; then what neither a program nor a test reaches, helpers of tests too.
deadcode:
	@out=$$($(DEADCODE) $$($(GO) list -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' ./...)) || exit 1; \
	  [ -z "$$out" ] || { echo "no program reaches this; it must go:"; echo "$$out"; exit 1; }
	@out=$$($(DEADCODE) -test -tags e2e,board ./...) || exit 1; \
	  [ -z "$$out" ] || { echo "no program and no test reaches this; it must go:"; echo "$$out"; exit 1; }

cross: ## agent and viewer for every board, viewer also for desks; CGO off
	GOOS=linux GOARCH=arm GOARM=6 $(BUILD) -o bin/linux-armv6/ ./agent ./uplink/viewer
	GOOS=linux GOARCH=arm GOARM=7 $(BUILD) -o bin/linux-armv7/ ./agent ./uplink/viewer
	GOOS=linux GOARCH=arm64 $(BUILD) -o bin/linux-arm64/ ./agent ./uplink/viewer
	GOOS=linux GOARCH=amd64 $(BUILD) -o bin/linux-amd64/ ./agent ./uplink/viewer
	GOOS=darwin GOARCH=arm64 $(BUILD) -o bin/darwin-arm64/ ./uplink/viewer
	GOOS=windows GOARCH=amd64 $(BUILD) -o bin/windows-amd64/ ./uplink/viewer

agent-arm64 agent-armv6 agent-armv7 agent-amd64: agent-%: ## one binary for one kind of board: bin/linux-arm64/agent
	GOOS=linux GOARCH=$(subst armv6,arm,$(subst armv7,arm,$*)) GOARM=$(patsubst armv%,%,$(filter armv%,$*)) $(BUILD) -o bin/linux-$*/ ./agent

DEB_ARCH ?= armhf arm64 amd64
deb: ## Debian packages of agent and viewer in bin/deb; the same tree gives the same bytes anywhere
	@tools/deb/build.sh $(DEB_ARCH)

# The distribution's own packages, installed where they are missing (as root), named where they cannot be.
E2E_PACKAGES := mosquitto mosquitto-clients prometheus chromium postgresql python3 python3-pymodbus python3-serial python3-serial-asyncio libmodbus-dev gcc systemd jq curl iproute2 nginx-light
# What protects people, broken in one place after the other: the path of a halt, the rules, the commands, the state directory; an hour or two on a
# board's worth of processor. Not where a real agent runs: a broken one may halt it. EVERY=10 tries a tenth. tools/mutate/equal.txt explains what nobody can tell.
EVERY ?= 1
MUTATE = $(GO) run -C tools ./mutate -dir .. -every $(EVERY) -without 'NoHistoryBreaks|TestInitOf|Weekend|ImportedLineRuns|EveryDescribed|MistakesOfConf|WrongWords|README'
mutants: ## mutants that no test notices, of halts, restore, rules, commands and what survives the process
	-$(MUTATE) -test ./agent/device $(addprefix agent/device/,halt.go session.go laser.go laserstate.go inert.go takecharge.go)
	-$(MUTATE) -test "./agent/state ./agent=Halt|Stranger|IsEnded|IsOwed|RunningAgent" agent/haltalone.go agent/haltverb.go $(addprefix agent/state/,latch.go pendinghalts.go end.go)
	-$(MUTATE) -test "./drivers=Fusions|Vue|Laser|ATL|OsTech|UC2000|Halt|IsCut|Level" drivers/control.go:halting drivers/laser.go:enableOrHalt \
	  'drivers/fusions.go:fusions.(Set|enable|insist|setPower|Halt|disable)' 'drivers/atl.go:atl.(write|Set|fire|Halt)|atlWrite|atlAsk|atlAnswer' \
	  'drivers/ostech.go:ostech.(Set|enable|turn|setCurrent|Halt)' 'drivers/uc2000.go:uc2000.(set|Set|enable|setPower|Halt)' 'drivers/vue.go:vue.(Set|enable|setCurrent|Halt)'
	-$(MUTATE) -test "./agent/rules ./agent/config ./agent" 'agent/rules/*.go'
	-$(MUTATE) -test "./agent/command ./agent" 'agent/command/*.go' agent/restore.go
	-$(MUTATE) -test ./agent/state $(addprefix agent/state/,store.go storewriter.go document.go budget.go disk.go runtimedir.go statedir.go)

e2e: build ## the built binaries against mosquitto, Prometheus, PostgreSQL, a Modbus peer and a real browser
	sh tools/packages.sh $(E2E_PACKAGES) xz-utils qemu-user-static
	$(MAKE) deb DEB_ARCH="$$(printf 'armhf\n%s\n' "$$(dpkg --print-architecture)" | sort -u | xargs)"
	$(GO) test -tags e2e,$(TAGS) -count=1 -timeout 60m -v ./e2e/... ./uplink/viewer/store

# SEEDS histories of the real programs, then the faults of the packages: power cuts, full disks, lost lines, wedged ports.
SEEDS ?= 20
chaos: build ## faults of every kind, and an account of every event and command afterwards
	sh tools/packages.sh mosquitto postgresql
	CHAOS_SEEDS=$(SEEDS) $(GO) test -tags e2e -count=1 -parallel 3 -timeout 4h -v -run 'TestChaos|TestViewerMissesNothing' ./e2e
	$(GO) test -count=1 ./uplink ./uplink/viewer/... ./buffer/... ./agent/state ./drivers/line
	$(GO) test -count=1 ./agent -run 'NoHistory|FaultWhile|Survive|Killed|Cut|Halt|Simulation'

# Long: power cuts of the journal, the histories of delivery and of the running agent, ten times as many as in bench, and the seeds of chaos that it leaves out.
soak: build ## hours: 100 000 histories, of fakes and of a simulated line (-seed=N replays one that failed), a fleet of up to 1000 agents, and 200 seeds of chaos
	$(GO) test ./buffer/journal -timeout 2h -run PowerCut -cuts=20000
	$(GO) test ./uplink/viewer -v -timeout 8h -run 'Simulation|LongOutage' -histories=100000 -outage=168h
	$(GO) test ./agent -v -timeout 12h -run 'NoHistory|Weekend' -rapid.checks=100000 -histories=100000 -weekend=60h
	EDGE_E2E_FLEET=10,100,500,1000 $(GO) test -tags e2e -count=1 -timeout 2h -v -run '^TestFleet$$' ./e2e
	$(MAKE) chaos SEEDS=200

HW_PACKAGES := qemu-system-arm cpio device-tree-compiler xz-utils
hw: ## the drivers, and the agent of the package, on an emulated arm64 board: a real kernel's gpiochip and USB adapter
	sh tools/packages.sh $(HW_PACKAGES)
	$(MAKE) deb DEB_ARCH=arm64
	sh hw/fetch.sh $(CURDIR)/.tmp/hw
	$(GO) run ./hw $(CURDIR)/.tmp/hw

# A rival of the bench: Telegraf with the two plugins that it needs.
TELEGRAF := github.com/influxdata/telegraf/cmd/telegraf@v1.37.2
.tmp/telegraf:
	GOBIN=$(CURDIR)/.tmp CGO_ENABLED=0 $(GO) install -trimpath -ldflags '-s -w' -tags custom,inputs.modbus,outputs.mqtt,serializers.json $(TELEGRAF)

bench: build .tmp/telegraf ## budgets of the design, as ratios and medians; never part of a test. docs/performance.md
	sh tools/packages.sh mosquitto postgresql collectd-core libmodbus5 libmosquitto1 qemu-user gcc libc6-dev
	$(GO) test -run '^$$' -bench . -benchmem ./buffer ./drivers ./drivers/line ./telemetry ./uplink ./uplink/pychron ./agent
	$(GO) test ./agent -run NoHistory -rapid.checks=10000
	$(GO) test -tags e2e,$(TAGS) -run '^$$' -bench . -skip 'Retain|Divide' -short -timeout 20m ./uplink/viewer/store
	$(GO) test -tags e2e,$(TAGS) -run '^$$' -bench 'Retain|Divide' -benchtime 1x -short -timeout 20m ./uplink/viewer/store
	$(GO) run ./bench
	$(GO) run ./bench/viewer -starts 5 -watch 0 -rate 0.1 -idle 10s
	EDGE_E2E_FLEET=100 $(GO) test -tags e2e -count=1 -timeout 15m -v -run '^TestFleet$$' ./e2e
	sh tools/packages.sh chromium
	EDGE_E2E_BUDGET=1m $(GO) test -tags e2e -count=1 -timeout 15m -v -run '^TestPageBudget$$' ./e2e

card: build ## an hour of real time: what agents write to a memory card, running, failing, refused; needs root. docs/performance.md
	sh tools/packages.sh e2fsprogs
	$(GO) run ./bench/card

units: build ## the systemd units as systemd itself reads them
	@mkdir -p .tmp && for u in agent viewer; do \
	  sed 's#/usr/bin/pychron-edge-#$(CURDIR)/bin/#' systemd/pychron-edge-$$u.service > .tmp/pychron-edge-$$u.service && \
	  systemd-analyze verify --man=no .tmp/pychron-edge-$$u.service && \
	  systemd-analyze security --offline=true --threshold=16 .tmp/pychron-edge-$$u.service | tail -n 1 || exit 1; done

fuzz: ## every fuzz target for 20 s
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	  echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 20s $$p || exit 1; done; done

clean:
	rm -rf bin .tmp
