//! The networks against Python's, on the pieces that both know.

use super::heads::Chain;
use super::matrix::Precision;
use super::model::{Model, Net};
use super::represent::drums::DRUMS;
use super::represent::notes::{KEYS, NUDGES, WHENS};
use super::represent::tests::{check_file, drum_elements, note_elements, numbers};
use super::represent::{LENGTHS, VELOCITIES};
use super::trunk::Memory;
use super::weights::Weights;
use crate::band::Part;
use candle_core::Device;
use serde_json::Value;
use std::path::Path;

/// The greatest difference of logits that is allowed.
const NEAR: f64 = 1e-4;

pub fn load(name: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name);
    let weights = Weights::read(&path).expect(name);
    Model::new(&weights, Precision::F32, &Device::Cpu).expect(name)
}

fn compare(found: &[f32], wanted: &Value, what: &str, worst: &mut f64) {
    let wanted = numbers(wanted);
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (found, wanted) in found.iter().zip(wanted) {
        let Some(wanted) = wanted else {
            assert_eq!(*found, f32::NEG_INFINITY, "{what}");
            continue;
        };
        *worst = worst.max((f64::from(*found) - wanted).abs());
        assert!((f64::from(*found) - wanted).abs() < NEAR, "{what}: {found} for {wanted}");
    }
}

/// The outcomes of the trunk, the elements one by one or all together.
fn through(model: &Model, x: &[f32], is_one_by_one: bool) -> Vec<f32> {
    let width = model.trunk.shape().width;
    let (mut memory, mut scratch) = (Memory::new(model.trunk.shape()), model.trunk.scratch());
    let mut h = vec![0.0; x.len()];
    let at_once = if is_one_by_one { width } else { 48 * width };
    for (x, h) in x.chunks(at_once).zip(h.chunks_mut(at_once)) {
        model.trunk.extend(&mut memory, x, &mut scratch, h).expect("a step");
    }
    h
}

fn check(name: &str, wanted: &Value) -> f64 {
    let pieces = check_file("players.json");
    let model = load(name);
    let width = model.trunk.shape().width;
    let mut chain = Chain::new(width);
    let mut worst = 0.0;
    for (part, of) in Part::ALL.into_iter().filter_map(|part| Some((part, model.part(part)?))) {
        let wanted = &wanted[part.key()];
        match &of.net {
            Net::Drums(net) => {
                let elements = drum_elements(&pieces);
                let mut x = vec![0.0; elements.len() * width];
                elements.iter().zip(x.chunks_exact_mut(width)).for_each(|((inputs, _), x)| net.embed(inputs, x));
                for h in [through(&model, &x, true), through(&model, &x, false)] {
                    let count = wanted["hits"].as_array().expect("a list").len();
                    for (at, h) in h.chunks_exact(width).take(count).enumerate() {
                        let strokes = &elements[at].1;
                        let mut logits = [0.0; DRUMS];
                        net.hits(h, |drum, logit| {
                            logits[drum] = logit;
                            strokes.is_hit(drum)
                        });
                        compare(&logits, &wanted["hits"][at], "hits", &mut worst);
                        let hits = std::array::from_fn(|drum| strokes.is_hit(drum));
                        net.velocities(h, hits, &mut chain, |drum, scores| {
                            compare(scores, &wanted["velocity"][at][drum], "velocity", &mut worst);
                        });
                        net.offsets(strokes, &mut chain, |drum, scores| {
                            compare(scores, &wanted["offset"][at][drum], "offset", &mut worst);
                            strokes.offset[drum]
                        });
                    }
                }
            }
            Net::Notes(net) => {
                let elements = note_elements(&pieces, part);
                let mut x = vec![0.0; elements.len() * width];
                elements.iter().zip(x.chunks_exact_mut(width)).for_each(|(element, x)| net.embed(&element.inputs, x));
                for h in [through(&model, &x, true), through(&model, &x, false)] {
                    let count = wanted["when"].as_array().expect("a list").len();
                    for (at, h) in h.chunks_exact(width).take(count).enumerate() {
                        let element = &elements[at];
                        let (mut whens, mut keys) = ([0.0; WHENS], [0.0; KEYS]);
                        net.whens(h, &mut chain, &mut whens);
                        compare(&whens, &wanted["when"][at], "when", &mut worst);
                        let Some(event) = element.event else { continue };
                        net.pitches(h, &element.onset, &mut chain, &mut keys);
                        compare(&keys, &wanted["pitch"][at], "pitch", &mut worst);
                        let (mut lengths, mut louds, mut nudges) = ([0.0; LENGTHS], [0.0; VELOCITIES], [0.0; NUDGES]);
                        net.lengths(&element.onset, event.key, &mut chain, &mut lengths);
                        compare(&lengths, &wanted["length"][at], "length", &mut worst);
                        net.louds(event.length, &mut chain, &mut louds);
                        compare(&louds, &wanted["loud"][at], "loud", &mut worst);
                        net.nudges(event.loud, &mut chain, &mut nudges);
                        compare(&nudges, &wanted["nudge"][at], "nudge", &mut worst);
                    }
                }
            }
        }
    }
    worst
}

#[test]
fn the_tiny_net_says_what_it_says_in_python() {
    let worst = check("check/tiny.safetensors", &check_file("tiny.json"));
    eprintln!("greatest difference of a logit: {worst:.1e}");
    assert!(worst > 0.0);
}

#[test]
fn the_shipped_players_say_what_they_say_in_python() {
    for name in super::FILES {
        let file = format!("{name}.safetensors");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        if folder.join(&file).exists() {
            check(&file, &check_file(&format!("{name}.json")));
        }
    }
}
