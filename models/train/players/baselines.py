"""Counting models of the same events, to hold the players against.

Each field of an event is predicted in the same chain as the players', from contexts that grow one symbol at a time,
interpolated after Witten and Bell (1991): what a context has seen counts as much as it was seen more often than it
brought something new. `backoff` looks at the last five events and the place in the bar; `statistics` at the place in
the bar and the chord alone, which is what rules made of counts know.
"""

import collections

import numpy as np

import represent as rep

ORDER = 5
FIELDS = {"when": rep.WHEN, "pitch": 128, "length": rep.LENGTHS, "loud": rep.VELOCITIES, "nudge": rep.NUDGES}


class Counts:
    """One field: symbols counted after contexts of growing length."""

    def __init__(self, size):
        self.size, self.tables = size, collections.defaultdict(collections.Counter)

    def learn(self, contexts, symbol):
        """`contexts` from the shortest to the longest."""
        for context in contexts:
            self.tables[context][symbol] += 1

    def likelihood(self, contexts, symbol, least=None, share=1.0):
        """Nats of a symbol; where there is a `least` one, among those from it on, a `share` of all."""
        p, allowed = 1 / self.size, share
        for context in contexts:
            table = self.tables.get(context)
            if table is None:
                break
            total, kinds = sum(table.values()), len(table)
            weight = 1 / (total + kinds)
            p = weight * (table[symbol] if symbol in table else 0) + kinds * weight * p
            if least is not None:
                some = sum(count for other, count in table.items() if other >= least)
                allowed = weight * some + kinds * weight * allowed
        return -np.log(p / allowed)


def grown(first, rest):
    """Contexts from `first` on, one more symbol of `rest` each."""
    return [first + tuple(rest[:n]) for n in range(len(rest) + 1)]


def with_place(place, past):
    """Nothing; the place in the bar; the place and up to five symbols of the past, the latest first."""
    return [(), *grown((place,), past)]


def note_symbols(e):
    """Per element: what the contexts of the fields are made of."""
    embed, targets, pitch = e["embed"], e["targets"], e["pitch"]
    place = embed["beat"] * rep.TICKS + embed["tick"]
    place_on = embed["beat_on"] * rep.TICKS + embed["tick_on"]
    root = np.maximum(pitch["root"], 0)
    columns = (place, place_on, targets["when"], targets["key"], targets["length"], targets["loud"], targets["nudge"],
               e["is_note"], root, embed["chord_on"], pitch["above"], embed["degree_on"])
    return [tuple(int(value) for value in row) for row in zip(*columns)]


def line_contexts(row, past):
    """The contexts of each field of a note of one voice; `past` are the rows of the notes before, the latest first.
    Where a line is legato, the next note begins where the last one ends."""
    whens = [] if not past else [past[0][4], *[old[2] for old in past]]
    return {**chord_contexts(row, past), "when": with_place(row[0], whens)}


def chord_contexts(row, past):
    """The same for several voices, where the length of the last note says less."""
    place, place_on, when, key, length, loud, nudge, _, root, chord, _, degree = row
    keys = [old[3] - root for old in past]
    is_above = when == 0
    # Loudness and timing follow those before more than the place.
    near = lambda n: with_place(past[0][n], [place_on, *[old[n] for old in past[1:]]]) if past else [()]
    return {"when": with_place(place, [old[2] for old in past]),
            "pitch": [(), (chord,), *grown((chord, is_above), keys)],
            "length": with_place(place_on, [old[4] for old in past]),
            "loud": near(5), "nudge": near(6)}


def statistics_contexts(row, _):
    place, place_on, when, key, length, loud, nudge, _, root, chord, _, degree = row
    return {"when": [(), (place,)], "pitch": [(), (chord,), (chord, place_on)],
            "length": [(), (degree,), (degree, place_on)], "loud": [(), (degree,), (degree, place_on)],
            "nudge": [(), (degree,), (degree, place_on)]}


