"""python3 -m unittest discover -s models/train/players"""

import json
import pathlib
import tempfile
import unittest

import numpy as np
import torch

import baselines
import data_notes
import decode
import jsb
import network
import represent as rep
import tiny
import weights

CHECK = pathlib.Path(__file__).parents[2] / "check"


class Tables(unittest.TestCase):
    def test_chords_fall_into_their_classes(self):
        table = {(): 0, (0, 4, 7): 1, (0, 3, 7): 2, (0, 4, 7, 10): 3, (0, 4, 7, 11): 4, (0, 3, 7, 10): 5,
                 (0, 3, 6, 10): 6, (0, 3, 6, 9): 7, (0, 4, 8): 8, (0, 4, 8, 10): 8, (0, 5, 7): 9, (0, 7): 10,
                 (0, 3, 4, 7, 10): 3, (0, 10): 10}
        for degrees, expected in table.items():
            self.assertEqual(rep.chord_class(sum(1 << d for d in degrees)), expected, degrees)

    def test_the_edges_of_conditions_are_where_the_tables_say(self):
        self.assertEqual(rep.tempo_class([20, 50, 59.4, 59.5, 400]).tolist(), [0, 0, 0, 1, 7])
        self.assertEqual(rep.energy_class([0, 0.124, 0.125, 1, None]).tolist(), [0, 0, 1, 7, 8])
        self.assertEqual(rep.density_class([0, 0.1, 0.5, 1, 3.9, 9, None]).tolist(), [0, 1, 1, 3, 6, 7, 8])
        self.assertEqual(rep.player_class([0, 1, 1, None], [60, 30, 127, 60]).tolist(), [7, 0, 6, 8])
        self.assertEqual(rep.style_class([0, 14, None]).tolist(), [0, 14, 15])

    def test_lengths_are_nearest_by_ratio(self):
        self.assertEqual(rep.length_class([0.1, 1, 1.4, 1.5, 5, 170, 999]).tolist(), [0, 0, 0, 1, 4, 19, 19])

    def test_offsets_and_nudges_stay_within_their_classes(self):
        onsets = np.linspace(0, 3, 5001)
        hit, _, offset = rep.strokes(onsets, np.zeros(5001, int), np.arange(5001) % 127 + 1, 13)
        self.assertLessEqual(np.abs(offset).max(), 0.5)
        self.assertEqual(rep.offset_class([-0.5, 0, 0.5]).tolist(), [0, 16, 32])
        nudge = rep.tick_and_nudge(np.concatenate([onsets, onsets + 1 / 48, onsets + 0.3 / 24]))[1]
        self.assertEqual((nudge.min(), nudge.max()), (0, 4))


class Sequences(unittest.TestCase):
    def test_the_events_of_notes_say_where_every_note_begins(self):
        rng = np.random.default_rng(1)
        notes = np.column_stack([np.sort(rng.uniform(0, 60, 40)), np.ones(40), rng.integers(20, 90, 40),
                                 np.full(40, 70), rng.integers(0, 2, 40)])
        notes = rep.in_order(notes)
        e = rep.events(notes)
        self.assertEqual(e["onset"][e["note"] >= 0].tolist(), rep.whole(24 * notes[:, 0]).tolist())
        self.assertLess(e["when"][e["note"] >= 0].max(), rep.REST)
        self.assertEqual(np.cumsum(e["when"]).tolist(), e["onset"].tolist())

    def test_no_class_is_beyond_its_table(self):
        for part, (_, e) in tiny.pieces().items():
            fields = rep.DRUM_FIELDS if part == "drums" else rep.NOTE_FIELDS
            self.assertEqual(set(e["embed"]), set(fields))
            for name, values in e["embed"].items():
                self.assertTrue(values.min() >= 0 and values.max() < fields[name], (part, name))

    def test_the_files_of_vectors_are_what_the_code_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "players.json"
            tiny.dumped(tiny.elements_by_name(), path)
            self.assertEqual(json.loads(path.read_text()), json.loads((CHECK / "players.json").read_text()))

    def test_what_is_heard_wrong_changes_inputs_and_no_targets(self):
        notes = rep.in_order(tiny.LEAD)
        bars, chords = rep.Bars(**tiny.bars()), rep.Chords([0], [0], [145])
        clean = rep.note_elements("lead", notes, bars, chords)
        keys = notes[:, 2].astype(int) + 1
        bent = rep.note_elements("lead", notes, bars, chords, None, (keys, rep.whole(24 * notes[:, 0])))
        self.assertEqual(clean["targets"]["key"].tolist(), bent["targets"]["key"].tolist())
        self.assertNotEqual(clean["embed"]["degree"].tolist(), bent["embed"]["degree"].tolist())


def made_up(part, seed):
    """A tune of 24 bars, two of them in three."""
    rng = np.random.default_rng(seed)
    bars = np.array([4] * 11 + [3] * 2 + [4] * 11)
    onsets = np.sort(rng.uniform(0, bars.sum(), 300))
    notes = np.column_stack([onsets, rng.exponential(0.5, 300) + 0.05, rng.integers(30, 90, 300),
                             rng.integers(1, 128, 300), np.ones(300)])
    begins = np.arange(0, bars.sum(), 2)
    chords = np.column_stack([begins, rng.integers(-1, 12, len(begins)), np.full(len(begins), 145)])
    player = None if part == "lead" else notes[::3, :4]
    return data_notes.Tune("made up", "pop909", 0.0, 120.0, bars, chords, notes, player, np.arange(0, bars.sum(), 7))


