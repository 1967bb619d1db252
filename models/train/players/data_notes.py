"""What bass, keys and lead are trained on: songs as parts with a player, cut and disturbed as live playing would be.

A tune is one part of one song: rows of notes (onset, length, key, velocity, who), chords, bars, and the onsets of
what the part listens to. Windows begin at a bar drawn at random; a short tune is followed by another.
"""

import dataclasses

import numpy as np

import represent as rep
import songs
from data_drums import BOSSA, FUNK, cut

BASS_RANGE, KEYS_LOWEST, LEFT_HAND = (28, 52), 48, 52
# Where each source's windows come from, by part.
SHARES = {"bass": {"pop909": 0.6, "weimar": 0.4}, "keys": {"pop909": 1.0},
          "lead": {"weimar": 0.6, "pop909": 0.25, "openewld": 0.15}}
FITTING = 0.5  # The least share of an automatic bass line that fits its chords' scales.
PHRASE_REST, PHRASE_NOTES = 1.0, 4  # A melody's phrase ends at a rest of so many beats once it has so many notes.
# Degrees of the scale of each class of chord.
SCALES = {1: (0, 2, 4, 5, 7, 9, 11), 2: (0, 2, 3, 5, 7, 8, 9, 10, 11), 3: (0, 2, 4, 5, 7, 9, 10),
          4: (0, 2, 4, 5, 7, 9, 11), 5: (0, 2, 3, 5, 7, 9, 10), 6: (0, 1, 3, 5, 6, 8, 10),
          7: (0, 2, 3, 5, 6, 8, 9, 11), 8: (0, 2, 4, 6, 8, 10), 9: (0, 2, 4, 5, 7, 9, 10)}


@dataclasses.dataclass
class Tune:
    """`who` of `notes` is 1 for the part and 0 for the player. `player` are rows of notes of the player where the part
    does not hear them as events; `phrases` are the beats at which another takes over."""

    name: str
    source: str
    style: float
    bpm: float
    bars: np.ndarray
    chords: np.ndarray
    notes: np.ndarray
    player: np.ndarray = None
    phrases: np.ndarray = None


def with_who(notes, who):
    return np.column_stack([notes[:, :4], np.full(len(notes), who)])


def lowest_line(piano):
    """The lowest note of each onset among the left hand's, where nothing lower still sounds, in a bass's range."""
    line, sounding = [], []
    for onset, length, key, velocity in piano[np.lexsort((piano[:, 2], np.round(24 * piano[:, 0])))]:
        sounding = [(end, low) for end, low in sounding if end > onset + 0.05]
        is_new = not line or onset - line[-1][0] > 0.05
        if key < LEFT_HAND and is_new and all(low >= key for _, low in sounding):
            line.append((onset, length, key, velocity))
        sounding.append((onset + length, key))
    line = np.array(line, float).reshape(-1, 4)
    line[:, 2] = folded(line[:, 2])
    return cut_short(line)


def folded(keys):
    low, high = BASS_RANGE
    keys = np.where(keys > high, keys - 12 * np.ceil((keys - high) / 12), keys)
    return np.where(keys < low, keys + 12 * np.ceil((low - keys) / 12), keys)


def cut_short(line):
    """One voice: each note ends where the next begins."""
    if len(line) > 1:
        line[:-1, 1] = np.minimum(line[:-1, 1], np.maximum(np.diff(line[:, 0]), 1 / 24))
    return line


def walking(song):
    """The automatic bass of a solo, where enough of it fits; its loudness and lengths are made up."""
    line = song.notes["BASS"].copy()
    if len(line) < 64 or song.style in (BOSSA, FUNK):
        return None
    begins, roots, kinds = rep.Chords(*song.chords.T).changes()
    root, kind, *_ = rep.chord_fields((begins, roots, kinds), (24 * line[:, 0]).astype(int))
    fits = [int(key - r) % 12 in SCALES.get(int(k), range(12)) for key, r, k in zip(line[:, 2], root, kind) if r >= 0]
    if len(fits) < 64 or np.mean(fits) < FITTING:
        return None
    rng = np.random.default_rng(len(line))
    line[:, 1] = rng.uniform(0.7, 1.0, len(line))
    line[:, 2] = folded(line[:, 2])
    line[:, 3] = np.clip(rng.normal(80, 7, len(line)) + 4 * (line[:, 0] % 2), 40, 120)
    return line


