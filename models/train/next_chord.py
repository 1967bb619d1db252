"""Counts how chords follow each other: writes models/next_chord.bin.

    python3 models/train/next_chord.py ../shared/data models/next_chord.bin

Standard library only, deterministic. `src/ear/harmony/next_chord.rs` reads the file; its module text describes the
model and the layout. `--vectors` prints how symbols are reduced, which a test there holds the Rust side to.
"""

import collections
import csv
import gzip
import io
import pathlib
import struct
import sys
import zlib

FAMILIES = ["maj", "min", "dim", "aug", "sus", "7", "maj7", "min7", "minmaj7", "hdim7", "dim7", "7sus"]
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ORDER_MAX = 3
# A context seen less often says no more than its shorter self.
COUNT_MIN = 2
DURATIONS = 32
VECTORS = ["Emin7", "Bm7b5", "E79#", "Amin6", "C", "G7sus", "F#o7", "Bb6", "Dbmaj711#", "Cminmaj7", "A9sus", "D:min7/b7",
           "F:maj6", "G:sus4(b7)", "C:sus2", "Ab:hdim7", "E:dim", "A+", "B7alt", "Eb69", "F#min9", "C/E", "G:7/3"]


def root_of(symbol):
    pitch, at = LETTERS[symbol[0]], 1
    while at < len(symbol) and symbol[at] in "#b":
        pitch += 1 if symbol[at] == "#" else -1
        at += 1
    return pitch % 12, symbol[at:]


def family_of(kind):
    kind = kind.split("/")[0].lstrip(":")
    has_seventh = any(d in kind.replace("sus2", "").replace("sus4", "sus") for d in ("7", "9", "11", "13"))
    if "sus" in kind:
        return "7sus" if has_seventh else "sus"
    if kind.startswith("minmaj"):
        return "minmaj7"
    if kind.startswith(("m7b5", "min7b5", "hdim")):
        return "hdim7"
    if kind.startswith(("o", "dim")):
        return "dim7" if "7" in kind else "dim"
    if kind.startswith("min"):
        return "min7" if kind[3:].startswith(("7", "9", "11")) else "min"
    if kind.startswith("maj"):
        return "maj7" if kind[3:].startswith(("7", "9", "11", "13")) else "maj"
    if kind.startswith("+"):
        return "aug" if kind == "+" else "7"
    if kind.startswith("aug"):
        return "aug"
    if kind[:1] in ("7", "9", "1"):
        return "7"
    return "maj"


def reduced(symbol):
    """(root, family) of a symbol, or None for N and what is no chord."""
    if symbol[:1] not in LETTERS:
        return None
    root, kind = root_of(symbol)
    return root, FAMILIES.index(family_of(kind))


def key_of(text):
    """(tonic, 0 for major or 1 for minor)."""
    root, mode = root_of(text)
    return root, int("min" in mode)


def irb(folder):
    """Per tune: (title, key, [(root, family, beats)])."""
    text = gzip.open(folder / "irb" / "irb.csv.gz", "rt", encoding="utf8", errors="replace").read()
    tunes = {}
    for row in csv.DictReader(io.StringIO(text)):
        chord = reduced(row["chord"])
        if chord:
            tunes.setdefault(row["id"], (row["title"], key_of(row["key"]), []))[2].append((*chord, float(row["duration"])))
    return list(tunes.values())


def pop909(folder, songs):
    for song in songs:
        path = folder / "pop909" / f"{song:03}"
        beats = [float(line.split()[0]) for line in (path / "beat_midi.txt").open()]
        chords = []
        for line in (path / "chord_midi.txt").open():
            begin, end, symbol = line.split()
            chord = reduced(symbol)
            if chord:
                count = sum(float(begin) - 0.05 <= b < float(end) - 0.05 for b in beats)
                chords.append((*chord, float(count)))
        yield key_of((path / "key_audio.txt").read_text().split()[2]), chords


def is_held_out(title):
    return zlib.crc32(title.lower().encode()) % 5 == 0


def merged(chords):
    """Repeats of the same chord joined."""
    out = []
    for root, family, beats in chords:
        if out and out[-1][:2] == (root, family):
            out[-1] = (root, family, out[-1][2] + beats)
        else:
            out.append((root, family, beats))
    return out


def symbol_code(root, family, relative_to):
    return (root - relative_to) % 12 * len(FAMILIES) + family


def main():
    if "--vectors" in sys.argv:
        for symbol in VECTORS:
            root, family = reduced(symbol)
            print(f'("{symbol}", {root}, {family}),')
        return
    folder, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sources = [(key, chords) for title, key, chords in irb(folder) if not is_held_out(title)]
    sources += pop909(folder, range(1, 721))
    tables = [collections.defaultdict(collections.Counter) for _ in range(ORDER_MAX + 1)]
    durations = [0] * DURATIONS
    degrees = [collections.Counter(), collections.Counter()]
    for (tonic, mode), chords in sources:
        chords = merged(chords)
        degrees[mode].update(symbol_code(root, family, tonic) for root, family, _ in chords)
        for i in range(1, len(chords)):
            root, family, _ = chords[i]
            last = chords[i - 1][0]
            follower = symbol_code(root, family, last)
            for order in range(min(ORDER_MAX, i) + 1):
                context = tuple(symbol_code(r, f, last) for r, f, _ in chords[i - order : i])
                tables[order][context][follower] += 1
        for _, _, beats in chords:
            if beats >= 1:
                durations[min(round(beats), DURATIONS) - 1] += 1
    out = bytearray(b"SNC1")
    scale = max(durations)
    out += struct.pack(f"<{DURATIONS}H", *(d * 60000 // scale for d in durations))
    for counts in degrees:
        out += struct.pack("<144H", *(counts[code] * 60000 // max(counts.values()) for code in range(144)))
    for order, table in enumerate(tables):
        kept = {c: f for c, f in table.items() if order < 2 or sum(f.values()) >= COUNT_MIN}
        out += struct.pack("<I", len(kept))
        for context in sorted(kept):
            followers = sorted(kept[context].items(), key=lambda f: (-f[1], f[0]))[:32]
            key = 0
            for code in context:
                key = key * 144 + code
            out += struct.pack("<IHB", key, min(sum(kept[context].values()), 65535), len(followers))
            for follower, count in followers:
                out += struct.pack("<BH", follower, min(count, 65535))
    target.write_bytes(out)
    print(f"{target}: {len(out)} bytes, contexts {[len(t) for t in tables]}, {sum(tables[0][()].values())} changes")


if __name__ == "__main__":
    main()
