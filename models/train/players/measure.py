"""Measures a player on what was held out, beside the counting models.

    python3 models/train/players/measure.py drums models/drums_small.safetensors --data ../shared/data

Prints one JSON object: nats per element of each field for the player and the counting models of the same training
pieces; with `--rules`, statistics of what the rules play too; for drums the errors of timing and loudness given the
hits; for the lead what its replies are made of beside the soloists' own.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import baselines
import network
import represent as rep
from data_notes import alternating, asked
from decode import Line, Memory
from sources import source_of
from tiny import elements_of, loaded
from train import likelihood

REPLY_NOTES = 8  # A solo with fewer notes of one of the two is not compared.


def pieces_of(own):
    """The elements of the training pieces, each song once."""
    names, out = set(), []
    for piece in own.training:
        name = piece["name"] if isinstance(piece, dict) else piece.name
        if name not in names:
            names.add(name)
            out.append(own.whole(piece))
    return out


def by_source(own):
    """The held-out elements by where they are from, and all together."""
    out = {"all": own.held_out_elements}
    for piece, e in zip(own.held_out, own.held_out_elements):
        if not isinstance(piece, dict):
            out.setdefault(piece.source, []).append(e)
    return out


def likelihoods(player, part, own, rules):
    """`rules` are elements of what the band's rules play, of which the statistics are then taken too."""
    out = {}
    counted = baselines.models(part, pieces_of(own))
    if rules:
        counted["statistics of the rules"] = baselines.models(part, rules)["statistics"]
    for source, pieces in by_source(own).items():
        rows = {"player": likelihood(player, part, pieces, "cpu")}
        rows |= {name: model.likelihood(pieces) for name, model in counted.items()}
        out[source] = {name: {**found, "sum": sum(found.values())} for name, found in rows.items()}
    return out


def medians(logits):
    """The class at which half of what is expected is reached, with what lies within it, as a fraction."""
    p = logits.softmax(-1).double().numpy()
    total = np.cumsum(p, -1)
    at = (total < 0.5).sum(-1)
    before = np.take_along_axis(np.concatenate([np.zeros_like(total[..., :1]), total], -1), at[..., None], -1)[..., 0]
    own = np.take_along_axis(p, at[..., None], -1)[..., 0]
    return at + (0.5 - before) / np.maximum(own, 1e-9) - 0.5


def errors(found, truth):
    away = found - truth
    return {"mean absolute": float(np.abs(away).mean()), "root mean square": float(np.sqrt((away ** 2).mean()))}


def expected_velocities(own, h, hits):
    """Medians of velocities (MIDI) of what is struck, and what lies behind the step and its hits."""
    g = h + F.linear(hits, own.linear["hits"])
    return np.clip(8 * medians(own.head["velocity"](g).unflatten(-1, (rep.DRUMS, rep.VELOCITIES))) + 4, 1, 127), g


def expected_offsets(own, g, velocity, offset):
    """Medians of offsets (steps), each given the velocities and the offsets of the drums before it."""
    g = g + F.linear(velocity / 127, own.linear["velocity"])
    return medians(own.head["offset"](g, offset)) / 32 - 0.5


def guided(player, e):
    """Medians of the strokes where all strokes before were the drummer's."""
    e, own = network.batch(e), player.drums
    loud, g = expected_velocities(own, player.trunk(own.inputs(e)), e["hits"])
    return [values[0] for values in (loud, expected_offsets(own, g, e["velocity"], e["offset"]))]


def alone(player, e):
    """Medians of the strokes where only the hits are the drummer's and all touch before is the player's own."""
    own, memory = player.drums, Memory(player.trunk)
    e = network.batch(e)
    x = (own.total(e, rep.DRUM_FIELDS) + F.linear(e["rhythm"], own.linear["rhythm"]))[0]
    last, rows = torch.zeros(3 * rep.DRUMS), []
    for given, hits in zip(x, e["hits"][0]):
        loud, g = expected_velocities(own, memory.step(given + F.linear(last, own.linear["last"])), hits)
        velocity, at = hits * torch.tensor(loud).float(), torch.zeros(rep.DRUMS)
        for drum in hits.nonzero()[:, 0]:
            at[drum] = float(expected_offsets(own, g, velocity, at)[drum])
        last = torch.cat([hits, velocity / 127, at])
        rows.append((loud, at.numpy()))
    return [np.array(values) for values in zip(*rows)]


