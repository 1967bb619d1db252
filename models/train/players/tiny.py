"""Writes models/check/: what Python and Rust must agree on.

    python3 models/train/players/tiny.py models/check

`players.json`: a short piece for each part and the classes it becomes, element by element. `tiny.safetensors` and
`tiny.json`: a net of seeded weights and what its heads say about those pieces. Also writes the expected logits of
the shipped players given after the folder, as `<name>.json`.
"""

import json
import pathlib
import sys

import numpy as np
import torch

import network
import represent as rep
import weights

# Elements of which the logits are kept: of the shipped players', and of the tiny net's (the first three bars).
PLAYED, TRIED = 16, 48


def bars():
    """4/4, 4/4, 3/4, 4/4, 4/4 with what is asked for."""
    return {"beats": [4, 4, 3, 4, 4], "style": [8, 8, 13, None, 1], "bpm": [140, 140, 97.5, 60, 250],
            "phrase": [2, 3, 0, 1, 2], "energy": [0.3, None, 0.55, 0.99, 1.0], "density": [None, 0, 0.4, 2.5, 6],
            "player_key": [None, None, 30, 71.5, None], "fill": [0, 1, None, 0, 1]}


CHORDS = {"begin": [0, 4, 8, 9.5, 11, 15, 16, 17], "root": [2, 7, 0, 0, None, 9, 9, 11],
          "mask": [[0, 3, 7, 10], [0, 4, 7, 10], [0, 4, 7], [0, 4, 7, 11], [], [0, 3, 6, 10], [0, 3, 6, 10], [0, 5, 7]]}

# (onset and length in beats, key, velocity, who: 0 the player, 1 this part).
BASS = [(0, 0.9, 38, 90, 1), (1.01, 0.5, 41, 80, 1), (1.667, 0.3, 45, 77, 1), (2.98, 1.2, 43, 127, 1),
        (4, 0.25, 31, 5, 1), (4.253, 0.2, 43, 60, 1), (8.021, 3, 36, 99, 1), (11, 1, 40, 70, 1), (15.3, 4, 45, 64, 1),
        (18.51, 0.02, 47, 88, 1)]
KEYS = [(0.02, 1.4, 60, 70, 1), (0.021, 1.4, 53, 66, 1), (0.5, 0.1, 57, 50, 1), (0.5, 0.1, 60, 52, 1),
        (0.5, 0.1, 60, 40, 1), (3.75, 0.25, 59, 80, 1), (4.015, 2, 62, 81, 1), (8, 3, 55, 60, 1), (8, 3, 64, 60, 1),
        (8.01, 3, 71, 63, 1), (16.98, 2, 64, 90, 1), (17.02, 1.9, 68, 15, 1)]
LEAD = [(0.5, 0.4, 74, 90, 0), (1, 0.5, 77, 92, 0), (1.34, 0.3, 76, 70, 0), (1.66, 0.3, 74, 75, 0), (2, 1, 69, 99, 0),
        (8.5, 0.25, 67, 80, 1), (8.75, 0.25, 71, 84, 1), (9, 1.5, 96, 101, 1), (9, 0.2, 64, 60, 0),
        (13.3, 0.7, 70, 77, 0), (14.02, 0.6, 50, 33, 1), (18, 1, 57, 64, 1)]
# (onset in beats, drum, velocity).
STROKES = [(0, 0, 100), (0.01, 2, 70), (0.49, 2, 40), (0.51, 2, 64), (1.02, 1, 120), (1, 2, 80), (1.66, 8, 33),
           (2, 0, 90), (2.25, 0, 64), (2.374, 4, 20), (2.376, 5, 20), (3, 1, 127), (3, 7, 7), (4.1, 3, 90), (6, 6, 50),
           (8, 0, 99), (8.97, 1, 99), (10.75, 8, 12), (11, 0, 100), (14.88, 1, 100), (15, 7, 127), (18.99, 0, 88)]
