"""Trains what tells the key from the chords: writes models/key_ear.bin.

    python3 models/train/key_ear.py ../shared/data models/key_ear.bin

Needs numpy; deterministic. Logistic regression, the same for every tonic: the square roots of the shares of time that
each degree had chords of each kind (major, minor, dominant, diminished, suspended) give one score for major and one for
minor on that tonic. Trained on POP909 songs 1 to 720 and the iRb tunes that are not held out, on the first 4, 8, 16 and
32 bars of each. The file holds the 60 weights for major, the 60 for minor and minor's bias, as little-endian floats.
"""

import pathlib
import sys

import numpy as np

import next_chord

# By family: 0 major, 1 minor, 2 dominant, 3 diminished, 4 suspended.
KINDS = [0, 1, 3, 0, 4, 2, 0, 1, 1, 3, 3, 4]
BEATS = [16, 32, 64, 128]
DECAY, STEPS = 3e-3, 400


def shares(chords, beats):
    """By root and kind, of the first so many beats."""
    out, left = np.zeros((12, 5)), beats
    for root, family, length in chords:
        out[root, KINDS[family]] += max(min(length, left), 0)
        left -= length
    return np.sqrt(out / max(out.sum(), 1))


def fit(x, y):
    turned = np.stack([np.roll(x, -tonic, axis=1).reshape(len(x), -1) for tonic in range(12)], axis=1)
    w, b = np.zeros((60, 2)), 0.0
    m, v = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, STEPS + 1):
        p = probabilities(turned, w, b)
        p[np.arange(len(y)), y] -= 1
        p /= len(y)
        g = np.stack([np.einsum("nt,ntd->d", p[:, :12], turned), np.einsum("nt,ntd->d", p[:, 12:], turned)], axis=1)
        g += DECAY * w
        b -= 0.5 * p[:, 12:].sum()
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= 0.05 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    right = (probabilities(turned, w, b).argmax(axis=1) == y).mean()
    print(f"{len(y)} beginnings, {right:.3f} right in training")
    return w, b


def probabilities(turned, w, b):
    scores = np.concatenate([turned @ w[:, 0], turned @ w[:, 1] + b], axis=1)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)


def main(folder, target):
    folder = pathlib.Path(folder)
    pieces = list(next_chord.pop909(folder, range(1, 721)))
    pieces += [(key, chords) for title, key, chords in next_chord.irb(folder) if not next_chord.is_held_out(title)]
    x = np.array([shares(chords, beats) for _, chords in pieces for beats in BEATS])
    y = np.array([tonic + 12 * mode for (tonic, mode), _ in pieces for _ in BEATS])
    w, b = fit(x, y)
    values = np.concatenate([w[:, 0], w[:, 1], [b]]).astype("<f4")
    pathlib.Path(target).write_bytes(values.tobytes())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