def melody_phrases(notes):
    """The beats at which a melody's phrases begin: after a rest, of some length each."""
    begins, count = [], PHRASE_NOTES
    ends = np.concatenate([[-9], notes[:-1, 0] + notes[:-1, 1]]) if len(notes) else []
    for note, end in zip(notes, ends):
        if count >= PHRASE_NOTES and note[0] - end >= PHRASE_REST:
            begins.append(note[0])
            count = 0
        count += 1
    return np.array(begins)


def tunes_of(part, song):
    """The tunes of a part in a song; none where it has none."""
    about = (song.name, song.source, song.style, song.bpm, song.bars, song.chords)
    track = lambda name: song.notes.get(name, np.zeros((0, 4)))
    if part == "lead":
        melody = track("SOLO") if song.source == "weimar" else track("MELODY")
        phrases = song.phrases if song.source == "weimar" else melody_phrases(melody)
        return [Tune(*about, with_who(melody, 1), phrases=phrases)] if len(melody) > 24 else []
    if song.source == "weimar" and part == "bass":
        line = walking(song)
        return [] if line is None else [Tune(*about, with_who(line, 1), track("SOLO"))]
    if song.source != "pop909":
        return []
    piano = track("PIANO")
    notes = lowest_line(piano) if part == "bass" else piano[piano[:, 2] >= KEYS_LOWEST]
    players = [track("MELODY")]
    if part == "keys" and len(track("BRIDGE")):
        both = np.concatenate([track("MELODY"), track("BRIDGE")])
        players.append(both[np.argsort(both[:, 0], kind="stable")])
    return [Tune(*about, with_who(notes, 1), player) for player in players] if len(notes) > 24 else []


def sliced(tune, first, count):
    """The tune from a bar on, up to the bar in which it has so many notes."""
    starts = np.concatenate([[0], np.cumsum(tune.bars)])
    begin = starts[first]
    onsets = tune.notes[:, 0]
    from_note = np.searchsorted(onsets, begin - 1 / 48)
    last = onsets[min(from_note + count, len(onsets) - 1)]
    end = int(np.searchsorted(starts, last, "right"))
    stop = starts[min(end, len(tune.bars))]

    def inside(rows):
        rows = rows[(rows[:, 0] >= begin - 1 / 48) & (rows[:, 0] < stop - 1 / 48)].copy()
        rows[:, 0] -= begin
        return rows

    at = max(np.searchsorted(tune.chords[:, 0], begin, "right") - 1, 0)
    chords = tune.chords[at:][tune.chords[at:, 0] < stop].copy()
    chords[:, 0] = np.maximum(chords[:, 0] - begin, 0)
    return dataclasses.replace(
        tune, bars=tune.bars[first:end], chords=chords, notes=inside(tune.notes),
        player=None if tune.player is None else inside(tune.player),
        phrases=None if tune.phrases is None else tune.phrases[tune.phrases >= begin - 1] - begin), first


def by_bar(notes, starts):
    """Notes a beat, mean velocity and mean key of each bar; NaN where there are none of which to take a mean."""
    bar = np.searchsorted(starts, notes[:, 0] + 1 / 48, "right") - 1
    inside = (bar >= 0) & (bar < len(starts) - 1)
    bar, notes = bar[inside], notes[inside]
    count = np.bincount(bar, minlength=len(starts) - 1).astype(float)
    mean = lambda column: np.bincount(bar, notes[:, column], len(starts) - 1) / np.where(count > 0, count, np.nan)
    return count / np.diff(starts), mean(3), mean(2)