class Disturbing(unittest.TestCase):
    def test_whatever_is_drawn_is_within_its_table_and_possible(self):
        for part in ("bass", "keys", "lead"):
            player = network.Player("tiny", [part]).eval()
            for seed in range(12):
                rng = np.random.default_rng(seed)
                tune = made_up(part, seed)
                pieces = [data_notes.sliced(tune, int(rng.integers(0, 12)), 80), data_notes.sliced(tune, 0, 60)]
                if part == "lead":
                    for piece, _ in pieces:
                        piece.notes = data_notes.alternating(piece.notes, piece.phrases, seed % 2)
                e = data_notes.disturbed(rng, part, pieces)
                for name, values in e["embed"].items():
                    self.assertTrue(values.min() >= 0 and values.max() < rep.NOTE_FIELDS[name], (part, name))
                with torch.no_grad():
                    nats = sum(player.likelihood(part, network.batch(e)).values())
                self.assertTrue(torch.isfinite(nats).all())

    def test_a_slice_begins_at_its_bar_with_the_chord_that_holds_there(self):
        tune = made_up("keys", 1)
        piece, first = data_notes.sliced(tune, 12, 40)
        begin = tune.bars[:12].sum()
        inside = tune.notes[tune.notes[:, 0] >= begin - 1 / 48]
        self.assertAlmostEqual(piece.notes[0, 0] + begin, inside[0, 0])
        self.assertEqual((first, piece.chords[0, 0]), (12, 0))
        holding = tune.chords[tune.chords[:, 0] <= begin][-1]
        self.assertEqual(piece.chords[0, 1], holding[1])


class Network(unittest.TestCase):
    def test_what_is_to_come_changes_nothing(self):
        player = tiny.loaded(CHECK / "tiny.safetensors").eval()
        for part, (_, e) in tiny.pieces().items():
            whole = network.batch(e)
            with torch.no_grad():
                long = player.trunk(getattr(player, part).inputs(whole))
                short = player.trunk(getattr(player, part).inputs(network.batch(data_notes.cut(e, 6))))
            self.assertLess((long[:, :6] - short).abs().max().item(), 1e-5)

    def test_forbidden_keys_have_no_share_and_the_others_add_up_to_one(self):
        player = tiny.loaded(CHECK / "tiny.safetensors").eval()
        e = tiny.pieces()["keys"][1]
        with torch.no_grad():
            p = player("keys", network.batch(e))["pitch"][0].softmax(-1).numpy()
        for n, above in enumerate(e["pitch"]["above"]):
            self.assertEqual(p[n, :above + 1].sum(), 0)
            self.assertAlmostEqual(p[n].sum(), 1, places=5)

    def test_one_step_at_a_time_is_the_same_as_all_at_once(self):
        player = tiny.loaded(CHECK / "tiny.safetensors").eval()
        e = network.batch(tiny.pieces()["bass"][1])
        with torch.no_grad():
            x = player.bass.inputs(e)
            memory = decode.Memory(player.trunk)
            steps = torch.stack([memory.step(one) for one in x[0]])
            self.assertLess((player.trunk(x)[0] - steps).abs().max().item(), 1e-4)

    def test_few_bits_among_many_are_the_same_by_the_short_way(self):
        torch.manual_seed(1)
        nade, h = network.Nade(16, 88, 8), torch.randn(2, 5, 16)
        bits = (torch.rand(2, 5, 88) < 0.05).float()
        bits[0, 0] = 0
        self.assertLess((nade(h, bits) - jsb.sparse(nade, h, bits)).abs().max().item(), 1e-5)

    def test_a_file_gives_back_what_was_written(self):
        with tempfile.TemporaryDirectory() as folder:
            about = weights.about("a", (32, 2, 2), ["bass"], {"bass": [3, 1]})
            weights.write(f"{folder}/a", {"x": np.array([[0.5, -2]]), "y": np.zeros(3)}, about)
            tensors, found = weights.read(f"{folder}/a")
        self.assertEqual((tensors["x"].tolist(), found["styles"]), ([[0.5, -2.0]], "bass:1,3"))


class Counting(unittest.TestCase):
    def test_the_shares_of_all_symbols_add_up_to_one(self):
        counts = baselines.Counts(8)
        for symbol, context in ((1, 0), (2, 0), (1, 1), (5, 1), (1, 0)):
            counts.learn([(), (context,)], symbol)
        total = sum(np.exp(-counts.likelihood([(), (0,)], symbol)) for symbol in range(8))
        allowed = sum(np.exp(-counts.likelihood([(), (0,)], symbol, 3, 5 / 8)) for symbol in range(3, 8))
        self.assertAlmostEqual(total, 1)
        self.assertAlmostEqual(allowed, 1)


if __name__ == "__main__":
    unittest.main()
