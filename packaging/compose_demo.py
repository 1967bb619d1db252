#!/usr/bin/env python3
"""Compose assets/demo.mid: `python3 packaging/compose_demo.py [OUT.mid]`.

A short piece for tine piano, upright bass, pad and drums, in E flat at 92 to the minute, with
swung sixteenths: a four-bar introduction, two times four bars of theme, a four-bar bridge, four
bars of theme that slow down, and a last chord. The notes are written out below; the hand that
plays them (timing, touch, pedal, the piano's voicings) is computed, with a fixed seed, so that
every run writes the same bytes. Python 3, standard library only.
"""

import random
import struct
import sys
from itertools import product
from pathlib import Path

TITLE = "Last Tram Home"
PPQ = 480  # ticks to a quarter note
STEP = PPQ // 4  # a sixteenth: the unit in which everything below is written
BAR = 16 * STEP
BPM = 92.0
SWING = 0.58  # where the second sixteenth of a pair falls: 0.5 is straight, 0.667 a triplet
MS = PPQ * BPM / 60_000  # ticks to a millisecond

TINES, BASS, PAD, DRUMS = 0, 1, 2, 9  # MIDI channels, counted from zero
RANGES = {TINES: (48, 88), BASS: (28, 55), PAD: (55, 79), DRUMS: (35, 57)}

# Chords: what the left hand plays of them; the bass has the root.
CHORDS = {
    "Abmaj9": "C Eb G Bb",
    "Gm7": "F G Bb D",
    "C7b9": "E G Bb Db",
    "Fm9": "Ab C Eb G",
    "Bb13sus": "Ab C Eb G",
    "Bb13": "Ab C D G",
    "Bb13b9": "Ab B D G",
    "G7#5b9": "B Eb F Ab",
    "G7#5#9": "B Eb F",  # the raised ninth is the melody's
    "Cm9": "Eb G Bb D",
    "Cm11": "Eb F Bb D",
    "Eb9": "Db F G Bb",
    "Dbmaj9#11": "F G C Eb",
    "F13": "Eb G A D",
    "Ebmaj9": "G Bb D F",
}