def asked(pieces, notes, player):
    """The bars of tunes one after another: energy as played, and what the player did in the bar before."""
    many = lambda name: np.concatenate([np.full(len(tune.bars), getattr(tune, name)) for tune, _ in pieces])
    beats = np.concatenate([tune.bars for tune, _ in pieces])
    bars = rep.Bars(beats=beats, style=many("style"), bpm=many("bpm"), energy=None,
                    phrase=np.concatenate([first + np.arange(len(tune.bars)) for tune, first in pieces]))
    per_beat, loud, _ = by_bar(notes, bars.starts())
    bars.energy = 0.6 * np.nan_to_num(loud) / 127 + 0.4 * np.minimum(per_beat / 4, 1)
    density, _, key = by_bar(player, bars.starts())
    bars.density = np.concatenate([[np.nan], density[:-1]])
    bars.player_key = np.concatenate([[np.nan], key[:-1]])
    return bars


def alternating(notes, phrases, is_player_first):
    """The notes with phrases alternately the player's and the part's."""
    phrase = np.searchsorted(phrases, notes[:, 0] + 1e-6, "right")
    notes = notes.copy()
    notes[:, 4] = (phrase + (1 - is_player_first)) % 2
    return notes


def joined(pieces):
    """Tunes with their first bars, one after another: notes, player's notes, chords."""
    notes, player, chords, at = [], [], [], 0
    for tune, _ in pieces:
        shifted = lambda rows: rows + np.array([at] + [0] * (rows.shape[1] - 1))
        notes.append(shifted(tune.notes))
        player.append(shifted(tune.player) if tune.player is not None else np.zeros((0, 4)))
        chords.append(shifted(tune.chords))
        at += tune.bars.sum()
    return np.concatenate(notes), np.concatenate(player), np.concatenate(chords)


def steps_of(notes):
    return np.unique(rep.whole(rep.STEPS * notes[:, 0]))


