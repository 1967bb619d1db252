use super::*;
use crate::base::Rng;
use crate::neural::made_up;

const SHAPE: TrunkShape = TrunkShape { width: 16, layers: 2, heads: 2 };

fn made_up_weights() -> Weights {
    made_up::weights(SHAPE, &[], 11)
}

/// The outcomes as the definition has them, in f64.
fn as_defined(weights: &Weights, x: &[f32]) -> Vec<f64> {
    let Weights { trunk: TrunkShape { width, layers, heads }, .. } = *weights;
    let tensor = |name: String, shape: &[usize]| -> Vec<f64> {
        weights.tensor(&name, shape).expect("a tensor").into_iter().map(f64::from).collect()
    };
    let matrix = |numbers: &[f64], x: &[f64]| -> Vec<f64> {
        numbers.chunks_exact(x.len()).map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
    };
    let norm = |x: &[f64], weight: &[f64]| -> Vec<f64> {
        let scale = (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64 + 1e-5).sqrt();
        x.iter().zip(weight).map(|(x, weight)| x / scale * weight).collect()
    };
    let mut rows: Vec<Vec<f64>> = x.chunks_exact(width).map(|x| x.iter().map(|x| f64::from(*x)).collect()).collect();
    for layer in 0..layers {
        let name = |what: &str| format!("trunk.{layer}.{what}");
        let (first, second) = (tensor(name("norm1"), &[width]), tensor(name("norm2"), &[width]));
        let qkv = tensor(name("qkv"), &[3 * width, width]);
        let (out, up) = (tensor(name("out"), &[width, width]), tensor(name("up"), &[4 * width, width]));
        let down = tensor(name("down"), &[width, 4 * width]);
        let qkv: Vec<Vec<f64>> = rows.iter().map(|x| matrix(&qkv, &norm(x, &first))).collect();
        let size = width / heads;
        for (at, row) in rows.iter_mut().enumerate() {
            let mut mixed = vec![0.0; width];
            for head in 0..heads {
                let part = |from: usize, which: usize| &qkv[from][which * width + head * size..][..size];
                let slope = (-8.0 * (head + 1) as f64 / heads as f64).exp2();
                let from = (at + 1).saturating_sub(WINDOW);
                let shares: Vec<f64> = (from..=at)
                    .map(|j| {
                        let product: f64 = part(at, 0).iter().zip(part(j, 1)).map(|(q, k)| q * k).sum();
                        (product / (size as f64).sqrt() - slope * (at - j) as f64).exp()
                    })
                    .collect();
                let sum: f64 = shares.iter().sum();
                for (j, share) in (from..=at).zip(shares) {
                    for (c, value) in part(j, 2).iter().enumerate() {
                        mixed[head * size + c] += share / sum * value;
                    }
                }
            }
            let x: Vec<f64> = row.iter().zip(matrix(&out, &mixed)).map(|(a, b)| a + b).collect();
            let inner: Vec<f64> = matrix(&up, &norm(&x, &second)).iter().map(|u| u / (1.0 + (-u).exp())).collect();
            *row = x.iter().zip(matrix(&down, &inner)).map(|(a, b)| a + b).collect();
        }
    }
    let last = tensor("trunk.norm".to_owned(), &[width]);
    rows.iter().flat_map(|x| norm(x, &last)).collect()
}

fn elements(count: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..count * SHAPE.width).map(|_| rng.bipolar()).collect()
}

struct Player {
    trunk: Trunk,
    memory: Memory,
    scratch: Scratch,
}

impl Player {
    fn new() -> Self {
        let trunk = Trunk::new(&made_up_weights(), Precision::F32, &Device::Cpu).expect("a trunk");
        Self { memory: Memory::new(SHAPE), scratch: trunk.scratch(), trunk }
    }

    /// Puts elements through, so many at once, and gives all outcomes.
    fn play(&mut self, x: &[f32], at_once: usize) -> Vec<f32> {
        let mut all = vec![0.0; x.len()];
        for (x, h) in x.chunks(at_once * SHAPE.width).zip(all.chunks_mut(at_once * SHAPE.width)) {
            self.trunk.extend(&mut self.memory, x, &mut self.scratch, h).expect("a step");
        }
        all
    }
}

fn worst(found: &[f32], wanted: &[f32]) -> f32 {
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn elements_come_out_as_defined_one_by_one_or_together_and_beyond_the_ring() {
    let x = elements(RING_TWICE, 1);
    let wanted: Vec<f32> = as_defined(&made_up_weights(), &x).iter().map(|h| *h as f32).collect();
    for at_once in [1, 3, 48, ROWS_MAX] {
        let found = Player::new().play(&x, at_once);
        assert!(worst(&found, &wanted) < 2e-5, "{at_once}: {}", worst(&found, &wanted));
    }
}

const RING_TWICE: usize = 2 * super::memory::RING + 7;

#[test]
fn a_long_history_goes_in_at_once_and_the_last_outcome_is_the_same() {
    let x = elements(300, 2);
    let wanted = Player::new().play(&x, 1);
    let mut player = Player::new();
    let mut h = vec![0.0; SHAPE.width];
    player.trunk.extend(&mut player.memory, &x, &mut player.scratch, &mut h).expect("a step");
    assert!(worst(&h, &wanted[299 * SHAPE.width..]) < 2e-5);
    assert_eq!(player.memory.len(), 300);
}

#[test]
fn going_back_and_on_another_way_is_as_if_it_had_always_been_so() {
    let (common, wrong, right) = (elements(600, 3), elements(REWIND_MAX, 4), elements(40, 5));
    let mut player = Player::new();
    player.play(&common, 48);
    player.play(&wrong, 1);
    assert!(!player.memory.rewind(600 - 1), "what it attends to is gone");
    assert!(player.memory.rewind(600));
    let found = player.play(&right, 1);
    let mut other = Player::new();
    other.play(&common, 48);
    assert_eq!(found, other.play(&right, 1));
    assert!(!player.memory.rewind(641), "nobody goes back to what is to come");
    player.memory.clear();
    assert!(player.memory.is_empty() && player.memory.rewind(0));
}