class Notes:
    """A counting model of notes: `line_contexts`, `chord_contexts` or `statistics_contexts` of any pieces' elements."""

    def __init__(self, contexts, pieces):
        self.contexts = contexts
        self.counts = {name: Counts(size) for name, size in FIELDS.items()}
        for e in pieces:
            for contexts, symbols, _, _ in self.events(e):
                for name, symbol in symbols.items():
                    self.counts[name].learn(contexts[name], symbol)

    def events(self, e):
        """(contexts, symbols, the highest key forbidden or -1, root) of every event. A key is counted from the lowest
        root of its chord, so that it is what it is to the chord."""
        past = []
        for row in note_symbols(e):
            contexts = self.contexts(row, past)
            if not row[7]:
                yield contexts, {"when": rep.REST}, -1, 0
                past = [(0, 0, rep.REST, *past[0][3:])] + past[:ORDER - 1] if past else []
                continue
            symbols = {"when": row[2], "pitch": row[3] - row[8], "length": row[4], "loud": row[5], "nudge": row[6]}
            yield contexts, symbols, row[10], row[8]
            past = [row] + past[:ORDER - 1]

    def likelihood(self, pieces):
        """Mean nats per element of each field."""
        total, count = dict.fromkeys(FIELDS, 0.0), 0
        for e in pieces:
            for contexts, symbols, above, root in self.events(e):
                count += 1
                for name, symbol in symbols.items():
                    is_bound = name == "pitch" and above >= 0
                    bound = (above + 1 - root, (127 - above) / 128) if is_bound else ()
                    total[name] += self.counts[name].likelihood(contexts[name], symbol, *bound)
        return {name: value / count for name, value in total.items()}


class Drums:
    """A counting model of drums: the set struck in a step after the place in the bar and, with `order` 5, the sets of
    the five steps before; velocity and offset of a stroke after its drum, place and that drum's last such values."""

    def __init__(self, order, pieces):
        self.order = order
        sizes = {"hits": 1 << rep.DRUMS, "velocity": rep.VELOCITIES, "offset": rep.OFFSETS}
        self.counts = {name: Counts(size) for name, size in sizes.items()}
        for e in pieces:
            for name, contexts, symbol in self.events(e):
                self.counts[name].learn(contexts, symbol)

    def events(self, e):
        bits = (e["hits"].astype(int) << np.arange(rep.DRUMS)).sum(1)
        values = {"velocity": e["targets"]["velocity"], "offset": e["targets"]["offset"]}
        recent = {name: [[] for _ in range(rep.DRUMS)] for name in values}
        for n, place in enumerate(e["embed"]["step"]):
            past = [int(b) for b in bits[max(0, n - self.order):n][::-1]]
            yield "hits", with_place(int(place), past), int(bits[n])
            for drum in np.flatnonzero(e["hits"][n]):
                for name, found in values.items():
                    symbol, old = int(found[n, drum]), recent[name][drum]
                    first = [(), (int(drum),)]
                    if old and self.order:
                        first += grown((int(drum), old[0]), [int(place), *old[1:]])
                    elif not self.order:
                        first.append((int(drum), int(place)))
                    yield name, first, symbol
                    recent[name][drum] = [symbol] + old[:ORDER - 1]

    def likelihood(self, pieces):
        """Mean nats per step of each field."""
        total, count = dict.fromkeys(self.counts, 0.0), 0
        for e in pieces:
            count += len(e["hits"])
            for name, contexts, symbol in self.events(e):
                total[name] += self.counts[name].likelihood(contexts, symbol)
        return {name: value / count for name, value in total.items()}


def models(part, training):
    """The counting models of a part by name, of the elements of pieces."""
    if part == "drums":
        return {"statistics": Drums(0, training), "order 5": Drums(ORDER, training)}
    contexts = chord_contexts if part == "keys" else line_contexts
    return {"statistics": Notes(statistics_contexts, training), "order 5": Notes(contexts, training)}
