"""The players' network: one small causal transformer, and what goes into and comes out of it for each part.

Attention with linear biases instead of positions (Press et al. 2022), root-mean-square norms (Zhang and Sennrich
2019), no biases in the trunk. The hits of a step come from a NADE (Larochelle and Murray 2011), the fields of a note
from a chain of heads. The names of the parameters are those of the files.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

import represent as rep

WINDOW = 256
SIZES = {"tiny": (32, 2, 2), "small": (128, 4, 4), "large": (256, 6, 8)}
HIDDEN = 64
OFFSET_SCALE = 8  # What offsets within a step are fed times, which are a few hundredths.
PARTS = ("drums", "bass", "keys", "lead")


def matrix(rows, columns, scale=1.0):
    return nn.Parameter(torch.randn(rows, columns) * scale / math.sqrt(columns))


def norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight


class Layer(nn.Module):
    def __init__(self, d, heads, layers):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.Parameter(torch.ones(d)), nn.Parameter(torch.ones(d))
        self.qkv, self.up = matrix(3 * d, d), matrix(4 * d, d)
        small = 1 / math.sqrt(2 * layers)
        self.out, self.down = matrix(d, d, small), matrix(d, 4 * d, small)

    def forward(self, x, bias, drop):
        b, t, d = x.shape
        q, k, v = (F.linear(norm(x, self.norm1), self.qkv).view(b, t, 3, self.heads, d // self.heads)
                   .permute(2, 0, 3, 1, 4))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = x + F.dropout(F.linear(mixed.transpose(1, 2).reshape(b, t, d), self.out), drop, self.training)
        inner = F.silu(F.linear(norm(x, self.norm2), self.up))
        return x + F.dropout(F.linear(inner, self.down), drop, self.training)


class Trunk(nn.Module):
    def __init__(self, d, layers, heads):
        super().__init__()
        self.layers, self.heads = layers, heads
        for n in range(layers):
            self.add_module(str(n), Layer(d, heads, layers))
        self.norm = nn.Parameter(torch.ones(d))
        self.biases = {}

    def bias(self, count, device):
        if (count, device) not in self.biases:
            far = torch.arange(count)[:, None] - torch.arange(count)[None]
            slopes = 2.0 ** (-8 * (torch.arange(self.heads) + 1) / self.heads)
            bias = -slopes[:, None, None] * far
            self.biases[count, device] = bias.masked_fill((far < 0) | (far >= WINDOW), -torch.inf).to(device)[None]
        return self.biases[count, device]

    def forward(self, x, drop=0.0):
        bias = self.bias(x.shape[1], x.device)
        x = F.dropout(x, drop, self.training)
        for n in range(self.layers):
            x = getattr(self, str(n))(x, bias, drop)
        return norm(x, self.norm)


class Head(nn.Module):
    def __init__(self, d, count):
        super().__init__()
        self.w1, self.b1 = matrix(d, d), nn.Parameter(torch.zeros(d))
        self.w2, self.b2 = matrix(count, d, 0.1), nn.Parameter(torch.zeros(count))

    def forward(self, u):
        return F.linear(F.silu(F.linear(u, self.w1, self.b1)), self.w2, self.b2)


class Affine(nn.Module):
    def __init__(self, rows, columns, has_bias=True):
        super().__init__()
        self.weight = matrix(rows, columns, 0.5)
        self.bias = nn.Parameter(torch.zeros(rows)) if has_bias else None


class Nade(nn.Module):
    """Bits one after another, each from what lies behind and the bits before it."""

    def __init__(self, d, bits, hidden=HIDDEN):
        super().__init__()
        self.add_module("in", Affine(hidden, d))
        self.add_module("out", Affine(bits, hidden))
        self.add_module("feed", Affine(bits, hidden, False))

    def forward(self, h, bits):
        """The logit of each bit, given the true ones before it."""
        first, out, feed = (getattr(self, name) for name in ("in", "out", "feed"))
        fed = (bits[..., None] * feed.weight).cumsum(-2) - bits[..., None] * feed.weight
        a = F.linear(h, first.weight, first.bias)[..., None, :] + fed
        return (F.silu(a) * out.weight).sum(-1) + out.bias


class Timing(Head):
    """A head for each struck drum in turn, which is told where in the step the drums before it were struck: the hands of
    one drummer are early or late together."""

    def __init__(self, d):
        super().__init__(d, rep.DRUMS * rep.OFFSETS)
        self.feed = matrix(rep.DRUMS, d, 0.5)

    def forward(self, g, offset):
        """g is (…, d), `offset` the true ones in steps, 0 where nothing is struck; logits (…, 9, 33)."""
        fed = OFFSET_SCALE * offset[..., None] * self.feed
        inner = F.silu(F.linear(g, self.w1, self.b1)[..., None, :] + fed.cumsum(-2) - fed)
        second, bias = (values.unflatten(0, (rep.DRUMS, rep.OFFSETS)) for values in (self.w2, self.b2))
        return torch.einsum("...dk,dck->...dc", inner, second) + bias


def tables(fields, d, scale):
    return nn.ParameterDict({name: nn.Parameter(torch.randn(count, d) * scale) for name, count in fields.items()})


class Part(nn.Module):
    def total(self, elements, fields):
        return sum(F.embedding(elements["embed"][name], self.embed[name]) for name in fields)


class Drums(Part):
    def __init__(self, d):
        super().__init__()
        self.embed = tables(rep.DRUM_FIELDS, d, 0.1)
        inputs = {"last": 3 * rep.DRUMS, "rhythm": rep.RHYTHM, "hits": rep.DRUMS, "velocity": rep.DRUMS}
        self.linear = nn.ParameterDict({name: matrix(d, count, 0.5) for name, count in inputs.items()})
        self.nade = Nade(d, rep.DRUMS)
        self.head = nn.ModuleDict({"velocity": Head(d, rep.DRUMS * rep.VELOCITIES), "offset": Timing(d)})

    def inputs(self, e):
        x = self.total(e, rep.DRUM_FIELDS)
        return x + F.linear(e["last"], self.linear["last"]) + F.linear(e["rhythm"], self.linear["rhythm"])

    def outputs(self, h, e):
        """Logits (…, 9), (…, 9, 16) and (…, 9, 33), each given the true choices before it."""
        g = h + F.linear(e["hits"], self.linear["hits"])
        velocity = self.head["velocity"](g).unflatten(-1, (rep.DRUMS, rep.VELOCITIES))
        g = g + F.linear(e["velocity"] / 127, self.linear["velocity"])
        offset = self.head["offset"](g, e["offset"])
        return {"hits": self.nade(h, e["hits"]), "velocity": velocity, "offset": offset}

    def likelihood(self, out, e):
        """Negative log likelihood (nats) of each field of each step."""
        hits = F.binary_cross_entropy_with_logits(out["hits"], e["hits"], reduction="none").sum(-1)
        parts = {"hits": hits}
        for name in ("velocity", "offset"):
            chosen = F.log_softmax(out[name], -1).gather(-1, e["targets"][name][..., None])[..., 0]
            parts[name] = -(chosen * e["hits"]).sum(-1)
        return parts


class Notes(Part):
    def __init__(self, d):
        super().__init__()
        self.embed = tables(rep.NOTE_FIELDS, d, 0.1)
        self.linear = nn.ParameterDict({"rhythm": matrix(d, rep.RHYTHM, 0.5)})
        counts = {"when": rep.WHEN, "pitch": rep.PITCH, "length": rep.LENGTHS, "loud": rep.VELOCITIES,
                  "nudge": rep.NUDGES}
        self.head = nn.ModuleDict({name: Head(d, count) for name, count in counts.items()})

    def inputs(self, e):
        x = self.total(e, [*rep.PAST_FIELDS, *rep.CONDITIONS])
        return x + F.linear(e["rhythm"], self.linear["rhythm"])

    def outputs(self, h, e):
        """Logits (…, 97), (…, 128), (…, 20), (…, 16) and (…, 5), each given the true choices before it."""
        g = h + self.total(e, rep.ONSET_FIELDS)
        out = {"when": self.head["when"](h), "pitch": pitches(self.head["pitch"](g), e["pitch"])}
        g = g + self.total(e, rep.KEY_FIELDS)
        out["length"] = self.head["length"](g)
        g = g + self.total(e, ["length_on"])
        out["loud"] = self.head["loud"](g)
        out["nudge"] = self.head["nudge"](g + self.total(e, ["loud_on"]))
        return out

    def likelihood(self, out, e):
        """Negative log likelihood (nats) of each field of each event; a rest has no fields after `when`."""
        targets = e["targets"] | {"pitch": e["targets"]["key"]}
        parts = {}
        for name, logits in out.items():
            chosen = -F.log_softmax(logits, -1).gather(-1, targets[name][..., None])[..., 0]
            parts[name] = chosen if name == "when" else torch.where(e["is_note"], chosen, 0)
        return parts


def pitches(raw, about):
    """The logits of 128 keys from how far a key is from the last one, its degrees on this and the next chord, and its
    region."""
    a, b, d, c = raw.split([51, 12, 12, 32], -1)
    keys = torch.arange(128, device=raw.device)
    last, root, after, above = (about[name][..., None] for name in ("last", "root", "next_root", "above"))
    leap = a.gather(-1, (keys - last).clamp(-25, 25) + 25)
    total = torch.where(last < 0, 0, leap) + c.repeat_interleave(4, -1)
    total = total + torch.where(root < 0, 0, b.gather(-1, (keys - root) % 12))
    total = total + torch.where(after < 0, 0, d.gather(-1, (keys - after) % 12))
    return total.masked_fill(keys <= above, -torch.inf)


class Player(nn.Module):
    """A trunk and the parts it plays."""

    def __init__(self, size, parts):
        super().__init__()
        d, layers, heads = SIZES[size]
        self.size, self.parts = size, tuple(parts)
        self.trunk = Trunk(d, layers, heads)
        for part in parts:
            self.add_module(part, Drums(d) if part == "drums" else Notes(d))

    def forward(self, part, elements, drop=0.0):
        """The logits of every head at every element, teacher forced."""
        own = getattr(self, part)
        return own.outputs(self.trunk(own.inputs(elements), drop), elements)

    def likelihood(self, part, elements, drop=0.0):
        return getattr(self, part).likelihood(self(part, elements, drop), elements)


def batch(elements, device="cpu"):
    """Elements (a dict of arrays, or a list of such dicts of the same length) as tensors with a batch in front."""
    many = elements if isinstance(elements, list) else [elements]
    first = many[0]
    if isinstance(first, dict):
        return {name: batch([one[name] for one in many], device) for name in first}
    stacked = torch.stack([torch.as_tensor(one) for one in many])
    return (stacked if stacked.dtype in (torch.bool, torch.float32) else stacked.long()).to(device)
