#!/bin/sh
# Let the real window draw itself: packaging/picture.sh BINARY OUT.png WIDTHxHEIGHT PAGE
#
# Runs on a virtual screen where there is one, and with empty settings, so that the picture
# does not depend on whoever takes it.
set -eu

binary=$1
out=$2
size=$3
page=$4

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/runtime"

SANGAT_HOME="$home/settings"
export SANGAT_HOME
set -- "$binary" --screenshot "$home/window.png" --page "$page" --size "$size"
if [ "$(uname -s)" = Darwin ]; then
    "$@"
else
    command -v xvfb-run >/dev/null 2>&1 || sh "$(dirname "$0")/setup.sh" test
    env -u WAYLAND_DISPLAY -u WAYLAND_SOCKET \
        XDG_RUNTIME_DIR="$home/runtime" LIBGL_ALWAYS_SOFTWARE=1 \
        xvfb-run -a -s "-screen 0 ${size}x24 -nolisten tcp" "$@"
fi

# A picture appears whole or not at all.
[ -s "$home/window.png" ] || {
    echo "picture: the window wrote no picture." >&2
    exit 1
}
cp "$home/window.png" "$out.part"
mv "$out.part" "$out"
echo "The picture is in $out ($(wc -c <"$out" | tr -d ' ') bytes)."
