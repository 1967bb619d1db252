"""What the players see and say, as classes: the one place in Python that knows the tables.

`src/neural/` holds the same in Rust; models/check/players.json, which `tiny.py` writes, holds both to one another.
A beat is a quarter note, a tick 1/24 of it, a step 1/4. All functions take numbers or arrays. A `None` or NaN among
the conditions is "unknown". Rounding is always floor(x + 0.5).
"""

import dataclasses

import numpy as np

TICKS, STEPS = 24, 4
STYLES, TEMPI, ENERGIES, DENSITIES, REGISTERS, METRES, PHRASE = 16, 8, 9, 9, 9, 3, 4
CHORDS, MOTIONS, UNTILS, DEGREES, BEATS = 11, 13, 12, 13, 6
DRUMS, VELOCITIES, OFFSETS, FILLS, RHYTHM = 9, 16, 33, 3, 17
WHEN, REST, PITCH, NUDGES = 97, 96, 51 + 12 + 12 + 32, 5
LENGTH_TICKS = np.array([1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 48, 60, 72, 96, 144, 192])
LENGTHS = len(LENGTH_TICKS)

# The size of the table of each embedding. Those that end in `_on` are added once an event's onset or key is chosen.
DRUM_FIELDS = {"style": STYLES, "step": 16, "phrase": PHRASE, "metre": METRES, "tempo": TEMPI, "energy": ENERGIES,
               "fill": FILLS}
PAST_FIELDS = {"kind": 3, "who": 2, "when": WHEN + 1, "interval": 50, "degree": DEGREES, "register": 33,
               "length": LENGTHS + 1, "loud": VELOCITIES + 1, "nudge": NUDGES + 1}
CONDITIONS = {"style": STYLES, "metre": METRES, "beat": BEATS, "tick": TICKS, "phrase": PHRASE, "tempo": TEMPI,
              "energy": ENERGIES, "density": DENSITIES, "player": REGISTERS, "chord": CHORDS, "next": CHORDS,
              "motion": MOTIONS, "until": UNTILS, "held": DEGREES, "who_next": 2}
ONSET_FIELDS = {"when_on": WHEN, "beat_on": BEATS, "tick_on": TICKS, "chord_on": CHORDS, "next_on": CHORDS,
                "motion_on": MOTIONS, "until_on": UNTILS, "held_on": DEGREES, "hit_on": 3}
KEY_FIELDS = {"degree_on": DEGREES, "leap_on": 50}
NOTE_FIELDS = {**PAST_FIELDS, **CONDITIONS, **ONSET_FIELDS, **KEY_FIELDS, "length_on": LENGTHS, "loud_on": VELOCITIES}


def whole(x):
    return np.floor(np.asarray(x, float) + 0.5).astype(int)


def known(x):
    """An array in which `None` is NaN."""
    return np.asarray(x, float)


def clamped(x, low, high, unknown):
    x = np.asarray(x, float)
    return np.where(np.isnan(x), unknown, np.clip(np.floor(np.nan_to_num(x)), low, high)).astype(int)


def style_class(style):
    return clamped(known(style), 0, 14, 15)


def tempo_class(bpm):
    return clamped(4 * np.log2(np.asarray(bpm, float) / 50), 0, 7, 0)


def energy_class(energy):
    return clamped(known(energy) * 8, 0, 7, 8)


def density_class(per_beat):
    per_beat = known(per_beat)
    some = clamped(1 + np.floor(2 * np.log2(np.where(per_beat > 0, per_beat, 1) / 0.5)), 1, 7, 8)
    return np.where(np.isnan(per_beat), 8, np.where(per_beat > 0, some, 0))


def player_class(per_beat, key):
    """Where the player was: none where there were no notes, unknown where either is."""
    per_beat = known(per_beat)
    place = clamped((known(key) - 36) / 8, 0, 6, 8)
    return np.where(np.isnan(per_beat), 8, np.where(per_beat > 0, place, 7))


def metre_class(beats):
    return np.where(np.asarray(beats) == 3, 0, np.where(np.asarray(beats) == 4, 1, 2))


def chord_class(mask):
    """The class of a set of pitch classes above the root, given as bits; none and an empty set are 0."""
    has = lambda *degrees: any(mask >> degree & 1 for degree in degrees)
    if not mask:
        return 0
    if has(4):
        return 8 if has(8) and not has(7) else 3 if has(10) else 4 if has(11) else 1
    if has(3):
        if has(6) and not has(7):
            return 6 if has(10) else 7
        return 5 if has(10) else 2
    return 9 if has(5, 2) else 10


