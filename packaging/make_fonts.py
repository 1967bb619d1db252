#!/usr/bin/env python3
"""Cut the bundled music font out of Noto: `python3 packaging/make_fonts.py`.

The window's text face (Ubuntu Light, which comes with egui) has no accidentals and no
arrows. This takes just those from two fonts of the Noto family (Debian: fonts-noto-core),
sets them for use beside the capital letters of the text face, and gives the result that
face's line metrics, so that a fallback letter does not sit higher or lower in the line.

Needs fontTools (`pip install fonttools`). The output is a function of its input alone.
"""

import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

SOURCES = Path("/usr/share/fonts/truetype/noto")
OUT = Path(__file__).resolve().parent.parent / "assets/fonts/SangatMusic-Regular.ttf"

# Which characters, and from where.
TAKE = {"NotoSansSymbols-Regular.ttf": "♯♭♮←↑→↓↔↕", "NotoMusic-Regular.ttf": "𝄪𝄫"}

# Ubuntu Light: height of a capital, ascent, descent and line gap, in thousandths of an em.
CAPITAL, ASCENT, DESCENT, GAP = 693, 932, -189, 28

# The accidentals of Noto hang on a staff line. Beside a letter they want another size and
# height: (scale, where the middle of the sign goes).
PLACE = {"♯": (0.88, CAPITAL / 2), "♮": (0.95, CAPITAL / 2), "♭": (1.0, 360), "𝄪": (1.0, CAPITAL / 2), "𝄫": (1.0, 360)}


def cut(file, characters):
    """The subset of one font that draws `characters`, as a file in memory."""
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[], glyph_names=False, notdef_outline=False)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "DSIG", "gasp"]
    options.recalc_timestamp = False
    font = TTFont(SOURCES / file, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    store = io.BytesIO()
    font.save(store)
    store.seek(0)
    return store


def set_beside_capitals(font):
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    for character, (scale, middle) in PLACE.items():
        name = names[ord(character)]
        bounds = BoundsPen(glyphs)
        glyphs[name].draw(bounds)
        _, low, _, high = bounds.bounds
        outline = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(outline)
        pen = TTGlyphPen(None)
        outline.replay(TransformPen(pen, (scale, 0, 0, scale, 0, middle - scale * (low + high) / 2)))
        font["glyf"][name] = pen.glyph(dropImpliedOnCurves=True)
        width, left = font["hmtx"][name]
        font["hmtx"][name] = (round(width * scale), round(left * scale))


def set_line_metrics(font):
    head, os2 = font["hhea"], font["OS/2"]
    head.ascent = os2.sTypoAscender = os2.usWinAscent = ASCENT
    head.descent = os2.sTypoDescender = DESCENT
    os2.usWinDescent = -DESCENT
    head.lineGap = os2.sTypoLineGap = GAP


def set_names(font):
    table = font["name"]
    table.names = []
    for number, text in {
        0: "Copyright 2016, 2018 Google LLC. All Rights Reserved. Subset for Sangat.",
        1: "Sangat Music",
        2: "Regular",
        4: "Sangat Music Regular",
        6: "SangatMusic-Regular",
        13: "SIL Open Font License, Version 1.1",
    }.items():
        table.setName(text, number, 3, 1, 0x409)


def main():
    if not SOURCES.is_dir():
        sys.exit(f"{SOURCES} is not there; install the Noto fonts first (Debian: fonts-noto-core).")
    font = Merger().merge([cut(file, characters) for file, characters in TAKE.items()])
    font.recalcTimestamp = False
    set_beside_capitals(font)
    set_line_metrics(font)
    set_names(font)
    font["head"].created = font["head"].modified = 3_786_825_600  # 2024-01-01, so that two runs agree
    font["post"].formatType = 3.0
    OUT.parent.mkdir(parents=True, exist_ok=True)
    font.save(OUT)
    print(f"{OUT.name}: {OUT.stat().st_size} bytes, {''.join(TAKE.values())}")


if __name__ == "__main__":
    main()
