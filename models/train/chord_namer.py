"""Trains the chord namer (models/chord_namer.bin) on what the ear itself reads.

    cargo bench --no-default-features --bench chord_readings -- /tmp/readings.bin
    python3 models/train/chord_namer.py /tmp/readings.bin models/chord_namer.bin

Needs numpy. Deterministic for one version of numpy and one machine.

The model: for every root, the thirteen pitch-class profiles are turned so that the root comes first; with the scalars
they go through one hidden layer (tanh) shared by all roots, and from there to one score for each quality. The mean of
the hidden layers over the roots gives the score of "no chord". Softmax over the 12 x 32 + 1 scores.

POP909's labels know no tensions, so that a label stands for all qualities that reduce to it (the sum of their
probabilities is what is made likely); made-up players know their exact quality.
"""

import sys
import time

import numpy as np

CHANNELS, SCALARS, QUALITIES, HIDDEN = 13, 8, 32, 48
FEATURES = CHANNELS * 12 + SCALARS
RECORD = FEATURES + 7
NONE = 255
# Qualities that a label of POP909 may stand for, by their places in theory::quality.
STANDS_FOR = {0: [0, 10], 1: [1, 11], 7: [7, 9], 12: [12, 19, 23, 24, 25, 26], 13: [13, 20, 30], 14: [14, 21, 22]}


def load(path):
    raw = np.fromfile(path, dtype=np.uint8).reshape(-1, RECORD)
    meta = raw[:, FEATURES:]
    return {
        "x": raw[:, :FEATURES],
        "root": meta[:, 0].astype(np.int64),
        "quality": meta[:, 1].astype(np.int64),
        "made_up": meta[:, 2] == 1,
        "stood": meta[:, 3].astype(np.float32) / 100,
        "since": meta[:, 4].astype(np.float32) / 100,
        "song": meta[:, 5].astype(np.int64) + 256 * meta[:, 6].astype(np.int64),
    }


def weights_of(d):
    """How much each reading counts: by how long it stood, little while nobody can know the new chord yet."""
    stood = np.clip(d["stood"], 0.04, 0.5)
    early = np.where(d["since"] < 0.1, 0.1, np.where(d["since"] < 0.5, 0.5, 1.0))
    weight = np.where(d["made_up"], stood * np.where(d["since"] < 0.04, 0.1, 0.7), stood * early)
    pop, made = weight[~d["made_up"]].sum(), weight[d["made_up"]].sum()
    return np.where(d["made_up"], weight * 0.6 * pop / made, weight).astype(np.float32)


TURN = np.array([[c * 12 + (r + i) % 12 for c in range(CHANNELS) for i in range(12)] for r in range(12)])
ALLOWED = np.zeros((2, QUALITIES, QUALITIES), dtype=np.float32)
for quality in range(QUALITIES):
    ALLOWED[0, quality, STANDS_FOR.get(quality, [quality])] = 1
    ALLOWED[1, quality, quality] = 1


def turned(x):
    x = x.astype(np.float32) / 100
    scalars = np.repeat(x[:, None, CHANNELS * 12 :], 12, axis=1)
    return np.concatenate([x[:, TURN], scalars], axis=2)


def forward(p, x):
    z = turned(x)
    h = np.tanh(z.reshape(-1, FEATURES) @ p["w1"] + p["b1"]).reshape(len(x), 12, HIDDEN)
    scores = h @ p["w2"] + p["b2"]
    none = h.mean(axis=1) @ p["w3"] + p["b3"]
    logits = np.concatenate([scores.reshape(len(x), -1), none], axis=1)
    logits -= logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    return z, h, e / e.sum(axis=1, keepdims=True)


def target_mask(d, idx):
    mask = np.zeros((len(idx), 12 * QUALITIES + 1), dtype=np.float32)
    root, quality = d["root"][idx], d["quality"][idx]
    rows = np.arange(len(idx))
    is_none = quality == NONE
    block = ALLOWED[d["made_up"][idx].astype(int), np.where(is_none, 0, quality)]
    view = mask[:, :-1].reshape(len(idx), 12, QUALITIES)
    view[rows, root] = block * ~is_none[:, None]
    mask[is_none, -1] = 1
    return mask


