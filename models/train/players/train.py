"""Trains a player and writes its weights.

    python3 models/train/players/train.py drums --data ../shared/data --out models/drums_small.safetensors

`drums`, `bass`, `keys` and `lead` are small players, `large` plays all four. Seeded; the number of updates is fixed, so
that one machine with one number of threads gives one result, unless `--minutes` ends it first. The weights kept are
those that were best on a part of the training split; the held-out pieces are only reported on.
"""

import argparse
import collections
import json
import math
import pathlib
import time

import numpy as np
import torch

import curves
import network
import weights
from sources import source_of

WINDOW, EVERY, WARM_UP, DECAY = network.WINDOW, 200, 100, 0.05
Plan = collections.namedtuple("Plan", "updates batch rate drop")
PLANS = {"drums": Plan(3200, 8, 1.5e-3, 0.1), "bass": Plan(1800, 8, 1.5e-3, 0.15), "keys": Plan(2400, 8, 1.5e-3, 0.1),
         "lead": Plan(2400, 8, 1.5e-3, 0.15), "large": Plan(6000, 8, 1e-3, 0.15)}


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("part", choices=PLANS)
    p.add_argument("--data", default="../shared/data")
    p.add_argument("--out", required=True)
    p.add_argument("--updates", type=int)
    p.add_argument("--minutes", type=float, default=90)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--device", default="auto")
    return p.parse_args()


def likelihood(player, part, pieces, device):
    """Mean negative log likelihood (nats) per element of each field, over whole pieces."""
    player.eval()
    total, count = {}, 0
    with torch.no_grad():
        for elements in pieces:
            e = network.batch(elements, device)
            for name, values in player.likelihood(part, e).items():
                total[name] = total.get(name, 0) + values.sum().item()
            count += next(iter(e["embed"].values())).numel()
    player.train()
    return {name: value / count for name, value in total.items()}


def rate_at(update, updates, rate):
    if update < WARM_UP:
        return rate * (update + 1) / WARM_UP
    return rate * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * (update - WARM_UP) / (updates - WARM_UP))))


def optimiser(player, rate):
    matrices = [p for p in player.parameters() if p.ndim > 1]
    others = [p for p in player.parameters() if p.ndim <= 1]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0}],
                             lr=rate, betas=(0.9, 0.98))


def choose(player, sources, device):
    return sum(sum(likelihood(player, part, own.choosing_elements, device).values()) for part, own in sources.items())


def train(player, sources, args, device):
    """Trains in place and leaves the best weights; returns the curves."""
    rng, parts = np.random.default_rng(args.seed), list(sources)
    plan = PLANS[args.part]
    updates = args.updates or plan.updates
    optimizer, begun, running = optimiser(player, plan.rate), time.time(), None
    best, kept, seen = np.inf, None, {"training": [], "choosing": []}
    for update in range(updates):
        part = parts[update % len(parts)]
        e = network.batch([sources[part].window(rng, WINDOW) for _ in range(plan.batch)], device)
        loss = sum(values.mean() for values in player.likelihood(part, e, plan.drop).values())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(player.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(update, updates, plan.rate)
        optimizer.step()
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        is_over = (time.time() - begun) / 60 > args.minutes
        if (update + 1) % EVERY == 0 or update + 1 == updates or is_over:
            score = choose(player, sources, device)
            seen["training"].append((update + 1, running * len(parts)))
            seen["choosing"].append((update + 1, score))
            if score < best:
                best, kept = score, {name: value.clone() for name, value in player.state_dict().items()}
            print(f"{update + 1}/{updates} {running:.3f} choosing {score:.3f} {time.time() - begun:.0f} s", flush=True)
        if is_over:
            print("ended by --minutes: another machine gives other weights")
            break
    player.load_state_dict(kept)
    return seen


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = "cuda" if args.device == "auto" and torch.cuda.is_available() else args.device.replace("auto", "cpu")
    parts, size = (network.PARTS, "large") if args.part == "large" else ((args.part,), "small")
    sources = {part: source_of(part, args.data) for part in parts}
    player = network.Player(size, parts).to(device)
    print(args.part, sum(p.numel() for p in player.parameters()), "parameters", flush=True)
    seen = train(player, sources, args, device)
    out = pathlib.Path(args.out)
    tensors = {name: value.cpu().numpy() for name, value in player.state_dict().items()}
    styles = {part: own.styles() for part, own in sources.items()}
    weights.write(out, tensors, weights.about(out.stem, network.SIZES[size], parts, styles))
    curves.draw(out.parent / "cards" / f"{out.stem}.png", seen)
    # What is reported is of the weights as they are shipped.
    shipped, _ = weights.read(out)
    player.load_state_dict({name: torch.as_tensor(values) for name, values in shipped.items()})
    for part, own in sources.items():
        found = likelihood(player, part, own.held_out_elements, device)
        print(part, "held out", json.dumps({**found, "all": sum(found.values())}), flush=True)


if __name__ == "__main__":
    main()
