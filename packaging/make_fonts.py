#!/usr/bin/env python3
"""Cut the bundled music font out of Noto: `python3 packaging/make_fonts.py`.

The window's text face (Ubuntu Light, which comes with egui) has no accidentals and no
arrows. This takes just those from two fonts of the Noto family (Debian: fonts-noto-core),
sets them for use beside the capital letters of the text face, and gives the result that
face's line metrics, so that a fallback letter does not sit higher or lower in the line.

egui puts one glyph beside the other and so cannot write Indic letters, whose signs join. The
swaras in four scripts are shaped here (HarfBuzz) and each syllable becomes one glyph in the
private use area, from U+E000 on: script by script (Devanagari, Tamil, Kannada, Telugu), in
each the seven of the South and the seven of the North. `src/ui/swaras.rs` counts alike.

Needs fontTools and uharfbuzz (`pip install fonttools uharfbuzz`). The output is a function of
its input alone.
"""

import io
import re
import sys
from pathlib import Path

import uharfbuzz
from fontTools import subset
from fontTools.merge import Merger
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

SOURCES = Path("/usr/share/fonts/truetype/noto")
ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "assets/fonts/SangatMusic-Regular.ttf"
SYLLABLES = ROOT / "src/theory/raga/swara.rs"

# Which characters, and from where.
TAKE = {"NotoSansSymbols-Regular.ttf": "♯♭♮←↑→↓↔↕", "NotoMusic-Regular.ttf": "𝄪𝄫"}

# The scripts in their order in the table of syllables, after the Latin one.
SCRIPTS = ["Devanagari", "Tamil", "Kannada", "Telugu"]
FIRST = 0xE000

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


def read_syllables():
    """The syllables of the table in the program: a list of seven for each script and tradition."""
    table = re.search(r"const SYLLABLES.*?= \[(.*?)\n\];", SYLLABLES.read_text(), re.S).group(1)
    sevens = [re.findall(r'"([^"]+)"', seven) for seven in re.findall(r"\[([^\[\]]+)\]", table)][2:]
    if len(sevens) != 2 * len(SCRIPTS) or any(len(seven) != 7 for seven in sevens):
        sys.exit(f"{SYLLABLES} has no longer seven syllables for each script and tradition.")
    return sevens


def shape(hb_font, glyphs, names, syllable):
    """One outline for a syllable as the font would set it, and its width."""
    text = uharfbuzz.Buffer()
    text.add_str(syllable)
    text.guess_segment_properties()
    uharfbuzz.shape(hb_font, text)
    pen, x = TTGlyphPen(None), 0
    for info, place in zip(text.glyph_infos, text.glyph_positions):
        if info.codepoint == 0:
            sys.exit(f"There is no glyph for a letter of {syllable}.")
        outline = DecomposingRecordingPen(glyphs)
        glyphs[names[info.codepoint]].draw(outline)
        outline.replay(TransformPen(pen, (1, 0, 0, 1, x + place.x_offset, place.y_offset)))
        x += place.x_advance
    return pen.glyph(dropImpliedOnCurves=True), x


def add_syllables(font):
    """Each syllable as a glyph of its own; what is written alike shares one."""
    order, letters, known = font.getGlyphOrder(), {}, {}
    for at, seven in enumerate(read_syllables()):
        path = SOURCES / f"NotoSans{SCRIPTS[at // 2]}-Regular.ttf"
        source = TTFont(path)
        hb_font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
        for degree, syllable in enumerate(seven):
            if syllable not in known:
                known[syllable] = f"swara{len(known)}"
                glyph, width = shape(hb_font, source.getGlyphSet(), source.getGlyphOrder(), syllable)
                font["glyf"][known[syllable]] = glyph
                glyph.recalcBounds(font["glyf"])
                font["hmtx"][known[syllable]] = (width, glyph.xMin)
            letters[FIRST + 7 * at + degree] = known[syllable]
    font.setGlyphOrder(order + [name for name in known.values() if name not in order])
    for table in font["cmap"].tables:
        table.cmap.update(letters)
    return len(known)


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
        0: "Copyright 2015-2019 Google LLC. All Rights Reserved. Subset for Sangat.",
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
    count = add_syllables(font)
    set_line_metrics(font)
    set_names(font)
    font["head"].created = font["head"].modified = 3_786_825_600  # 2024-01-01, so that two runs agree
    font["post"].formatType = 3.0
    OUT.parent.mkdir(parents=True, exist_ok=True)
    font.save(OUT)
    print(f"{OUT.name}: {OUT.stat().st_size} bytes, {''.join(TAKE.values())} and {count} swaras")


if __name__ == "__main__":
    main()
