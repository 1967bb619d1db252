# The commands of this repository. Needs Rust 1.95, make and a C compiler; the rest is
# installed by packaging/setup.sh. `make help` lists the targets.

CARGO ?= cargo
SANGAT := target/release/sangat
PICTURE_SIZE ?= 1280x800

.DEFAULT_GOAL := help
.PHONY: help run build test bench guide accuracy voice models picture demo fonts clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Install what is missing and build the release binary
	@command -v $(CARGO) >/dev/null 2>&1 || { echo "cargo was not found; please install Rust 1.95 or newer." >&2; exit 1; }
	@sh packaging/setup.sh run
	$(CARGO) build --release --locked

# With a screen the window opens. Without one the demo performance is rendered, so that
# the command proves itself anywhere.
run: build ## Build, then open the window (without a screen: render the demo)
	@if [ "$$(uname -s)" = Darwin ] || [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}$${WAYLAND_SOCKET:-}" ]; then \
	    exec $(SANGAT); \
	else \
	    echo "No display here: rendering the demo instead of opening the window."; \
	    $(SANGAT) render assets/demo.mid --out target/demo.wav && \
	    echo "The sound is in $$(pwd)/target/demo.wav ($$(wc -c < target/demo.wav | tr -d ' ') bytes)."; \
	fi

test: ## Everything that has to hold before a change goes in
	@CARGO='$(CARGO)' sh packaging/check.sh

bench: build ## Measure the engine on this machine
	$(SANGAT) bench

picture: build ## Draw assets/window.png and assets/jam.png with the real window
	@sh packaging/picture.sh $(SANGAT) assets/window.png $(PICTURE_SIZE) play
	@sh packaging/picture.sh $(SANGAT) assets/jam.png $(PICTURE_SIZE) jam

guide: build ## Measure, and put the tables into PERFORMANCE_GUIDE.md
	@$(SANGAT) bench --markdown > target/bench.md
	@sh packaging/splice.sh bench target/bench.md PERFORMANCE_GUIDE.md

# About twenty minutes on two cores. Without the annotated data in ../shared/data only what is made here is measured.
accuracy: voice ## Measure how well the ears hear and the band follows, and put the tables into PERFORMANCE_GUIDE.md
	@command -v $(CARGO) >/dev/null 2>&1 || { echo "cargo was not found; please install Rust 1.95 or newer." >&2; exit 1; }
	@mkdir -p target
	$(CARGO) bench --no-default-features --locked --bench accuracy -- beats harmony onset playing --markdown > target/accuracy.md
	@sh packaging/splice.sh accuracy target/accuracy.md PERFORMANCE_GUIDE.md
	$(CARGO) bench --no-default-features --locked --bench accuracy -- band drums --markdown > target/band.md
	@sh packaging/splice.sh band target/band.md PERFORMANCE_GUIDE.md

voice: ## Measure how well a voice is heard, judged and answered (some five minutes), and put the table there
	@mkdir -p target
	$(CARGO) bench --no-default-features --locked --bench accuracy -- pitch drone tonic practice raga-hint raga-jam --markdown > target/voice.md
	@sh packaging/splice.sh voice target/voice.md PERFORMANCE_GUIDE.md

models: build ## Measure the models (half an hour), and put the tables into PERFORMANCE_GUIDE.md
	@mkdir -p target
	$(CARGO) bench --no-default-features --features neural --locked --bench accuracy -- models live-loaded --markdown > target/models.md
	@echo >> target/models.md
	$(SANGAT) bench --sessions --markdown >> target/models.md
	@sh packaging/splice.sh models target/models.md PERFORMANCE_GUIDE.md

demo: ## Compose assets/demo.mid again
	python3 packaging/compose_demo.py assets/demo.mid

fonts: ## Cut assets/fonts again out of the Noto fonts
	python3 packaging/make_fonts.py

clean: ## Remove everything that was built
	$(CARGO) clean
