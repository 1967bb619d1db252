"""Plays: one event after another, each from what was played before it.

The keys and values of what is past are kept, so that an event is one step, as it is when played live.
"""

import numpy as np
import torch
import torch.nn.functional as F

import network
import represent as rep


# As the band draws when nobody wishes otherwise (`Manner::default` in src/neural/taste.rs).
TEMPERATURE, TOP_P = 0.95, 0.95


class Memory:
    """A trunk that is fed one element at a time."""

    def __init__(self, trunk):
        self.trunk, self.kept = trunk, [None] * trunk.layers

    def step(self, x):
        """x is (d,); what lies behind it, (d,)."""
        trunk = self.trunk
        for n in range(trunk.layers):
            layer = getattr(trunk, str(n))
            q, k, v = F.linear(network.norm(x, layer.norm1), layer.qkv).view(3, trunk.heads, -1)
            past = self.kept[n]
            keys = k[:, None] if past is None else torch.cat([past[0], k[:, None]], 1)[:, -network.WINDOW:]
            values = v[:, None] if past is None else torch.cat([past[1], v[:, None]], 1)[:, -network.WINDOW:]
            self.kept[n] = keys, values
            slopes = 2.0 ** (-8 * (torch.arange(trunk.heads) + 1) / trunk.heads)
            far = torch.arange(keys.shape[1] - 1, -1, -1)
            scores = (keys @ q[..., None])[..., 0] / q.shape[-1] ** 0.5 - slopes[:, None] * far
            mixed = (scores.softmax(-1)[:, None] @ values).reshape(-1)
            x = x + F.linear(mixed, layer.out)
            x = x + F.linear(F.silu(F.linear(network.norm(x, layer.norm2), layer.up)), layer.down)
        return network.norm(x, trunk.norm)


def drawn(rng, logits):
    """One class, of the likeliest that together have the share TOP_P."""
    p = torch.softmax(logits.double() / TEMPERATURE, -1).numpy()
    order = np.argsort(-p)
    kept = order[:int((p[order].cumsum() < TOP_P * p.sum()).sum()) + 1]
    return int(rng.choice(kept, p=p[kept] / p[kept].sum()))


class Line:
    """A lead being played over bars and chords. `forced` notes are the player's; `reply` draws the part's."""

    def __init__(self, player, bars, chords):
        self.own, self.bars, self.chords = player.lead, bars, chords
        self.memory, self.changes = Memory(player.trunk), chords.changes()
        self.cursor, self.last, self.was_note = 0, -1, False
        self.past = {"kind": 0, "who": 0, "when": rep.WHEN, "interval": 49, "degree": 12, "register": 32,
                     "length": rep.LENGTHS, "loud": rep.VELOCITIES, "nudge": rep.NUDGES}

    def conditions(self, tick):
        here, _, _ = rep.bar_fields(self.bars, np.array([tick]))
        root, chord, after_root, after, motion, until = rep.chord_fields(self.changes, np.array([tick]),
                                                                         self.chords.is_next_known)
        here |= {"chord": chord, "next": after, "motion": motion, "until": until,
                 "held": rep.degree_class([self.last], root)}
        return {name: int(value[0]) for name, value in here.items()}, int(root[0]), int(after_root[0])

    def begin(self, who):
        """What lies behind the next element."""
        here, _, _ = self.conditions(self.cursor)
        fields = {**self.past, **{name: here[name] for name in rep.CONDITIONS if name != "who_next"}, "who_next": who}
        x = sum(self.own.embed[name][value] for name, value in fields.items())
        return self.memory.step(x)

    def rest(self, who):
        self.cursor += rep.REST
        self.was_note = False
        self.past = {**self.past, "kind": 2, "who": who, "when": rep.REST, "interval": 49, "degree": 12, "register": 32,
                     "length": rep.LENGTHS, "loud": rep.VELOCITIES, "nudge": rep.NUDGES}

    def note(self, when, fields, who):
        """The note that was played: fields of key, length, loud and nudge."""
        self.cursor += when
        root = self.conditions(self.cursor)[1]
        key = fields["key"]
        self.past = {"kind": 1, "who": who, "when": when, "interval": int(rep.interval_class(key, self.last)),
                     "degree": int(rep.degree_class(key, root)), "register": key // 4, "length": fields["length"],
                     "loud": fields["loud"], "nudge": fields["nudge"]}
        self.last, self.was_note = key, True

    def forced(self, tick, fields, who=0):
        """Someone's note at a tick that is not before the cursor."""
        while tick - self.cursor >= rep.REST:
            self.begin(who)
            self.rest(who)
        self.begin(who)
        self.note(tick - self.cursor, fields, who)

    def reply(self, rng, end):
        """The part's next note, (tick, fields); None where it would begin at tick `end` or later, which then is the
        end of what it plays."""
        while True:
            kept = list(self.memory.kept)
            h = self.begin(1)
            when = drawn(rng, self.own.head["when"](h))
            if self.cursor + when >= end:
                self.memory.kept = kept
                return None
            if when < rep.REST:
                break
            self.rest(1)
        tick = self.cursor + when
        on, root, after = self.conditions(tick)
        g = h + self.own.embed["when_on"][when] + self.own.embed["hit_on"][2]
        g = g + sum(self.own.embed[f"{name}_on"][on[name]]
                    for name in ("beat", "tick", "chord", "next", "motion", "until", "held"))
        about = {"last": self.last, "root": root, "next_root": after,
                 "above": self.last if when == 0 and self.was_note else -1}
        about = {name: torch.tensor(value) for name, value in about.items()}
        key = drawn(rng, network.pitches(self.own.head["pitch"](g), about))
        g = g + self.own.embed["degree_on"][int(rep.degree_class(key, root))]
        g = g + self.own.embed["leap_on"][int(rep.interval_class(key, self.last))]
        fields = {"key": key, "length": drawn(rng, self.own.head["length"](g))}
        g = g + self.own.embed["length_on"][fields["length"]]
        fields["loud"] = drawn(rng, self.own.head["loud"](g))
        g = g + self.own.embed["loud_on"][fields["loud"]]
        fields["nudge"] = drawn(rng, self.own.head["nudge"](g))
        self.note(when, fields, 1)
        return tick, fields