PLAYER_STEPS = [0, 3, 4, 9, 14, 15, 17, 22, 31, 32, 35, 40, 43, 44, 50, 59, 60, 70]
KICK_STEPS = [0, 6, 8, 16, 22, 24, 32, 36, 44, 47, 52, 60, 66, 74]


def elements_of(part, asked, made_of):
    """The elements of a piece as `players.json` has it: `asked` are its bars, `made_of` its strokes, or its notes,
    chords and rhythm. Any playing that is written so can be measured or counted."""
    bars = rep.Bars(**asked)
    if part == "drums":
        taken = rep.strokes(*zip(*made_of["strokes"]), rep.STEPS * bars.starts()[-1])
        return rep.drum_elements(taken, bars, made_of["player_steps"])
    own = made_of["chords"]
    chords = rep.Chords(own["begin"], [-1 if root is None else root for root in own["root"]],
                        [sum(1 << degree for degree in mask) for mask in own["mask"]])
    return rep.note_elements(part, rep.in_order(made_of["notes"]), bars, chords, made_of["rhythm_steps"])


def pieces():
    """By part: what its piece is made of, and the elements of it."""
    made_of = {"drums": {"strokes": STROKES, "player_steps": PLAYER_STEPS}}
    for part, notes, rhythm in (("bass", BASS, KICK_STEPS), ("keys", KEYS, PLAYER_STEPS), ("lead", LEAD, None)):
        made_of[part] = {"notes": notes, "chords": CHORDS, "rhythm_steps": rhythm}
    return {part: (own, elements_of(part, bars(), own)) for part, own in made_of.items()}


def plain(value):
    """Arrays as lists, with floats rounded to what f32 tells apart."""
    if isinstance(value, dict):
        return {name: plain(v) for name, v in value.items()}
    if isinstance(value, (np.ndarray, torch.Tensor)):
        value = np.asarray(value)
        if value.dtype.kind in "iub":
            return value.tolist()
        return np.vectorize(lambda x: float(f"{x:.7g}"), otypes=[object])(value).tolist()
    return value


def dumped(value, path):
    """One line for each field, so that a difference shows where it is."""
    lines = json.dumps(value, separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"')
    lines = lines.replace("-Infinity", "null")
    path.write_text(lines + "\n")


def elements_by_name():
    out = {"bars": bars()}
    for part, (made_of, e) in pieces().items():
        out[part] = {"piece": made_of, "elements": plain(e)}
    return out


def logits(player, count):
    """What each part's heads say of the first elements; null where a key is forbidden."""
    out = {}
    player.eval()
    with torch.no_grad():
        for part, (_, e) in pieces().items():
            if part in player.parts:
                out[part] = {name: plain(values[0, :count]) for name, values in player(part, network.batch(e)).items()}
    return out


def loaded(path):
    tensors, about = weights.read(path)
    size = next(name for name, sizes in network.SIZES.items() if about["trunk"] == ",".join(map(str, sizes)))
    player = network.Player(size, about["parts"].split(","))
    player.load_state_dict({name: torch.as_tensor(values) for name, values in tensors.items()})
    return player


def main():
    folder = pathlib.Path(sys.argv[1])
    dumped(elements_by_name(), folder / "players.json")
    for path in sys.argv[2:]:
        dumped(logits(loaded(path), PLAYED), folder / f"{pathlib.Path(path).stem}.json")
    torch.manual_seed(5)
    player = network.Player("tiny", network.PARTS)
    for value in player.parameters():
        # As large as trained ones, so that a wrong term shows.
        value.data = value.data + 0.1 * torch.randn_like(value) if value.ndim == 1 else 2.5 * value.data
    styles = {part: range(15) for part in network.PARTS}
    tensors = {name: value.numpy() for name, value in player.state_dict().items()}
    weights.write(folder / "tiny.safetensors", tensors,
                  weights.about("tiny", network.SIZES["tiny"], network.PARTS, styles))
    dumped(logits(loaded(folder / "tiny.safetensors"), TRIED), folder / "tiny.json")


if __name__ == "__main__":
    main()
