#!/bin/sh
# Puts the tables of a file between the marks of a document: splice.sh MARK TABLES DOCUMENT
# The marks are <!-- MARK:begin --> and <!-- MARK:end -->; what stood between them goes.
set -eu
mark=$1 tables=$2 document=$3
grep -q "<!-- $mark:begin -->" "$document" && grep -q "<!-- $mark:end -->" "$document" || {
    echo "$document has no marks <!-- $mark:begin --> and <!-- $mark:end -->; put them where the tables belong." >&2
    exit 1
}
awk -v mark="$mark" -v tables="$tables" '
    index($0, "<!-- " mark ":begin -->") { print; while ((getline line < tables) > 0) print line; skip = 1; next }
    index($0, "<!-- " mark ":end -->") { skip = 0 }
    !skip' "$document" > "$document.part"
mv "$document.part" "$document"