def touch(player, own):
    """Errors of offsets (ms) and velocities of the strokes, given what is struck."""
    mean = np.mean(np.concatenate([piece["taken"][1][piece["taken"][0] > 0] for piece in own.training]))
    rows = []
    with torch.no_grad():
        for piece, e in zip(own.held_out, own.held_out_elements):
            hit, velocity, offset = piece["taken"][0] > 0, *piece["taken"][1:]
            ms = 60000 / piece["bpm"] / rep.STEPS
            (loud, at), (own_loud, own_at) = guided(player, e), alone(player, e)
            rows.append([values[hit] for values in (velocity, loud, own_loud, ms * offset, ms * at, ms * own_at)])
    velocity, loud, own_loud, offset, at, own_at = (np.concatenate(column) for column in zip(*rows))
    ways = {"player": (loud, at), "player, its own touch before": (own_loud, own_at),
            "quantised, mean velocity": (mean + 0 * velocity, 0 * offset)}
    return {"strokes": len(offset), "offset in ms": {name: errors(way[1], offset) for name, way in ways.items()},
            "velocity": {name: errors(way[0], velocity) for name, way in ways.items()}}


def described(notes, chords):
    """What (tick, key) rows are made of: the share within their chord, the share that repeats the key before, the share
    of intervals of four notes that came before, and the entropies of degrees and intervals in bits."""
    notes = np.array(notes, int)
    begins = rep.whole(rep.TICKS * chords[:, 0])
    at = np.searchsorted(begins, notes[:, 0], "right") - 1
    root, mask = chords[at, 1].astype(int), chords[at, 2].astype(int)
    has_chord = (at >= 0) & (root >= 0)
    degree = (notes[:, 1] - root) % 12
    steps = np.clip(np.diff(notes[:, 1]), -24, 24)
    threes = [tuple(steps[n:n + 3]) for n in range(len(steps) - 2)]
    seen, again = set(), 0
    for three in threes:
        again += three in seen
        seen.add(three)
    return {"in chord": float(np.mean((mask >> degree & 1)[has_chord])), "same key again": float(np.mean(steps == 0)),
            "figure again": again / max(1, len(threes)), "degrees, bits": entropy(degree[has_chord]),
            "intervals, bits": entropy(steps), "notes": len(notes)}


def entropy(values):
    p = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(p * np.log2(p)).sum())


def replies(player, tune, rng):
    """Every second phrase of a solo as (tick, key): as the soloist played it, and as the model plays in its place."""
    notes = rep.in_order(alternating(tune.notes, tune.phrases, True))
    chords = rep.Chords(*tune.chords.T)
    line = Line(player, asked([(tune, 0)], notes, notes[notes[:, 4] == 0]), chords)
    (tick, nudge), who = rep.tick_and_nudge(notes[:, 0]), notes[:, 4].astype(int)
    length, loud = rep.length_class(rep.TICKS * notes[:, 1]), rep.velocity_class(notes[:, 3])
    answer, n = [], 0
    while n < len(notes):
        if who[n] == 0:
            fields = {"key": int(notes[n, 2]), "length": int(length[n]), "loud": int(loud[n]), "nudge": int(nudge[n])}
            line.forced(int(tick[n]), fields)
            n += 1
            continue
        while n < len(notes) and who[n] == 1:
            n += 1
        end = tick[n] if n < len(notes) else tick[-1] + 1
        while (played := line.reply(rng, end)) is not None:
            answer.append((played[0], played[1]["key"]))
    human = [(int(t), int(k)) for t, k, w in zip(tick, notes[:, 2], who) if w == 1]
    return human, answer


def compared(player, own, seed):
    """The soloists of the held-out performers and the model in their place, both as means over the solos."""
    rng, rows = np.random.default_rng(seed), {"human": [], "model": []}
    with torch.no_grad():
        for tune in own.held_out:
            if tune.source == "weimar":
                human, answer = replies(player, tune, rng)
                if min(len(human), len(answer)) >= REPLY_NOTES and (tune.chords[:, 1] >= 0).any():
                    rows["human"].append(described(human, tune.chords))
                    rows["model"].append(described(answer, tune.chords))
    return {who: {name: float(np.mean([row[name] for row in found])) for name in found[0]} | {"solos": len(found)}
            for who, found in rows.items()}


def rounded(value):
    if isinstance(value, dict):
        return {name: rounded(v) for name, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("part", choices=network.PARTS)
    p.add_argument("weights")
    p.add_argument("--data", default="../shared/data")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rules", help="a JSON list of pieces as in players.json: {bars, <part>: {piece}}")
    args = p.parse_args()
    torch.set_num_threads(1)
    listed = json.loads(pathlib.Path(args.rules).read_text()) if args.rules else []
    rules = [elements_of(args.part, one["bars"], one[args.part]["piece"]) for one in listed if args.part in one]
    player = loaded(args.weights).eval()
    own = source_of(args.part, args.data)
    out = {"likelihood": likelihoods(player, args.part, own, rules)}
    if args.part == "drums":
        out["touch"] = touch(player, own)
    if args.part == "lead":
        out["replies"] = compared(player, own, args.seed)
    print(json.dumps(rounded(out), indent=1))


if __name__ == "__main__":
    main()