# One entry a bar: its chords, the melody and the bass line. A note is "step:length pitch", in sixteenths.
BARS = [
    # Introduction: piano alone, then the bass.
    ("Abmaj9", "4:2 Bb4, 6:3 C5, 9:7 G5", ""),
    ("G7#5b9", "3:1 F5, 4:3 Eb5, 7:2 Db5, 9:3 Eb5, 12:4 B4", ""),
    ("Cm9", "0:6 D5, 7:1 C5, 8:3 Bb4, 11:5 G4", "0:14 C2"),
    ("Fm9 Bb13", "2:2 Ab4, 4:2 C5, 6:2 Eb5, 8:3 G5, 11:1 F5, 12:4 D5", "0:7 F2, 8:5 Bb1, 14:2 G1"),
    # Theme.
    ("Abmaj9", "0:3 G5, 3:2 F5, 5:5 Eb5, 12:2 C5, 14:2 Eb5", "0:6 Ab1, 7:1 Ab1, 8:4 Eb2, 12:2 C2, 14:2 Ab1"),
    ("Gm7 C7b9", "0:4 F5, 5:1 Eb5, 6:2 D5, 8:3 Db5, 11:2 Bb4, 13:3 G4", "0:6 G1, 7:5 C2, 12:2 G1, 14:2 E1"),
    ("Fm9", "0:4 C5, 6:1 Eb5, 7:1 F5, 8:5 G5, 14:2 F5", "0:6 F1, 7:1 F1, 8:3 C2, 11:1 Eb2, 12:2 F2, 14:2 A1"),
    ("Bb13sus Bb13b9", "0:3 Eb5, 3:5 C5, 9:1 D5, 10:2 F5, 12:3 B4, 15:1 Bb4", "0:6 Bb1, 8:4 Bb1, 12:1 F2, 13:1 D2, 14:1 Bb1, 15:1 A1"),
    # Theme, answered.
    ("Abmaj9", "0:4 Bb4, 4:1 C5, 5:1 Eb5, 6:4 G5, 11:5 Bb5", "0:6 Ab1, 7:2 Eb2, 10:2 Ab2, 12:2 Eb2, 14:2 Ab1"),
    ("G7#5#9", "0:3 Bb5, 3:2 Ab5, 5:1 F5, 6:4 Eb5, 11:1 Db5, 12:4 B4", "0:6 G1, 7:1 G1, 8:3 F2, 11:1 Eb2, 12:4 B1"),
    ("Cm9", "0:6 C5, 6:2 D5, 8:2 Eb5, 10:2 G5, 12:4 D5", "0:6 C2, 7:1 G1, 8:4 C2, 12:2 Bb1, 14:2 D2"),
    ("Eb9", "0:3 F5, 3:1 Eb5, 4:4 Db5, 9:1 Bb4, 10:2 C5, 12:2 Db5, 14:2 Eb5", "0:6 Eb2, 7:1 Bb1, 8:4 Eb2, 12:2 Bb1, 14:2 D2"),
    # Bridge.
    ("Dbmaj9#11", "0:3 Ab5, 3:3 G5, 6:6 Eb5, 14:1 F5, 15:1 G5", "0:7 Db2, 8:3 Ab2, 11:1 F2, 12:2 Db2, 14:2 B1"),
    ("Cm11", "0:5 G5, 6:2 F5, 8:4 D5, 13:1 C5, 14:2 Eb5", "0:7 C2, 8:3 G2, 11:1 Eb2, 12:2 C2, 14:2 E1"),
    ("Fm9 Gm7", "0:3 Eb5, 3:3 C5, 6:2 Ab4, 8:3 D5, 11:2 F5, 13:3 Bb5", "0:6 F1, 6:1 C2, 7:5 G1, 12:2 D2, 14:2 G1"),
    ("Abmaj9 Bb13sus", "0:4 C6, 4:2 Bb5, 6:2 G5, 8:4 Ab5, 12:1 G5, 13:1 F5, 14:2 Eb5", "0:6 Ab1, 7:6 Bb1, 13:1 F1, 14:2 A1"),
    # Theme, going home.
    ("Abmaj9", "0:4 G5, 4:1 F5, 5:1 Eb5, 6:5 C5, 12:2 Eb5, 14:2 G5", "0:6 Ab1, 7:1 Eb2, 8:4 Ab1, 12:2 C2, 14:2 Ab1"),
    ("G7#5b9", "0:3 F5, 3:3 Eb5, 6:2 B4, 10:1 B4, 11:1 Db5, 12:4 Eb5", "0:6 G1, 7:1 Db2, 8:4 G1, 12:2 F2, 14:1 Eb2, 15:1 B1"),
    ("Cm9 F13", "0:5 D5, 6:2 Eb5, 8:3 D5, 11:1 C5, 12:4 A4", "0:6 C2, 7:5 F1, 12:2 C2, 14:2 Gb1"),
    ("Fm9 Bb13b9", "0:2 Ab4, 2:2 C5, 4:2 Eb5, 6:2 G5, 8:3 F5, 11:1 D5, 12:4 B4", "0:6 F1, 7:1 C2, 8:7 Bb1"),
    # The last chord, left to ring.
    ("Ebmaj9", "2:22 Bb4, 4:20 F5, 6:18 Bb5, 9:15 D6", "0:22 Eb2"),
]
INTRO, THEME, ANSWER, BRIDGE, HOME, LAST = 0, 4, 8, 12, 16, 20
SECTIONS = {INTRO: "Introduction", THEME: "Theme", ANSWER: "Answer", BRIDGE: "Bridge", HOME: "Home", LAST: "Last chord"}

