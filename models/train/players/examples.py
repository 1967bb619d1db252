"""Plays the demo with each of the band's players, side by side: `models/examples.md`, with pictures and MIDI files.

    python3 models/train/players/examples.py target/release/sangat

The same performance (the piano of assets/demo.mid) is answered by the rules, by patterns and by the models; groove is
all parts accompanying, trade is the lead answering in turn. To hear one: `sangat render` its MIDI file.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import mido
import numpy as np

import curves

INPUT, TRACK, SEED = "assets/demo.mid", "Tine piano", "1"
PLAYERS, MODES = ("rules", "cached", "neural"), ("groove", "trade")
PARTS = ("you", "drums", "bass", "keys", "lead")
COLOURS = {"you": (150, 150, 150), "drums": (120, 120, 120), "bass": (36, 90, 170), "keys": (40, 140, 80),
           "lead": (200, 90, 40)}
# The beats that are drawn, how wide one is, and how high a key; drums have a row each below the others.
SHOWN, BEAT, KEY, LOW, HIGH = (12, 44), 30, 3, 28, 96
STEPS = 4
HEAD = f"""# Rules, patterns and models side by side

The piano of `{INPUT}`, answered three times with seed {SEED}; made by
`python3 models/train/players/examples.py target/release/sangat`. Beats {SHOWN[0]} to {SHOWN[1]} are drawn: grey above is the
player, green keys, blue bass, orange lead, grey below the drums, darker where louder. `sangat render` plays the MIDI files.
"""


def notes_of(path):
    """(begin in beats, length, key, velocity) of each part."""
    file, out = mido.MidiFile(path), {}
    for track in file.tracks:
        now, begun, rows = 0, {}, []
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                begun[message.note] = now, message.velocity
            elif message.type in ("note_on", "note_off") and message.note in begun:
                begin, velocity = begun.pop(message.note)
                rows.append((begin / file.ticks_per_beat, (now - begin) / file.ticks_per_beat, message.note, velocity))
        if track.name in PARTS:
            out[track.name] = np.array(sorted(rows), float).reshape(-1, 4)
    return out


def roll(notes):
    """A piano roll of the beats shown, darker where it is louder; the drums below, one row a key."""
    kit = sorted({int(key) for key in notes["drums"][:, 2]})
    keys = (HIGH - LOW) * KEY
    out = np.full((keys + 2 * KEY * (len(kit) + 1), (SHOWN[1] - SHOWN[0]) * BEAT, 3), 255)
    for beat in range(SHOWN[1] - SHOWN[0]):
        out[:, beat * BEAT] = 215 if beat % 4 == 0 else 240
    for part in PARTS:
        for begin, length, key, velocity in notes.get(part, ()):
            left, right = (int((beats - SHOWN[0]) * BEAT) for beats in (begin, begin + max(length, 0.12)))
            if part == "drums":
                top, height, right = keys + 2 * KEY * (kit.index(int(key)) + 1), 2 * KEY - 1, left + 4
            else:
                top, height = int((HIGH - key) * KEY), KEY
            if right <= 0 or left >= out.shape[1] or not 0 <= top < out.shape[0]:
                continue
            ink = np.array(COLOURS[part]) + (255 - np.array(COLOURS[part])) * 0.75 * (1 - velocity / 127)
            out[top:top + height, max(left, 0):right] = ink
    return out


def of_part(rows):
    """What a part's notes are like: how many a beat, how loud, how far from the sixteenths, how much of a bar is new."""
    if len(rows) < 2:
        return None
    place = STEPS * rows[:, 0]
    bar = np.floor(rows[:, 0] / 4).astype(int)
    whole = np.floor(place + 0.5)
    figure = lambda n: tuple(zip(whole[bar == n] % (4 * STEPS), rows[bar == n, 2]))
    figures = [figure(n) for n in np.unique(bar)]
    return {"notes a beat": len(rows) / (rows[-1, 0] - rows[0, 0]), "velocity, spread": rows[:, 3].std(),
            "from the sixteenth, spread in steps": (place - whole).std(),
            "bars unlike all before": len(set(figures)) / len(figures)}


def played(program, players, mode, folder):
    """Runs the band; its report, and where the MIDI file is."""
    midi, report = folder / f"{mode}-{players}.mid", pathlib.Path(tempfile.gettempdir()) / "side-by-side.json"
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        subprocess.run([program, "jam", INPUT, "--track", TRACK, "--players", players, "--mode", mode, "--seed", SEED,
                        "--out", wav.name, "--midi", midi, "--report", report], check=True, stdout=subprocess.DEVNULL)
    return json.loads(report.read_text()), midi


def table(head, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"


def page(program, folder):
    text = ""
    for mode in MODES:
        text += f"\n## {mode.capitalize()}\n\n"
        whole, parts = [], []
        for players in PLAYERS:
            report, midi = played(program, players, mode, folder)
            notes, inside = notes_of(midi), report["chord_agreement"]
            curves.png(folder / f"{mode}-{players}.png", roll(notes))
            text += f"**{players}** ([MIDI](examples/{mode}-{players}.mid))\n\n![roll](examples/{mode}-{players}.png)\n\n"
            share = lambda value: "-" if value is None else f"{value:.2f}"
            bars = report["models"]
            whole.append([players, *(share(inside[name]) for name in ("all", "bass_at_changes")),
                          f"{bars['bars_on_time']} of {bars['bars']}", str(report["band"]["late"])])
            for part in PARTS[1:]:
                if found := of_part(notes[part]):
                    parts.append([players, part, *(f"{value:.2f}" for value in found.values())])
                    names = list(found)
        text += table(["players", "inside the chords", "bass on the chord at changes", "bars by the models", "late"], whole)
        text += "\n" + table(["players", "part", *names], parts)
    return text


def main():
    folder = pathlib.Path("models/examples")
    folder.mkdir(exist_ok=True)
    (folder.parent / "examples.md").write_text(HEAD + page(sys.argv[1], folder))


if __name__ == "__main__":
    main()
