"""Pieces made up for the beat net, so that it meets metres, textures and tempi that the data lack.

Two hands in 4/4, 3/4, 2/4 and 6/8: an accompaniment figure that stays for a section, a melody of rhythmic motifs that
come back, harmony that changes with the bar. Only rhythm, register and loudness are meant to be lifelike.
"""

import numpy as np

SCALE = np.array([0, 2, 4, 5, 7, 9, 11])
ROOTS = np.array([0, 5, 7, 9, 2, 4, 0, 7])
# Where a beat is split, plain beats and beats of three, likelier ones repeated.
PLAIN = [(0,), (0,), (0, .5), (0, .5), (0, .25, .5, .75), (0, .75), (0, .5, .75), (0, .25, .5), (0, 1 / 3, 2 / 3),
         (.5,), (), (0, .25), (0, .125, .25, .375, .5, .625, .75, .875), (.25, .5, .75), (.5, .75)]
THREE = [(0,), (0, 1 / 3, 2 / 3), (0, 1 / 3, 2 / 3), (0, 2 / 3), (0, 2 / 3), (0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6),
         (0, .5, 2 / 3), (), (1 / 3, 2 / 3), (0, 1 / 3, 1 / 2, 2 / 3), (2 / 3,)]


def pieces(rng, count):
    return [piece(rng) for _ in range(count)]


def piece(rng):
    beats, is_three = [(4, False), (3, False), (2, False), (2, True), (4, True)][
        rng.choice(5, p=[0.32, 0.27, 0.13, 0.2, 0.08])]
    bars = 96 // beats
    length = np.clip(np.exp(rng.normal(np.log(0.72 if is_three else 0.6), 0.3)), 0.3, 1.4)
    tonic, notes = rng.integers(-6, 6), []
    for bar in range(bars):
        if bar % 8 == 0:
            figure = accompaniment(rng, beats, is_three)
            motifs = [motif(rng, beats, is_three, length) for _ in range(3)]
            shape = rng.choice(3, 4)
            per_bar = 1 if rng.random() < 0.8 or beats == 3 else 2
            accent, is_chordal = rng.uniform(0, 0.25), rng.random() < 0.25
            top = rng.integers(64, 80)
            has_melody, has_figure = rng.random() < 0.92, rng.random() < 0.9
        roots = ROOTS[rng.integers(0, 8, per_bar)]
        for at, kind in figure if has_figure else []:
            root = tonic + roots[int(at * per_bar / beats) % per_bar]
            lift = 0.55 + accent * (at == 0)
            for key in chord(root, kind):
                notes.append((bar * beats + at, 0, key, lift + rng.normal(0, 0.05)))
        for at in motifs[shape[bar % 4]] if has_melody else []:
            top = int(np.clip(top + rng.integers(-3, 4), 60, 90))
            key = tonic + 12 * (top // 12) + SCALE[np.searchsorted(SCALE, top % 12, side="right") - 1]
            loud = 0.65 + accent * (at == 0) + 0.5 * accent * (at == int(at))
            for below in (0, 4, 9) if is_chordal and at == int(at) else (0,):
                notes.append((bar * beats + at, 0, key - below, loud + rng.normal(0, 0.05)))
    notes = np.array(notes, float).reshape(-1, 4)
    notes[:, 3] = np.clip(notes[:, 3], 0.05, 1)
    notes[:, 2] = np.clip(notes[:, 2], 21, 108)
    return notes, np.arange(bars * beats) % beats == 0, np.full(bars * beats, length)


def chord(root, kind):
    """Keys of one stroke of the left hand: a bass, an octave, or steps of the chord."""
    low = 36 + root % 12
    return {"b": [low], "o": [low - 12, low], "c": [low + 16, low + 19], "t": [low + 12, low + 16, low + 19],
            "1": [low + 12], "2": [low + 16], "3": [low + 19], "4": [low + 24]}[kind]


def accompaniment(rng, beats, is_three):
    """A bar of the left hand: places and what is struck there."""
    bass = "o" if rng.random() < 0.3 else "b"
    parts = 3 if is_three else int(rng.choice([2, 4, 2, 3]))
    pick = rng.random()
    if pick < 0.3:  # a bass, then chords on the beats
        strong = (0, 2) if beats == 4 else (0,)
        return [(n, bass if n in strong else "t") for n in range(beats)] if not is_three or rng.random() < 0.3 else [
            (n + p / 3, "b" if p == 0 else "c") for n in range(beats) for p in range(3)]
    if pick < 0.6:  # broken chords
        steps = rng.choice(list("1234"), parts * beats)
        steps = steps[np.arange(parts * beats) % (parts * int(rng.choice([1, 2 if beats % 2 == 0 else beats])))]
        return [(n / parts, bass if n == 0 else str(steps[n])) for n in range(parts * beats)]
    if pick < 0.7:  # off the beat
        return [(n + half, bass if half == 0 else "c") for n in range(beats) for half in (0, 0.5 if not is_three else 2 / 3)]
    if pick < 0.8:  # long notes
        return [(0, bass)] + ([(beats / 2, "t")] if beats % 2 == 0 and rng.random() < 0.5 else [(0, "t")])
    if pick < 0.9:  # repeated chords
        return [(n / parts, "t") for n in range(parts * beats)] + [(0, bass)]
    return [(at, str(rng.choice(list("b123")))) for at in motif(rng, beats, is_three, 0.6)] or [(0, bass)]


def motif(rng, beats, is_three, length):
    """Places of a bar's melody. Beats that are short are not split into eighths of themselves."""
    splits = THREE if is_three else PLAIN
    if rng.random() < 0.25:  # running notes
        parts = 3 if is_three else int(rng.choice([2, 4, 4, 3]))
        return [n / parts for n in range(parts * beats)]
    if rng.random() < 0.1:  # one long note
        return [0]
    chosen = [splits[n] for n in rng.choice(len(splits), beats)]
    return [n + at for n, split in enumerate(chosen) for at in split if len(split) < 7 or length > 0.6]
