"""Trains the net that hears beats (models/beat_net.bin).

    python3 models/train/beat_net.py [--data ../shared/data] [--minutes 20] [--out models/beat_net.bin]

Needs numpy and PyTorch. Seeded; one thread, so that one machine gives one result for one number of updates.

The net is causal: features of frames of 20 ms, one GRU, and from its state a softmax over (no beat, beat, downbeat)
and one over the lengths of a beat that the filter tells apart, with "no beat" last. What it says at a frame is about
the frame `DELAY` earlier. `src/ear/beat/frames.rs` computes the same features; models/beat_net.md says what it was
trained on, and `beat_net_data.py` reads that and makes live playing of it.
"""

import argparse
import sys
import time

import numpy as np
import torch

import beat_net_data as data

FRAME_SECS, DELAY = 0.02, 2
ROWS, SHORTEST = 62, 14
HIDDEN, FRAMES, BATCH = 96, 1000, 32
LAGS = np.array([8, 9, 10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 26, 29, 32, 35,
                 39, 43, 47, 52, 57, 63, 69, 76, 84, 92, 101, 111, 122, 134, 147, 150])
REACH = np.maximum(1, (LAGS + 10) // 20)
PLAIN = 23
INPUTS = PLAIN + 2 * len(LAGS)
MEMORY = np.float32(np.exp(-1 / 250))
CHROMA = np.float32(np.exp(-1 / 100))
DRUM = np.full(128, 8)
for place, keys in enumerate([(35, 36), (37, 38, 39, 40), (42, 44, 22), (46, 26), (41, 43, 58), (45, 47), (48, 50),
                              (49, 52, 55, 57)]):
    DRUM[list(keys)] = place


def features(crops, frames=FRAMES):
    """Features `[crop][frame][input]` of onsets `(secs, source, key, loudness)`; source 0 key, 1 drum, 2 audio."""
    count = len(crops)
    which = np.concatenate([np.full(len(c), n) for n, c in enumerate(crops)]).astype(int)
    notes = np.concatenate(crops)
    at = notes[:, 0] / FRAME_SECS
    frame = np.floor(at).astype(int)
    keep = (frame >= 0) & (frame < frames)
    which, notes, at, frame = which[keep], notes[keep], at[keep], frame[keep]
    source, key, loud = notes[:, 1].astype(int), notes[:, 2].astype(int), notes[:, 3].astype(np.float32)
    cell = which * frames + frame
    size = count * frames

    def most(mask, values, empty=0.0):
        out = np.full(size, -np.inf, np.float32)
        np.maximum.at(out, cell[mask], values[mask].astype(np.float32))
        return np.where(np.isfinite(out), out, empty).astype(np.float32)

    def total(mask, values):
        return np.bincount(cell[mask], values[mask], size).astype(np.float32)

    keys, one = source == 0, np.ones(len(key))
    is_any = np.minimum(total(one > 0, one), 1)
    has_key = total(keys, one) > 0
    x = np.zeros((size, INPUTS), np.float32)
    x[:, 0] = np.minimum(total(keys, one), 6) / 3
    x[:, 1] = most(keys, loud)
    x[:, 2] = np.minimum(total(keys, loud), 3)
    x[:, 3] = np.where(has_key, (-most(keys, -key, 0.0) - 60) / 24, 0)
    x[:, 4] = np.where(has_key, (most(keys, key, 0.0) - 60) / 24, 0)
    for place, inside in enumerate([key < 52, (key >= 52) & (key < 68), key >= 68]):
        x[:, 5 + place] = np.minimum(total(keys & inside, one), 3) / 3
    x[:, 8] = np.where(is_any > 0, 0.5 - -most(one > 0, -(at - frame), 0.0), 0)
    x[:, 12] = is_any
    for place in range(9):
        x[:, 13 + place] = most((source == 1) & (DRUM[key] == place), loud)
    x[:, 22] = most(source == 2, loud)
    loudest = most(one > 0, loud)
    accent = np.minimum(np.sqrt(total(one > 0, loud)), 2).reshape(count, frames)
    chroma = np.zeros((size, 12), np.float32)
    np.add.at(chroma, (cell[keys], key[keys] % 12), 1)
    x = x.reshape(count, frames, INPUTS)
    running(x, is_any.reshape(count, frames), loudest.reshape(count, frames), chroma.reshape(count, frames, 12))
    resonance(x, accent)
    return x


def running(x, is_any, loudest, chroma):
    """The features that remember: time since, harmony against what sounded, loudness against what was."""
    count, frames = is_any.shape
    heard, mean = np.zeros((count, 12), np.float32), np.zeros(count, np.float32)
    last = np.full(count, -125)
    for t in range(frames):
        x[:, t, 9] = np.log1p(np.minimum(t - last, 125)) / 5
        heard *= CHROMA
        now = is_any[:, t] > 0
        if not now.any():
            continue
        new = chroma[now, t]
        old = heard[now]
        scale = np.sqrt((new * new).sum(1) * (old * old).sum(1))
        x[now, t, 10] = np.where(new.sum(1) > 0, 1 - (new * old).sum(1) / np.maximum(scale, 1e-6), 0)
        heard[now] += new
        loud = loudest[now, t]
        mean[now] = np.where(mean[now] > 0, mean[now], loud)
        x[now, t, 11] = np.clip(loud / mean[now] - 1, -1, 1)
        mean[now] += 0.12 * (loud - mean[now])
        last[now] = t


def resonance(x, accent):
    """How regularly accents come back after each lag, and whether one fell a lag ago."""
    count, frames = accent.shape
    past = np.concatenate([np.zeros((count, 160), np.float32), accent, np.zeros((count, 8), np.float32)], 1)
    sums = np.concatenate([np.zeros((count, 1)), np.cumsum(past, 1, dtype=np.float64)], 1)
    taps = np.empty((count, frames, len(LAGS)), np.float32)
    begin = np.arange(frames) + 160
    for n, (lag, reach) in enumerate(zip(LAGS, REACH)):
        taps[:, :, n] = sums[:, begin - lag + reach + 1] - sums[:, begin - lag - reach]
    x[:, :, PLAIN + len(LAGS):] = taps * 0.5
    resonant = np.zeros((count, len(LAGS)), np.float32)
    energy = np.zeros(count, np.float32)
    for t in range(frames):
        resonant = resonant * MEMORY + accent[:, t, None] * taps[:, t]
        energy = energy * MEMORY + accent[:, t] ** 2
        x[:, t, PLAIN:PLAIN + len(LAGS)] = np.minimum(resonant / (energy[:, None] + 0.5), 2)


def labels(beats_of, frames=FRAMES):
    """What each frame should say: chances of (none, beat, downbeat), and of each row with "no beat" last."""
    kinds = np.zeros((len(beats_of), frames, 3), np.float32)
    rows = np.zeros((len(beats_of), frames, ROWS + 1), np.float32)
    for n, (beats, downs) in enumerate(beats_of):
        if len(beats) < 4:
            rows[n, :, ROWS] = 1
            continue
        at = np.floor(beats / FRAME_SECS).astype(int) + DELAY
        for by, share in ((-1, 0.5), (1, 0.5), (0, 1.0)):
            inside = (at + by >= 0) & (at + by < frames)
            kinds[n, at[inside] + by, np.where(downs[inside], 2, 1)] = share
        times = (np.arange(frames) - DELAY) * FRAME_SECS
        gap = np.clip(np.searchsorted(beats, times, side="right") - 1, 0, len(beats) - 2)
        gaps = np.diff(beats)
        before = gaps[np.maximum(gap - 1, 0)]
        length = 0.5 * (gaps[gap] + before) / FRAME_SECS - SHORTEST
        length = np.clip(length, 0, ROWS - 1)
        width = np.maximum(0.04 * (length + SHORTEST), 0.6)
        bell = np.exp(-0.5 * ((np.arange(ROWS) - length[:, None]) / width[:, None]) ** 2)
        rows[n, :, :ROWS] = bell / bell.sum(1, keepdims=True)
        outside = (times < beats[0] - gaps[0]) | (times > beats[-1] + gaps[-1])
        rows[n, outside] = 0
        kinds[n, outside] = -1
    kinds[:, :, 0] = np.where(kinds[:, :, 1:].sum(2) < 0, 0, 1 - kinds[:, :, 1:].sum(2))
    return np.maximum(kinds, 0), rows


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(INPUTS, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, 3 + ROWS + 1)

    def forward(self, x, state=None):
        hidden, state = self.gru(x, state)
        return self.out(hidden), state


def losses(logits, kinds, rows):
    kind = -(kinds * torch.log_softmax(logits[..., :3], -1)).sum(-1)
    row = -(rows * torch.log_softmax(logits[..., 3:], -1)).sum(-1)
    return kind.mean(), row.mean()


def batch(rng, sets):
    crops, beats = zip(*(data.crop(rng, sets, FRAMES * FRAME_SECS) for _ in range(BATCH)))
    x = features(crops)
    kinds, rows = labels(beats)
    return [torch.from_numpy(np.ascontiguousarray(a.swapaxes(0, 1))) for a in (x, kinds, rows)]


def save(net, path):
    """Input weights by input, state weights by state, each with reset, update and new; then the biases, then the
    heads by state, all little-endian f32."""
    gru, out = net.gru, net.out
    parts = [gru.weight_ih_l0.T, gru.weight_hh_l0.T, gru.bias_ih_l0, gru.bias_hh_l0, out.weight.T, out.bias]
    with open(path, "wb") as f:
        for part in parts:
            f.write(part.detach().contiguous().numpy().astype("<f4").tobytes())


def save_check(net, path):
    """The scores after three seconds of made-up onsets, which the program's own net must give too."""
    n = np.arange(24)
    onsets = np.column_stack([n * 0.125, n % 3, 36 + n * 7 % 48, 0.3 + 0.1 * (n % 6)])
    with torch.no_grad():
        scores = net(torch.from_numpy(features([onsets], 150)).swapaxes(0, 1))[0]
    open(path, "wb").write(scores[-1, 0].numpy().astype("<f4").tobytes())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--from", dest="start", default=None)
    parser.add_argument("--out", default="models/beat_net.bin")
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = np.random.default_rng(1)
    sets, held_out = data.load(args.data)
    held = [batch(np.random.default_rng(9), {name: pieces}) for name, pieces in held_out.items()]
    net = Net()
    if args.start:
        net.load_state_dict(torch.load(args.start))
    optimiser = torch.optim.Adam(net.parameters(), lr=args.rate)
    begin, step, said = time.time(), 0, 0.0
    mean = np.zeros(2)
    while True:
        done = (time.time() - begin) / 60 / args.minutes
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 50)
        for group in optimiser.param_groups:
            group["lr"] = args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done)))
        x, kinds, rows = batch(rng, sets)
        logits, _ = net(x)
        kind, row = losses(logits, kinds, rows)
        optimiser.zero_grad()
        (kind * 5 + row).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        mean += 0.02 * (np.array([kind.item(), row.item()]) - mean)
        step += 1
        if time.time() - said > 60:
            said = time.time()
            with torch.no_grad():
                scores = [[round(v.item(), 3) for v in losses(net(h[0])[0], h[1], h[2])] for h in held]
            print(f"{(said - begin) / 60:.1f} min, {step} steps, {mean.round(4)}", dict(zip(held_out, scores)), flush=True)
            save(net, args.out)
            torch.save(net.state_dict(), args.out + ".pt")
    save(net, args.out)
    save_check(net, args.out.removesuffix(".bin") + "_check.bin")
    torch.save(net.state_dict(), args.out + ".pt")


if __name__ == "__main__":
    sys.exit(main())