class Tunes:
    """The tunes of a part to train on, those to choose by, and those held out (80 songs, 40 solos, 37 sheets)."""

    def __init__(self, part, folder):
        self.part = part
        found = {"training": [], "choosing": [], "held out": []}
        readers = {"pop909": songs.pop909, "weimar": songs.weimar, "openewld": songs.openewld}
        for source in SHARES[part]:
            for song in readers[source](folder):
                tunes = tunes_of(part, song)
                found[song.split] += tunes if song.split == "training" else tunes[:1]
        self.training, self.choosing, self.held_out = found["training"], found["choosing"], found["held out"]
        lengths = np.array([len(tune.notes) for tune in self.training], float)
        source = np.array([tune.source for tune in self.training])
        for name, share in SHARES[part].items():
            lengths[source == name] *= share / lengths[source == name].sum()
        self.share = lengths

    def styles(self):
        return {int(tune.style) for tune in self.training if tune.style == tune.style}

    def whole(self, tune):
        """A tune as it is, everything known but the drums, which are not there."""
        notes = alternating(tune.notes, tune.phrases, True) if self.part == "lead" else tune.notes
        notes = rep.in_order(notes)
        player = notes[notes[:, 4] == 0] if self.part == "lead" else tune.player
        bars = asked([(tune, 0)], notes, player)
        rhythm = steps_of(player) if self.part == "keys" else None
        return rep.note_elements(self.part, notes, bars, rep.Chords(*tune.chords.T), rhythm)

    def window(self, rng, count):
        while True:
            # A few more notes than asked for, since some will be lost; seldom too many are.
            elements = disturbed(rng, self.part, self.drawn(rng, count + count // 8))
            if len(elements["is_note"]) >= count:
                return cut(elements, count)

    def drawn(self, rng, count):
        """Tunes with so many notes together, and the bar of its song at which each begins."""
        pieces, found = [], 0
        while found < count:
            tune = self.training[rng.choice(len(self.training), p=self.share)]
            usable = np.searchsorted(np.cumsum(tune.bars), tune.notes[max(0, len(tune.notes) - count), 0], "right")
            piece = sliced(tune, rng.integers(0, max(1, usable + 1)) if not pieces else 0, count - found)
            if self.part == "lead":
                piece[0].notes = alternating(piece[0].notes, piece[0].phrases, int(rng.integers(2)))
            pieces.append(piece)
            found += len(piece[0].notes)
        return pieces


def maybe(rng, values, whole, some):
    """Values of which some are unknown, or all."""
    return np.where(rng.random(len(values)) < (1 if rng.random() < whole else some), np.nan, values)


def disturbed(rng, part, pieces):
    """Elements of live playing: transposed, louder or softer, things asked for and chords left out or wrong, notes
    wrong, late or lost in what is heard."""
    notes, player, chords = joined(pieces)
    shift = int(rng.integers(-6, 6))
    notes[:, 2] = notes[:, 2] + shift
    if part == "bass":
        notes[:, 2] = folded(notes[:, 2])
    if len(player):
        player = player + np.array([0, 0, shift, 0])
    chords[:, 1] = np.where(chords[:, 1] >= 0, (chords[:, 1] + shift) % 12, -1)
    if rng.random() < 0.5:
        notes[:, 3] = np.clip(notes[:, 3] * rng.uniform(0.8, 1.2), 1, 127)
    notes = rep.in_order(notes)
    if rng.random() < 0.3:
        notes = notes[rng.random(len(notes)) >= np.where(notes[:, 4] == 0, 0.05, 0)]
    bars = asked(pieces, notes, notes[notes[:, 4] == 0] if part == "lead" else player)
    bars.bpm = bars.bpm * 2 ** rng.uniform(-0.25, 0.25)
    bars.phrase = bars.phrase + (rng.integers(4) if rng.random() < 0.3 else 0)
    bars.style = np.where(rng.random() < 0.1, np.nan, bars.style)
    bars.energy = maybe(rng, bars.energy, 0.15, 0.05)
    bars.density, bars.player_key = maybe(rng, bars.density, 0.15, 0.05), maybe(rng, bars.player_key, 0.1, 0.02)
    return rep.note_elements(part, notes, bars, harmony(rng, chords), rhythm(rng, part, notes, player),
                             heard(rng, notes))


def harmony(rng, chords):
    chords = chords.copy()
    is_lost = rng.random(len(chords)) < (1 if rng.random() < 0.04 else 0.02)
    is_wrong = rng.random(len(chords)) < 0.02
    chords[is_wrong, 1:] = chords[rng.permutation(len(chords))][is_wrong, 1:]
    chords[is_lost, 1:] = -1, 0
    return rep.Chords(*chords.T, is_next_known=rng.random() >= 0.15)


def rhythm(rng, part, notes, player):
    """The steps of what the part listens to: for the bass a kick made up from the bass itself, half the time."""
    if part == "keys":
        return steps_of(player) if rng.random() < 0.75 and len(player) else None
    if part == "lead" or rng.random() < 0.5:
        return None
    own, beats = steps_of(notes), rep.STEPS * np.arange(int(notes[-1, 0]) + 1)
    kicks = np.concatenate([own[rng.random(len(own)) < 0.75], beats[rng.random(len(beats)) < rng.uniform(0, 0.3)]])
    return np.unique(kicks)


def heard(rng, notes):
    """Keys and ticks of the notes as heard: a few wrong, the player's a little early or late."""
    keys, tick = notes[:, 2].astype(int), rep.whole(rep.TICKS * notes[:, 0])
    if rng.random() < 0.5:
        is_wrong = rng.random(len(keys)) < 0.03
        keys = np.where(is_wrong, np.clip(keys + rng.integers(-4, 5, len(keys)), 0, 127), keys)
    late = np.where((notes[:, 4] == 0) & (rng.random(len(tick)) < 0.08), rng.integers(-1, 3, len(tick)), 0)
    later = np.concatenate([tick[1:], tick[-1:]])
    earlier = np.concatenate([[0], tick[:-1]])
    return keys, np.clip(tick + late, earlier, np.maximum(later, tick))