def gradients(p, d, idx, weight):
    x = d["x"][idx]
    z, h, prob = forward(p, x)
    mask = target_mask(d, idx)
    wanted = prob * mask
    total = wanted.sum(axis=1, keepdims=True) + 1e-9
    loss = -np.log(total[:, 0])
    grad = (prob - wanted / total) * weight[:, None]
    g_scores = grad[:, :-1].reshape(len(x), 12, QUALITIES)
    g_none = grad[:, -1:]
    h_mean = h.mean(axis=1)
    g_h = g_scores @ p["w2"].T + (g_none @ p["w3"].T)[:, None, :] / 12
    g_pre = (g_h * (1 - h * h)).reshape(-1, HIDDEN)
    return loss, {
        "w1": z.reshape(-1, FEATURES).T @ g_pre,
        "b1": g_pre.sum(axis=0),
        "w2": np.tensordot(h, g_scores, axes=([0, 1], [0, 1])),
        "b2": g_scores.sum(axis=(0, 1)),
        "w3": h_mean.T @ g_none,
        "b3": g_none.sum(axis=0),
    }


def report(p, d, idx, name):
    """Scores of the decision in two steps: the best root, then its best quality."""
    majmin = np.array([0, 1, -1, -1, -1, -1, -1, 0, 1, 0, 0, 1, 0, 0, 1, 1, -1, -1, -1, 0, 0, 1, 1, 0, 0, 0, 0, -1, -1, -1, 0, -1])
    hit_root = hit_mm = hit_all = w_root = w_mm = 0.0
    for i in range(0, len(idx), 4096):
        part = idx[i : i + 4096]
        prob = forward(p, d["x"][part])[2][:, :-1].reshape(len(part), 12, QUALITIES)
        w = d["stood"][part] * (d["quality"][part] != NONE)
        root = prob.sum(axis=2).argmax(axis=1)
        quality = prob[np.arange(len(part)), root].argmax(axis=1)
        truth = np.where(d["quality"][part] == NONE, 0, d["quality"][part])
        hit_root += (w * (root == d["root"][part])).sum()
        w_root += w.sum()
        mm = w * (majmin[truth] >= 0)
        hit_mm += (mm * (root == d["root"][part]) * (majmin[quality] == majmin[truth])).sum()
        w_mm += mm.sum()
        hit_all += (w * (root == d["root"][part]) * (quality == truth)).sum()
    print(f"  {name}: root {hit_root / w_root:.4f} majmin {hit_mm / w_mm:.4f} exact {hit_all / w_root:.4f}", flush=True)


def main(source, target, epochs=6, share=0.2):
    d = load(source)
    rng = np.random.default_rng(5)
    weight = weights_of(d)
    weight /= weight.mean()
    held = d["song"] % 10 == 0
    learn = np.flatnonzero(~held)
    pop = np.flatnonzero(held & ~d["made_up"] & (d["since"] > 1))[::3]
    pop_half = np.flatnonzero(held & ~d["made_up"] & (d["since"] > 0.5))[::3]
    made = np.flatnonzero(held & d["made_up"] & (d["since"] > 0.5))[::3]
    p = {
        "w1": rng.normal(0, FEATURES**-0.5, (FEATURES, HIDDEN)),
        "b1": np.zeros(HIDDEN),
        "w2": rng.normal(0, HIDDEN**-0.5, (HIDDEN, QUALITIES)),
        "b2": np.zeros(QUALITIES),
        "w3": np.zeros((HIDDEN, 1)),
        "b3": np.zeros(1),
    }
    p = {k: v.astype(np.float32) for k, v in p.items()}
    m = {k: np.zeros_like(v) for k, v in p.items()}
    v2 = {k: np.zeros_like(v) for k, v in p.items()}
    batch, step = 512, 0
    steps = int(len(learn) * share) // batch * epochs
    for epoch in range(epochs):
        order = rng.permutation(learn)[: int(len(learn) * share)]
        begun, losses = time.time(), []
        for i in range(0, len(order) - batch + 1, batch):
            idx = np.sort(order[i : i + batch])
            w = weight[idx]
            loss, g = gradients(p, d, idx, w / batch)
            losses.append((loss * w).mean())
            step += 1
            rate = 3e-3 * 0.5 * (1 + np.cos(np.pi * step / (steps + 1)))
            for k in p:
                m[k] = 0.9 * m[k] + 0.1 * g[k]
                v2[k] = 0.999 * v2[k] + 0.001 * g[k] ** 2
                p[k] -= rate * (m[k] / (1 - 0.9**step)) / (np.sqrt(v2[k] / (1 - 0.999**step)) + 1e-8)
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}, {time.time() - begun:.0f} s", flush=True)
        report(p, d, pop, "POP909 held back, later than a beat")
        report(p, d, pop_half, "POP909 held back, later than half a beat")
        report(p, d, made, "made up held back, later than half a beat")
        with open(target, "wb") as file:
            for k in ("w1", "b1", "w2", "b2", "w3", "b3"):
                file.write(p[k].astype("<f4").tobytes())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *[float(a) if "." in a else int(a) for a in sys.argv[3:]])
