# Everything a newcomer and CI run. `make demo` and `make test` work on a fresh Debian machine with the Swift toolchain.
.PHONY: setup build demo test models lint format fuzz bench clean

SWIFT_BUILD = swift build -c release

setup:
	@scripts/setup.sh

build: setup
	$(SWIFT_BUILD) --product slipway
	@echo "built $$($(SWIFT_BUILD) --show-bin-path)/slipway"

demo: build
	@scripts/demo.sh

test: setup
	@scripts/test.sh

# Runs the golden cases and writes the measured table of docs/MODELS.md from them.
models: setup
	swift build --product slipwayPackageTests
	@results=$$(mktemp) && trap 'rm -f "$$results"' EXIT && \
	SLIPWAY_GOLDEN_RESULTS="$$results" swift test --skip-build --filter GoldenTests && \
	scripts/generate_model_table.py "$$results"

lint: setup
	@scripts/lint.sh

format:
	@scripts/format.sh

fuzz: setup
	@scripts/fuzz.sh

bench: build
	$(SWIFT_BUILD) --package-path Benchmarks --product slipway-bench
	@echo "see Benchmarks/README.md for what to run"

clean:
	rm -rf .build
