"""How well the players' trunk does on a benchmark of the literature: the JSB chorales in quarter-note frames.

    python3 models/train/players/jsb.py --data ../shared/data

The trunk of a small player with an element for each frame and a NADE over the 88 keys, trained on the given split,
transposed, stopped where `valid` is best. What is printed is the negative log likelihood in nats of a frame, the sum
over its 88 keys, mean over all frames but each piece's first, as the loader of Bai et al. (2018) counts. The weights
are not kept: this measures the trunk and is no player.
"""

import argparse
import copy
import json
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import network
from train import optimiser, rate_at

LOWEST, KEYS, HIDDEN = 21, 88, 128
BATCH, EVERY, DROP, RATE = 16, 100, 0.3, 1.5e-3


class Chorales(nn.Module):
    def __init__(self):
        super().__init__()
        d, layers, heads = network.SIZES["small"]
        self.frame = network.matrix(d, 2 * KEYS, 0.5)
        self.begin = nn.Parameter(torch.randn(d) * 0.1)
        self.trunk = network.Trunk(d, layers, heads)
        self.nade = network.Nade(d, KEYS, HIDDEN)

    def likelihood(self, rolls, drop=0.0):
        """Nats of each frame (…, time) given those before it. A frame is seen as its keys and its pitch classes."""
        classes = torch.stack([rolls[..., n::12].amax(-1) for n in range(12)], -1)
        seen = torch.cat([rolls, F.pad(classes, (0, KEYS - 12))], -1)
        x = F.linear(F.pad(seen, (0, 0, 1, 0))[:, :-1], self.frame)
        x[:, 0] = x[:, 0] + self.begin
        logits = sparse(self.nade, F.dropout(self.trunk(x, drop), drop, self.training), rolls)
        return F.binary_cross_entropy_with_logits(logits, rolls, reduction="none").sum(-1)


def sparse(nade, h, bits):
    """What `nade` says, for few bits among many: between two that are set, what lies behind does not change."""
    first, out, feed = (getattr(nade, name) for name in ("in", "out", "feed"))
    before = (bits.cumsum(-1) - bits).long()
    ranks = torch.arange(int(bits.sum(-1).max()))
    set_bits = (before[..., None, :] == ranks[:, None]) * bits[..., None, :]
    fed = F.pad((set_bits @ feed.weight).cumsum(-2), (0, 0, 1, 0))
    states = F.silu(F.linear(h, first.weight, first.bias)[..., None, :] + fed)
    return F.linear(states, out.weight, out.bias).gather(-2, before[..., None, :])[..., 0, :]


def rolls(piece):
    out = np.zeros((len(piece), KEYS), np.float32)
    for frame, keys in zip(out, piece):
        frame[[key - LOWEST for key in keys]] = 1
    return out


def transposed(rng, roll):
    used = np.flatnonzero(roll.any(0))
    shift = int(rng.integers(max(-6, -used[0]), min(5, KEYS - 1 - used[-1]) + 1))
    return np.roll(roll, shift, axis=1)


def padded(many):
    """Rolls of one length and which frames count: not a piece's first and not what is padding."""
    longest = max(len(roll) for roll in many)
    out, counts = np.zeros((len(many), longest, KEYS), np.float32), np.zeros((len(many), longest), np.float32)
    for n, roll in enumerate(many):
        out[n, :len(roll)], counts[n, 1:len(roll)] = roll, 1
    return torch.as_tensor(out), torch.as_tensor(counts)


def measured(net, pieces):
    net.eval()
    total = frames = 0
    with torch.no_grad():
        for first in range(0, len(pieces), BATCH):
            roll, counts = padded(pieces[first:first + BATCH])
            total += (net.likelihood(roll) * counts).sum().item()
            frames += counts.sum().item()
    net.train()
    return total / frames


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", default="../shared/data")
    p.add_argument("--updates", type=int, default=1500)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--seed", type=int, default=1)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    data = json.loads(pathlib.Path(f"{args.data}/jsb/jsb-chorales-quarter.json").read_text())
    sets = {name: [rolls(piece) for piece in data[name]] for name in ("train", "valid", "test")}
    net, begun = Chorales(), time.time()
    optimizer, best, kept = optimiser(net, RATE), np.inf, None
    print(sum(value.numel() for value in net.parameters()), "parameters", flush=True)
    for update in range(args.updates):
        many = [transposed(rng, sets["train"][n]) for n in rng.integers(0, len(sets["train"]), BATCH)]
        roll, counts = padded(many)
        loss = (net.likelihood(roll, DROP) * counts).sum() / counts.sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(update, args.updates, RATE)
        optimizer.step()
        if (update + 1) % EVERY == 0:
            valid = measured(net, sets["valid"])
            if valid < best:
                best, kept = valid, copy.deepcopy(net.state_dict())
            print(f"{update + 1} train {loss.item():.3f} valid {valid:.3f} {time.time() - begun:.0f} s", flush=True)
    net.load_state_dict(kept)
    print(f"valid {best:.3f} test {measured(net, sets['test']):.3f}")


if __name__ == "__main__":
    main()