# The piano's left hand in a bar of one chord, and in a bar of two: (step, length, which chord).
ONE_CHORD = [[(0, 6, 0), (7, 2, 0), (11, 4, 0)], [(0, 3, 0), (6, 2, 0), (10, 5, 0)]]
TWO_CHORDS = [[(0, 6, 0), (7, 7, 1)], [(0, 3, 0), (3, 3, 0), (7, 3, 1), (12, 3, 1)]]

# Bar, step and depth in semitones of the notes into which the bass slides.
SLIDES = [(8, 10, -2.0), (12, 0, -1.0), (13, 8, -1.5), (20, 0, -1.0)]

# Tempo at the start of a bar and step: the last two bars slow down.
TEMPI = [(0, 0, BPM), (19, 0, 89.0), (19, 6, 84.0), (19, 10, 77.0), (19, 14, 69.0), (20, 0, 76.0)]

KICK, STICK, SNARE, CLOSED, PEDAL, OPEN, CRASH, RIDE, BELL = 36, 37, 38, 42, 44, 46, 49, 51, 53


def pitch(name):
    """MIDI number of a name such as Bb4, where C4 is 60."""
    letter = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]]
    return letter + name.count("b") - 2 * name.count("b") + name.count("#") + 12 * (int(name[-1]) + 1)


def pitch_class(name):
    return pitch(name + "4") % 12


def notes_of(line):
    """'0:3 G5, 3:2 F5' as (step, length, pitch) triples."""
    for item in filter(None, line.split(", ")):
        when, name = item.split()
        step, length = when.split(":")
        yield int(step), int(length), pitch(name)


def swung(bar, step):
    """The tick of a sixteenth, the off-beat ones late by the swing."""
    late = (SWING - 0.5) * 2 * STEP if step % 2 else 0
    return bar * BAR + step * STEP + round(late)


def lead(previous, names, low, high, centre):
    """The close voicing of `names` within low..high that moves least from `previous`."""
    choices = [[p for p in range(low, high + 1) if p % 12 == pitch_class(n)] for n in names]
    best = None
    for candidate in product(*choices):
        voicing = sorted(candidate)
        gaps = [b - a for a, b in zip(voicing, voicing[1:])]
        # Close position, no half tone at the bottom or at the top.
        if voicing[-1] - voicing[0] > 14 or min(gaps) < 1 or gaps[0] == 1 or gaps[-1] == 1:
            continue
        moved = sum(abs(a - b) for a, b in zip(voicing, previous))
        cost = moved + 0.5 * abs(sum(voicing) / len(voicing) - centre)
        if best is None or cost < best[0]:
            best = (cost, voicing)
    return best[1]


class Hand:
    """A player's touch: small, bounded deviations in time and strength."""

    def __init__(self, seed, late_ms, spread_ms, touch):
        self.random, self.late, self.spread, self.touch = random.Random(seed), late_ms, spread_ms, touch

    def vary(self):
        """About a bell curve between -1 and 1. Random.random() is the same in every Python."""
        return (self.random.random() + self.random.random() + self.random.random()) / 1.5 - 1.0

    def time(self, tick):
        return max(0, tick + round((self.late + self.spread * self.vary()) * MS))

    def strength(self, velocity):
        return max(1, min(127, round(velocity + self.touch * self.vary())))