def degree_class(key, root):
    """(key - root) mod 12; 12 where either is negative, which is none."""
    key, root = np.asarray(key), np.asarray(root)
    return np.where((key < 0) | (root < 0), 12, (key - root) % 12)


def interval_class(key, last):
    key, last = np.asarray(key), np.asarray(last)
    return np.where((key < 0) | (last < 0), 49, np.clip(key - last, -24, 24) + 24)


def velocity_class(velocity):
    return np.clip(np.asarray(velocity, int) // 8, 0, VELOCITIES - 1)


def offset_class(offset):
    return np.clip(whole((np.asarray(offset, float) + 0.5) * 32), 0, OFFSETS - 1)


def tick_and_nudge(onsets):
    """The tick nearest to each onset, and what is left in fifths of a tick as a class, 2 being none."""
    place = TICKS * np.asarray(onsets, float)
    tick = whole(place)
    return tick, np.clip(whole(5 * (place - tick)), -2, 2) + 2


def length_class(ticks):
    """The nearest by ratio; of two as near the shorter."""
    ticks = np.maximum(np.asarray(ticks, float), 0.5)
    return np.argmin(np.abs(np.log(ticks[..., None] / LENGTH_TICKS)), axis=-1)


@dataclasses.dataclass
class Bars:
    """The bars of a piece and what is asked for in each: all arrays have one element a bar."""

    beats: np.ndarray
    style: np.ndarray
    bpm: np.ndarray
    phrase: np.ndarray
    energy: np.ndarray
    density: np.ndarray = None
    player_key: np.ndarray = None
    fill: np.ndarray = None

    def starts(self):
        """The beat at which each bar begins, and the end of the last."""
        return np.concatenate([[0], np.cumsum(self.beats)]).astype(int)


@dataclasses.dataclass
class Chords:
    """Chords in order: the beat at which each begins, its root (-1 none) and its bits above the root."""

    begin: np.ndarray
    root: np.ndarray
    mask: np.ndarray
    is_next_known: bool = True

    def changes(self):
        """(tick, root, class) of what differs from the chord before it."""
        ticks, kinds = whole(TICKS * np.asarray(self.begin, float)), [chord_class(int(m)) for m in self.mask]
        roots = np.where(np.array(kinds, int) > 0, np.asarray(self.root, int), -1) if len(kinds) else np.zeros(0, int)
        kinds = np.where(roots >= 0, kinds, 0).astype(int)
        new = [n for n in range(len(roots)) if n == 0 or (roots[n], kinds[n]) != (roots[n - 1], kinds[n - 1])]
        return ticks[new], roots[new], kinds[new]


def chord_fields(changes, ticks, is_next_known=True):
    """root, class, next root, next class, motion and beats until the change, at these ticks."""
    begins, roots, kinds = changes
    at = np.searchsorted(begins, ticks, "right")
    roots, kinds = np.concatenate([[-1], roots, [-1]]).astype(int), np.concatenate([[0], kinds, [0]]).astype(int)
    root, kind, after, next_kind = roots[at], kinds[at], roots[at + 1], kinds[at + 1]
    until = np.concatenate([begins, [1 << 30]])[at] - ticks
    if not is_next_known:
        after, next_kind, until = np.full_like(after, -1), np.zeros_like(next_kind), np.full_like(until, 1 << 30)
    motion = np.where((root < 0) | (after < 0), 12, (after - root) % 12)
    return root, kind, after, next_kind, motion, np.clip(until // 12, 0, UNTILS - 1)


def rhythm_bits(onset_steps, first, end, is_known):
    """(len(first), 17): the steps from each `first` on in which something began, those from `end` on left 0, and 1
    where it is known at all."""
    first = np.asarray(first, int)
    out = np.zeros((len(first), RHYTHM), np.float32)
    if is_known:
        steps = first[:, None] + np.arange(RHYTHM - 1)
        out[:, :-1] = np.isin(steps, np.asarray(onset_steps, int)) & (steps < np.asarray(end).reshape(-1, 1))
        out[:, -1] = 1
    return out


def strokes(onsets, drums, velocities, steps):
    """hit, velocity and offset, each (steps, 9); of the strokes of one drum in one step the loudest is kept."""
    place = STEPS * np.asarray(onsets, float)
    step, drums, velocities = whole(place), np.asarray(drums, int), np.asarray(velocities, float)
    hit, velocity, offset = (np.zeros((steps, DRUMS), np.float32) for _ in range(3))
    for n in np.argsort(velocities, kind="stable"):
        if 0 <= step[n] < steps:
            hit[step[n], drums[n]] = 1
            velocity[step[n], drums[n]] = velocities[n]
            offset[step[n], drums[n]] = place[n] - step[n]
    return hit, velocity, offset


def drum_elements(taken, bars, player=None, seen=None):
    """The elements of consecutive bars. `taken` is what `strokes` gives, `seen` the same as heard (by default alike),
    `player` the steps of the player's onsets or None. Of those, what is past the element's own bar line is unknown."""
    hit, velocity, offset = taken
    seen_hit, seen_velocity, seen_offset = seen or taken
    sizes = STEPS * np.asarray(bars.beats, int)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    steps = np.arange(starts[-1])
    bar = np.searchsorted(starts, steps, "right") - 1
    last = np.concatenate([seen_hit, seen_velocity / 127, seen_offset], axis=1).astype(np.float32)
    last = np.concatenate([np.zeros((1, 3 * DRUMS), np.float32), last[:-1]])
    fill = np.full(len(sizes), np.nan) if bars.fill is None else bars.fill
    by_bar = {"style": style_class(bars.style), "phrase": np.asarray(bars.phrase) % PHRASE,
              "metre": metre_class(bars.beats), "tempo": tempo_class(bars.bpm), "energy": energy_class(bars.energy),
              "fill": clamped(known(fill), 0, 1, 2)}
    return {
        "embed": {"step": np.minimum(steps - starts[bar], 15), **{k: np.asarray(v)[bar] for k, v in by_bar.items()}},
        "last": last,
        "rhythm": rhythm_bits(player if player is not None else [], steps - sizes[bar], starts[bar],
                              player is not None),
        "hits": hit,
        "velocity": velocity,
        "offset": offset,
        "targets": {"velocity": velocity_class(velocity), "offset": offset_class(offset)},
    }


def in_order(notes):
    """Notes (onset, length, key, velocity, who) by tick and key; of what is one key at one tick the first is kept."""
    notes = np.asarray(notes, float).reshape(-1, 5)
    tick = whole(TICKS * notes[:, 0])
    notes, tick = notes[tick >= 0], tick[tick >= 0]
    order = np.lexsort((notes[:, 4], notes[:, 2], tick))
    notes, tick = notes[order], tick[order]
    new = np.ones(len(notes), bool)
    new[1:] = (np.diff(tick) != 0) | (np.diff(notes[:, 2]) != 0)
    return notes[new]


def events(notes, seen_tick=None):
    """The events of notes that are in order, rests before the notes that need them. `note` is the index of the note
    or -1, `after` the note to come (which a rest leads to), `cursor` and `onset` are ticks."""
    tick = whole(TICKS * notes[:, 0])
    heard = tick if seen_tick is None else seen_tick
    before = np.concatenate([[0], heard[:-1]])
    gap = np.maximum(tick - before, 0)
    rests = gap // REST
    after = np.repeat(np.arange(len(notes)), rests + 1)
    place = np.arange(len(after)) - np.repeat(np.cumsum(rests + 1) - rests - 1, rests + 1)
    is_note = place == rests[after]
    cursor = before[after] + REST * place
    when = np.where(is_note, gap[after] % REST, REST)
    return {"note": np.where(is_note, after, -1), "after": after, "cursor": cursor, "when": when,
            "onset": cursor + when}


def bar_fields(bars, ticks):
    """The conditions at these ticks; what is past the last bar is as in the last."""
    starts = TICKS * bars.starts()
    bar = np.clip(np.searchsorted(starts, ticks, "right") - 1, 0, len(bars.beats) - 1)
    within = ticks - starts[bar]
    by_bar = {"style": style_class(bars.style), "metre": metre_class(bars.beats),
              "phrase": np.asarray(bars.phrase) % PHRASE, "tempo": tempo_class(bars.bpm),
              "energy": energy_class(bars.energy), "density": density_class(bars.density),
              "player": player_class(bars.density, bars.player_key)}
    out = {name: np.asarray(values)[bar] for name, values in by_bar.items()}
    return {**out, "beat": np.minimum(within // TICKS, BEATS - 1), "tick": within % TICKS}, bar, starts


def nearest_step(ticks):
    """The step nearest to a tick; half-way is the later."""
    return (np.asarray(ticks) + TICKS // STEPS // 2) // (TICKS // STEPS)


def note_rhythm(part, onsets, cursor, bars, bar):
    """bass: the kick from the cursor's own step on; keys: the player one bar before, of whom nothing is known from
    the cursor's own bar line on; lead: unknown. `onsets` are steps, None where unknown."""
    step, starts = nearest_step(cursor), STEPS * bars.starts()
    if part == "lead" or onsets is None:
        return rhythm_bits([], step, [0], False)
    if part == "bass":
        return rhythm_bits(onsets, step, [1 << 30], True)
    return rhythm_bits(onsets, step - STEPS * np.asarray(bars.beats, int)[bar], starts[bar], True)


def note_elements(part, notes, bars, chords, rhythm=None, seen=None):
    """The elements of a piece. `notes` are in order; `seen` is (keys, ticks) of them as heard, which only the elements
    after them see; `rhythm` are onsets in steps."""
    seen_key, seen_tick = seen or (notes[:, 2].astype(int), None)
    tick, nudge = tick_and_nudge(notes[:, 0])
    heard = tick if seen_tick is None else seen_tick
    ev = events(notes, seen_tick)
    changes = chords.changes()
    note, cursor, onset, when = ev["note"], ev["cursor"], ev["onset"], ev["when"]
    is_note = note >= 0
    own = {
        "length": length_class(TICKS * notes[:, 1]), "loud": velocity_class(notes[:, 3]),
        "nudge": nudge, "register": seen_key // 4,
        "interval": interval_class(seen_key, np.concatenate([[-1], seen_key[:-1]])),
        "degree": degree_class(seen_key, chord_fields(changes, heard)[0]),
    }
    none = {"length": LENGTHS, "loud": VELOCITIES, "nudge": NUDGES, "register": 32, "interval": 49, "degree": 12}
    shown = {name: np.where(is_note, values[np.maximum(note, 0)], none[name]) for name, values in own.items()}
    who = notes[ev["after"], 4].astype(int)
    shown |= {"kind": np.where(is_note, 1, 2), "who": who, "when": when}
    start = {**none, "kind": 0, "who": 0, "when": WHEN}
    past = {name: np.concatenate([[start[name]], values[:-1]]).astype(int) for name, values in shown.items()}

    last = np.concatenate([[-1], seen_key])[ev["after"]]
    here, bar, _ = bar_fields(bars, cursor)
    there, _, _ = bar_fields(bars, onset)
    root, chord, _, after, motion, until = chord_fields(changes, cursor, chords.is_next_known)
    bits = note_rhythm(part, rhythm, cursor, bars, bar)
    here |= {"chord": chord, "next": after, "motion": motion, "until": until, "held": degree_class(last, root),
             "who_next": who}
    root, chord, after_root, after, motion, until = chord_fields(changes, onset, chords.is_next_known)
    reach = nearest_step(onset) - nearest_step(cursor)
    is_shown = (bits[:, -1] > 0) & (reach < RHYTHM - 1)
    hit = np.where(is_shown, bits[np.arange(len(bits)), np.minimum(reach, RHYTHM - 2)], 2).astype(int)
    key = np.where(is_note, notes[np.maximum(note, 0), 2], -1).astype(int)
    on = {"when_on": when, "beat_on": there["beat"], "tick_on": there["tick"], "chord_on": chord, "next_on": after,
          "motion_on": motion, "until_on": until, "held_on": degree_class(last, root), "hit_on": hit,
          "degree_on": degree_class(key, root), "leap_on": interval_class(key, last)}
    target = lambda name: np.where(is_note, own[name][np.maximum(note, 0)], 0)
    targets = {"when": when, "key": np.maximum(key, 0), "length": target("length"), "loud": target("loud"),
               "nudge": target("nudge")}
    # Keys ascend within a tick; where hearing moved or bent the note before, nothing is known to be forbidden.
    was_note = np.concatenate([[False], is_note[:-1]])
    clean = np.concatenate([[-1], notes[:-1, 2]]).astype(int)[ev["after"]]
    is_chord = (when == 0) & was_note & np.concatenate([[False], np.diff(tick) == 0])[ev["after"]]
    return {
        "embed": {**past, **{name: here[name] for name in CONDITIONS}, **on, "length_on": targets["length"],
                  "loud_on": targets["loud"]},
        "rhythm": bits,
        "pitch": {"last": last, "root": root, "next_root": after_root,
                  "above": np.where(is_chord, clean, -1)},
        "is_note": is_note,
        "targets": targets,
    }
