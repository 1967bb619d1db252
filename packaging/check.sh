#!/bin/sh
# Every check a change has to pass, in the order that fails soonest: `make test`.
#
# What keeps a cold run short on two cores:
# - The core without features comes first; it compiles in about a minute.
# - Everything after it uses one feature set, so that each dependency is compiled once for
#   checking (clippy and the documentation share that) and once for running (the tests, the
#   binary and the doc tests share that, in one invocation of cargo).
# - Warnings are denied through arguments that reach this package alone. RUSTFLAGS would
#   make every dependency a different one.
set -eu
cd "$(dirname "$0")/.."

cargo=${CARGO:-cargo}
# JACK is tested where its server can be had; no feature changes what the program computes.
case $(uname -s) in
    Linux) features=jack ;;
    *) features=default ;;
esac

begun=$(date +%s)

clock() {
    at=$(($(date +%s) - begun))
    printf '%d:%02d' $((at / 60)) $((at % 60))
}

# step "what it is" command...
step() {
    what=$1
    shift
    echo "==> [$(clock)] $what"
    from=$(date +%s)
    status=0
    "$@" || status=$?
    took=$(($(date +%s) - from))
    if [ "$status" != 0 ]; then
        echo "==> [$(clock)] FAILED after $took s: $what" >&2
        exit "$status"
    fi
    echo "==> [$(clock)] ok, $took s: $what"
}

# A check whose tool is not part of Rust: run it where it is installed, say so where not.
optional() {
    tool=$1
    shift
    if command -v "cargo-$tool" >/dev/null 2>&1; then
        step "cargo $tool" "$cargo" "$tool" "$@"
    else
        echo "==> [$(clock)] skipped: cargo-$tool is not installed"
    fi
}

document() { RUSTDOCFLAGS="-D warnings" "$cargo" doc --no-deps --locked --features "$features"; }

command -v "$cargo" >/dev/null 2>&1 || {
    echo "cargo was not found; please install Rust 1.95 or newer." >&2
    exit 1
}

if [ ! -d "${SANGAT_DATA:-../shared/data}" ]; then
    echo "==> skipped: the ears are tested on material made here alone, for there is no annotated data in" \
        "${SANGAT_DATA:-../shared/data}; give its folder in SANGAT_DATA to have it measured as well"
fi
step "system libraries" sh packaging/setup.sh test
step "core tests, no features" "$cargo" test --no-default-features --locked
step "format" "$cargo" fmt --check
step "clippy, features: $features" "$cargo" clippy --all-targets --locked --features "$features" -- -D warnings
step "documentation" document
step "all tests, features: $features" "$cargo" test --locked --features "$features"
optional deny --locked check licenses bans sources
optional machete

echo "==> [$(clock)] all checks passed"