class Track:
    """Notes and controls of one channel, to be written as one track of the file."""

    def __init__(self, name, channel, program, volume, pan):
        self.name, self.channel, self.notes, self.events = name, channel, [], []
        if program is not None:
            self.events.append((0, 0, bytes([0xC0 | channel, program])))
        for number, value in [(7, volume), (10, pan), (11, 127)]:
            self.control(0, number, value)

    def note(self, start, end, number, velocity):
        low, high = RANGES[self.channel]
        assert low <= number <= high, f"{self.name}: {number} is out of {low}..{high}"
        self.notes.append([start, max(end, start + STEP // 4), number, velocity])

    def control(self, tick, number, value):
        self.events.append((max(0, tick), 1, bytes([0xB0 | self.channel, number, max(0, min(127, round(value)))])))

    def sweep(self, start, end, number, first, last, points=24):
        for i in range(points + 1):
            self.control(start + (end - start) * i // points, number, first + (last - first) * i / points)

    def bend(self, tick, semitones):
        """For a bend range of two semitones, which every track of this file sets or assumes."""
        value = max(0, min(16383, round(8192 + semitones / 2 * 8192)))
        self.events.append((max(0, tick), 1, bytes([0xE0 | self.channel, value & 127, value >> 7])))

    def bytes(self):
        """All events in order; a key that is struck again is released first, a doubled stroke dropped."""
        out, last = list(self.events), {}
        for note in sorted(self.notes):
            before = last.get(note[2])
            if before and note[0] - before[0] < STEP // 3:
                before[1], before[3] = max(before[1], note[1]), max(before[3], note[3])
                continue
            if before and before[1] >= note[0]:
                before[1] = note[0] - 1
            last[note[2]] = note
            note.append("played")
        for start, end, number, velocity, *played in self.notes:
            if played:
                out.append((start, 3, bytes([0x90 | self.channel, number, velocity])))
                out.append((end, 2, bytes([0x80 | self.channel, number, 64])))
        return chunk(self.name, sorted(out))


def varlen(value):
    out = [value & 127]
    while value := value >> 7:
        out.insert(0, 128 | value & 127)
    return bytes(out)


def meta(kind, data):
    return bytes([0xFF, kind]) + varlen(len(data)) + data


def chunk(name, events):
    body, now = varlen(0) + meta(3, name.encode()), 0
    for tick, _, data in events:
        body += varlen(tick - now) + data
        now = tick
    body += varlen(BAR // 4) + meta(0x2F, b"")
    return b"MTrk" + struct.pack(">I", len(body)) + body


def conductor():
    events = [
        (0, 0, meta(1, b"Written for Sangat; MIT OR Apache-2.0")),
        (0, 0, meta(0x58, bytes([4, 2, 24, 8]))),  # 4/4
        (0, 0, meta(0x59, struct.pack("bb", -3, 0))),  # E flat major
    ]
    events += [(bar * BAR + step * STEP, 1, meta(0x51, round(60e6 / bpm).to_bytes(3, "big"))) for bar, step, bpm in TEMPI]
    events += [(bar * BAR, 2, meta(6, name.encode())) for bar, name in SECTIONS.items()]
    return chunk(TITLE, sorted(events))


def energy(bar):
    """How hard the band plays in a bar, about 1."""
    return {INTRO: 0.84, THEME: 0.94, ANSWER: 1.0, BRIDGE: 1.1, HOME: 0.95, LAST: 0.82}[max(s for s in SECTIONS if s <= bar)]


def tines():
    track = Track("Tine piano", TINES, 4, 110, 58)
    right, left = Hand(11, 5, 7, 6), Hand(12, 2, 6, 5)
    voicing = [55, 58, 60, 63]
    for bar, (chords, melody, _) in enumerate(BARS):
        chords, push = chords.split(), energy(bar)
        # The melody: louder upwards and on the beat, softer where it is quick; held notes overlap a little.
        for step, length, number in notes_of(melody):
            velocity = 74 + 0.7 * (number - 72) + (4 if step % 4 == 0 else 0) - (7 if length == 1 else 0)
            end = swung(bar, step) + length * STEP - (STEP // 5 if length < 3 else -STEP // 8)
            track.note(right.time(swung(bar, step)), end, number, right.strength(velocity * push))
        # The left hand: every chord led from the one before, rolled from the lowest key up.
        led = []
        for name in chords:
            voicing = lead(voicing, CHORDS[name].split(), 50, 66, 58.5)
            led.append(voicing)
        still = bar < THEME or bar in (BRIDGE, LAST)
        if still:
            held = 16 // len(led) if bar != LAST else 24
            strokes = [(i * 8, held, i) for i in range(len(led))]
        else:
            strokes = (ONE_CHORD if len(led) == 1 else TWO_CHORDS)[bar % 2]
        for step, length, which in strokes:
            start, roll = swung(bar, step), (26 if still else 5) * MS
            weight = 60 if step == 0 else 53 - (5 if length <= 2 else 0)
            for i, number in enumerate(led[which]):
                end = start + length * STEP - STEP // 4
                track.note(left.time(start + round(i * roll)), end, number, left.strength((weight + 2 * i) * push))
        # The pedal goes down just after a chord and comes up as the next one is struck.
        pedals = [s[0] for s in strokes if still or (s[0], s[2]) == (0, 0) or s[2] == 1 and s[0] == 7]
        for n, step in enumerate(pedals):
            down = swung(bar, step) + round(left.time(60 * MS))
            up = swung(bar, pedals[n + 1]) if n + 1 < len(pedals) else (bar + 1) * BAR
            if not still:
                up = min(up, down + 5 * STEP)  # short, so that the melody stays clear
            if bar == LAST:
                up = bar * BAR + 26 * STEP
            track.control(down, 64, 127)
            track.control(up - round(8 * MS), 64, 0)
    # The wheel is the tremolo: a little in the bridge, more on the last chord.
    track.sweep(BRIDGE * BAR, (BRIDGE + 2) * BAR, 1, 0, 44)
    track.sweep((HOME - 1) * BAR + BAR // 2, HOME * BAR, 1, 44, 0)
    track.sweep(LAST * BAR, LAST * BAR + 12 * STEP, 1, 0, 58)
    return track


def bass():
    track = Track("Upright bass", BASS, 32, 122, 64)
    hand = Hand(21, 6, 5, 5)
    for number, value in [(101, 0), (100, 0), (6, 2), (38, 0), (101, 127), (100, 127)]:  # bend range: two semitones
        track.control(0, number, value)
    slides = {(bar, step): depth for bar, step, depth in SLIDES}
    for bar, (_, _, line) in enumerate(BARS):
        for step, length, number in notes_of(line):
            velocity = 88 if step == 0 else 80 if length > 2 else 70 if length > 1 else 62
            start = hand.time(swung(bar, step))
            track.note(start, swung(bar, step) + length * STEP - STEP // 3, number, hand.strength(velocity * energy(bar)))
            if depth := slides.get((bar, step)):
                track.bend(start - 4, depth)
                for i in range(1, 13):  # up within a ninth of a second, quicker towards the end
                    track.bend(start + round(i * 9 * MS), depth * (1 - (i / 12) ** 1.6))
    return track


def pad():
    track = Track("Warm pad", PAD, 89, 106, 70)
    hand = Hand(31, 0, 10, 3)
    voicing, held = [62, 65, 70], {}
    for bar, (chords, _, _) in enumerate(BARS):
        if bar < 2:
            continue
        chords = chords.split()
        for i, name in enumerate(chords):
            # Three upper voices; a tone that two chords share is held over, not struck again.
            voicing = lead(voicing, CHORDS[name].split()[:3], 58, 77, 67)
            now = bar * BAR + i * BAR // len(chords)
            for number in [n for n in held if n not in voicing]:
                start, velocity = held.pop(number)
                track.note(start, now + STEP // 2, number, velocity)
            for number in voicing:
                held.setdefault(number, (hand.time(now), hand.strength(50 * energy(bar))))
    for number, (start, velocity) in held.items():
        track.note(start, LAST * BAR + 24 * STEP, number, velocity)
    # Swells in from nothing, leans into the bridge, and leaves last.
    track.control(0, 11, 0)
    track.sweep(2 * BAR, 4 * BAR, 11, 20, 84)
    track.sweep(11 * BAR, BRIDGE * BAR, 11, 84, 112)
    track.sweep(HOME * BAR - BAR // 2, HOME * BAR + BAR // 2, 11, 112, 82)
    track.sweep(LAST * BAR + 8 * STEP, LAST * BAR + 24 * STEP, 11, 90, 8)
    track.sweep(BRIDGE * BAR, (BRIDGE + 3) * BAR, 1, 0, 70)
    track.sweep(HOME * BAR - BAR // 2, HOME * BAR, 1, 70, 10)
    return track


def drum_bar(bar):
    """(step, drum, velocity) of one bar."""
    bridge, answer = BRIDGE <= bar < HOME, bar >= ANSWER
    hits = [(0, KICK, 92), (7, KICK, 72), (10, KICK, 84)]
    if bar % 4 == 1:
        hits.append((15, KICK, 66))
    hits += [(step, SNARE if bridge or answer and bar < HOME else STICK, 88) for step in (4, 12)]
    hits += [(step, SNARE, 22) for step in ((9, 15) if bar % 2 else (3, 9))]  # ghosts
    for step in range(0, 16, 2):
        hits.append((step, RIDE if bridge else CLOSED, 64 if step % 4 == 0 else 50))
    if bridge:
        hits += [(4, PEDAL, 50), (12, PEDAL, 50), (0, BELL, 52)]
    else:
        hits += [(step, CLOSED, 36) for step in ((5, 11) if bar % 2 else (13,))]
        if bar % 2:
            hits = [hit for hit in hits if hit[:2] != (14, CLOSED)] + [(14, OPEN, 52)]
    if bar in (THEME + 3, ANSWER + 3, BRIDGE + 3):  # the last beat leads on
        hits = [hit for hit in hits if hit[0] < 12 or hit[1] in (CLOSED, RIDE, PEDAL)]
        hits += [(12, SNARE, 80), (13, SNARE, 46), (14, SNARE, 66), (15, SNARE, 84), (14, KICK, 78)]
    if bar == LAST - 1:  # thins out with the tempo
        hits = [(0, KICK, 82), (4, STICK, 74), (8, KICK, 70), (12, STICK, 62)] + [(s, CLOSED, 52 - s) for s in range(0, 14, 2)]
    return hits


def drums():
    track = Track("Drums", DRUMS, None, 106, 64)
    hands = {SNARE: Hand(41, 11, 4, 5), STICK: Hand(42, 10, 4, 5), KICK: Hand(43, 1, 4, 4)}
    cymbals = Hand(44, 3, 5, 6)
    bars = {bar: drum_bar(bar) for bar in range(THEME, LAST)}
    # The count out of the introduction, and the arrivals.
    bars[THEME - 1] = [(8, PEDAL, 46), (12, PEDAL, 52), (13, SNARE, 30), (14, SNARE, 52), (15, KICK, 62)]
    for bar, velocity in [(THEME, 66), (BRIDGE, 84), (HOME, 62)]:
        bars[bar].append((0, CRASH, velocity))
    bars[LAST] = [(0, KICK, 80), (0, CRASH, 58), (8, RIDE, 40), (12, RIDE, 34), (16, BELL, 28)]
    for bar, hits in sorted(bars.items()):
        for step, drum, velocity in hits:
            hand = hands.get(drum, cymbals)
            start = hand.time(swung(bar, step))
            ring = 8 * STEP if drum in (CRASH, RIDE, BELL) else STEP - STEP // 4
            track.note(start, start + ring, drum, hand.strength(velocity * (energy(bar) + 0.02)))
    return track


def main():
    out = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "assets/demo.mid")
    tracks = [conductor()] + [part().bytes() for part in (tines, bass, pad, drums)]
    data = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), PPQ) + b"".join(tracks)
    out.write_bytes(data)
    print(f"{out}: {len(data)} bytes, {len(BARS)} bars")


if __name__ == "__main__":
    main()
