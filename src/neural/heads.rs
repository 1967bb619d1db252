//! What stands around the trunk: tables and small matrices that make an element, and heads that read its outcome. They
//! are so small that plain loops are as fast as the way to a library's kernel and back (`benches/neural.rs`, "heads"), and
//! they allocate nothing.

use super::maths::{add, add_scaled, dot, silu};
use super::represent::drums::{self, DRUMS, DrumInputs, LAST, OFFSETS, RHYTHM, Strokes, rhythm_numbers};
use super::represent::notes::{self, KEYS, NUDGES, NoteInputs, Onset, PITCHES, WHENS};
use super::represent::{LENGTHS, VELOCITIES};
use super::weights::{Weights, WeightsError};

/// Rows to be added by class, one table for each of some fields.
#[derive(Clone, Debug)]
struct Tables {
    tables: Vec<Vec<f32>>,
    width: usize,
}

impl Tables {
    fn new(weights: &Weights, part: &str, fields: &[(&str, usize)]) -> Result<Self, WeightsError> {
        let width = weights.trunk.width;
        let table =
            |(field, classes): &(&str, usize)| weights.tensor(&format!("{part}.embed.{field}"), &[*classes, width]);
        Ok(Self { tables: fields.iter().map(table).collect::<Result<_, _>>()?, width })
    }

    fn add(&self, classes: &[u8], to: &mut [f32]) {
        for (table, class) in self.tables.iter().zip(classes) {
            add(to, &table[usize::from(*class) * self.width..][..self.width]);
        }
    }
}

/// A matrix whose inputs are few and mostly 0: its columns are what is added.
#[derive(Clone, Debug)]
struct Columns {
    columns: Vec<f32>,
    width: usize,
}

impl Columns {
    fn new(weights: &Weights, name: &str, inputs: usize) -> Result<Self, WeightsError> {
        let width = weights.trunk.width;
        let rows = weights.tensor(name, &[width, inputs])?;
        let columns = (0..inputs * width).map(|at| rows[at % width * inputs + at / width]).collect();
        Ok(Self { columns, width })
    }

    fn add(&self, inputs: &[f32], to: &mut [f32]) {
        for (column, input) in self.columns.chunks_exact(self.width).zip(inputs) {
            if *input != 0.0 {
                add_scaled(to, column, *input);
            }
        }
    }
}

/// A matrix with a bias, rows first.
#[derive(Clone, Debug)]
struct Dense {
    rows: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Dense {
    fn new(weights: &Weights, names: [&str; 2], (outputs, inputs): (usize, usize)) -> Result<Self, WeightsError> {
        let rows = weights.tensor(names[0], &[outputs, inputs])?;
        Ok(Self { rows, bias: weights.tensor(names[1], &[outputs])?, inputs })
    }

    /// The outputs from `first` on, as many as there is room for.
    fn apply(&self, x: &[f32], first: usize, out: &mut [f32]) {
        let rows = self.rows.chunks_exact(self.inputs).zip(&self.bias).skip(first);
        for (out, (row, bias)) in out.iter_mut().zip(rows) {
            *out = dot(row, x) + bias;
        }
    }
}

/// Two matrices with SiLU between them: from an outcome of the trunk to the scores of some classes.
#[derive(Clone, Debug)]
struct Head {
    first: Dense,
    second: Dense,
}

impl Head {
    fn new(weights: &Weights, part: &str, name: &str, classes: usize) -> Result<Self, WeightsError> {
        let width = weights.trunk.width;
        let name = |what: &str| format!("{part}.head.{name}.{what}");
        Ok(Self {
            first: Dense::new(weights, [&name("w1"), &name("b1")], (width, width))?,
            second: Dense::new(weights, [&name("w2"), &name("b2")], (classes, width))?,
        })
    }

    fn begin(&self, u: &[f32], hidden: &mut [f32]) {
        self.first.apply(u, 0, hidden);
        silu(hidden);
    }

    fn apply(&self, u: &[f32], hidden: &mut [f32], out: &mut [f32]) {
        self.begin(u, hidden);
        self.second.apply(hidden, 0, out);
    }
}

/// Room for one chain of heads.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What is read: the outcome of the trunk and what was chosen since.
    g: Vec<f32>,
    hidden: Vec<f32>,
    /// What goes into `hidden` before its SiLU, where it is added to from one drum to the next.
    sum: Vec<f32>,
}

impl Chain {
    /// For a trunk so wide. Allocates.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { g: vec![0.0; width], hidden: vec![0.0; width], sum: vec![0.0; width] }
    }
}

/// Bits one after another, each from what lies behind and the bits before it (NADE: Larochelle and Murray 2011).
#[derive(Clone, Debug)]
struct Nade {
    first: Dense,
    out: Dense,
    feed: Vec<f32>,
}

/// Width between a step's outcome and its hits.
const NADE_WIDTH: usize = 64;

impl Nade {
    fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self {
            first: Dense::new(
                weights,
                ["drums.nade.in.weight", "drums.nade.in.bias"],
                (NADE_WIDTH, weights.trunk.width),
            )?,
            out: Dense::new(weights, ["drums.nade.out.weight", "drums.nade.out.bias"], (DRUMS, NADE_WIDTH))?,
            feed: weights.tensor("drums.nade.feed.weight", &[DRUMS, NADE_WIDTH])?,
        })
    }

    fn choose(&self, h: &[f32], mut choose: impl FnMut(usize, f32) -> bool) {
        let mut a = [0.0; NADE_WIDTH];
        self.first.apply(h, 0, &mut a);
        for bit in 0..DRUMS {
            let mut lit = a;
            silu(&mut lit);
            let mut logit = [0.0];
            self.out.apply(&lit, bit, &mut logit);
            if choose(bit, logit[0]) {
                add(&mut a, &self.feed[bit * NADE_WIDTH..][..NADE_WIDTH]);
            }
        }
    }
}

/// A head for each struck drum in turn, which is told where in the step the drums before it were struck: the hands of one
/// drummer are early or late together.
#[derive(Clone, Debug)]
struct Timing {
    head: Head,
    feed: Vec<f32>,
}

/// What offsets within a step are fed times, which are a few hundredths.
const OFFSET_SCALE: f32 = 8.0;

impl Timing {
    fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self {
            head: Head::new(weights, "drums", "offset", DRUMS * OFFSETS)?,
            feed: weights.tensor("drums.head.offset.feed", &[DRUMS, weights.trunk.width])?,
        })
    }

    /// `choose(drum, scores)` says the offset of each struck drum.
    fn choose(&self, strokes: &Strokes, chain: &mut Chain, mut choose: impl FnMut(usize, &mut [f32]) -> f32) {
        let width = chain.g.len();
        self.head.first.apply(&chain.g, 0, &mut chain.sum);
        for drum in (0..DRUMS).filter(|drum| strokes.is_hit(*drum)) {
            chain.hidden.copy_from_slice(&chain.sum);
            silu(&mut chain.hidden);
            let mut scores = [0.0; OFFSETS];
            self.head.second.apply(&chain.hidden, drum * OFFSETS, &mut scores);
            let offset = choose(drum, &mut scores);
            add_scaled(&mut chain.sum, &self.feed[drum * width..][..width], OFFSET_SCALE * offset);
        }
    }
}

/// What makes and reads the drums' elements.
#[derive(Clone, Debug)]
pub struct DrumNet {
    inputs: Tables,
    last: Columns,
    rhythm: Columns,
    hits: Columns,
    velocities: Columns,
    nade: Nade,
    velocity: Head,
    timing: Timing,
}

impl DrumNet {
    /// Takes it out of a file.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        let columns = |name: &str, inputs| Columns::new(weights, &format!("drums.linear.{name}"), inputs);
        Ok(Self {
            inputs: Tables::new(weights, "drums", &drums::INPUTS)?,
            last: columns("last", LAST)?,
            rhythm: columns("rhythm", RHYTHM)?,
            hits: columns("hits", DRUMS)?,
            velocities: columns("velocity", DRUMS)?,
            nade: Nade::new(weights)?,
            velocity: Head::new(weights, "drums", "velocity", DRUMS * VELOCITIES)?,
            timing: Timing::new(weights)?,
        })
    }

    /// The element of a step.
    pub fn embed(&self, inputs: &DrumInputs, x: &mut [f32]) {
        x.fill(0.0);
        self.inputs.add(&inputs.classes, x);
        self.last.add(&inputs.last.seen(), x);
        self.rhythm.add(&rhythm_numbers(inputs.rhythm), x);
    }

    /// Asks for each drum in turn, with the log odds of a stroke, whether it is struck.
    pub fn hits(&self, h: &[f32], choose: impl FnMut(usize, f32) -> bool) {
        self.nade.choose(h, choose);
    }

    /// The scores of each struck drum's loudness. `chosen(drum, scores)` takes them one after the other.
    pub fn velocities(
        &self,
        h: &[f32],
        hits: [bool; DRUMS],
        chain: &mut Chain,
        mut chosen: impl FnMut(usize, &mut [f32]),
    ) {
        chain.g.copy_from_slice(h);
        self.hits.add(&hits.map(f32::from), &mut chain.g);
        self.velocity.begin(&chain.g, &mut chain.hidden);
        for drum in (0..DRUMS).filter(|drum| hits[*drum]) {
            let mut scores = [0.0; VELOCITIES];
            self.velocity.second.apply(&chain.hidden, drum * VELOCITIES, &mut scores);
            chosen(drum, &mut scores);
        }
    }

    /// The scores of each struck drum's offset, once their loudness is chosen; after [`Self::velocities`] of that step.
    /// `choose(drum, scores)` says the offset, in steps, on which those of the drums after it depend.
    pub fn offsets(&self, strokes: &Strokes, chain: &mut Chain, choose: impl FnMut(usize, &mut [f32]) -> f32) {
        self.velocities.add(&strokes.velocity.map(|velocity| f32::from(velocity) / 127.0), &mut chain.g);
        self.timing.choose(strokes, chain, choose);
    }
}

/// What makes and reads the elements of bass, keys or lead.
#[derive(Clone, Debug)]
pub struct NoteNet {
    inputs: Tables,
    rhythm: Columns,
    onset: Tables,
    key: Tables,
    length_on: Tables,
    loud_on: Tables,
    when: Head,
    pitch: Head,
    length: Head,
    loud: Head,
    nudge: Head,
}

impl NoteNet {
    /// Takes it out of a file.
    pub fn new(weights: &Weights, part: &str) -> Result<Self, WeightsError> {
        let tables = |fields: &[(&str, usize)]| Tables::new(weights, part, fields);
        let head = |name, classes| Head::new(weights, part, name, classes);
        Ok(Self {
            inputs: tables(&notes::INPUTS)?,
            rhythm: Columns::new(weights, &format!("{part}.linear.rhythm"), RHYTHM)?,
            onset: tables(&notes::ONSETS)?,
            key: tables(&notes::KEY_FIELDS)?,
            length_on: tables(&[("length_on", LENGTHS)])?,
            loud_on: tables(&[("loud_on", VELOCITIES)])?,
            when: head("when", WHENS)?,
            pitch: head("pitch", PITCHES.iter().sum())?,
            length: head("length", LENGTHS)?,
            loud: head("loud", VELOCITIES)?,
            nudge: head("nudge", NUDGES)?,
        })
    }

    /// The element of an event.
    pub fn embed(&self, inputs: &NoteInputs, x: &mut [f32]) {
        x.fill(0.0);
        self.inputs.add(&inputs.classes, x);
        self.rhythm.add(&rhythm_numbers(inputs.rhythm), x);
    }

    /// The scores of when the event comes.
    pub fn whens(&self, h: &[f32], chain: &mut Chain, scores: &mut [f32; WHENS]) {
        self.when.apply(h, &mut chain.hidden, scores);
    }

    /// The scores of its key, once it is known when it comes; minus infinity for keys that are not for it.
    pub fn pitches(&self, h: &[f32], onset: &Onset, chain: &mut Chain, scores: &mut [f32; KEYS]) {
        chain.g.copy_from_slice(h);
        self.onset.add(&onset.classes, &mut chain.g);
        let mut raw = [0.0; PITCHES[0] + PITCHES[1] + PITCHES[2] + PITCHES[3]];
        self.pitch.apply(&chain.g, &mut chain.hidden, &mut raw);
        let (leaps, raw) = raw.split_at(PITCHES[0]);
        let (degrees, raw) = raw.split_at(PITCHES[1]);
        let (next_degrees, regions) = raw.split_at(PITCHES[2]);
        for (key, score) in (0i32..).zip(scores) {
            let degree = |root: u8| (key - i32::from(root)).rem_euclid(12) as usize;
            let leap = |last: u8| leaps[((key - i32::from(last)).clamp(-25, 25) + 25) as usize];
            *score = if onset.above.is_some_and(|above| key <= i32::from(above)) {
                f32::NEG_INFINITY
            } else {
                onset.last.map_or(0.0, leap)
                    + onset.root.map_or(0.0, |root| degrees[degree(root)])
                    + onset.next_root.map_or(0.0, |root| next_degrees[degree(root)])
                    + regions[key as usize / 4]
            };
        }
    }

    /// The scores of its length, once its key is known; after [`Self::pitches`] of that event.
    pub fn lengths(&self, onset: &Onset, key: u8, chain: &mut Chain, scores: &mut [f32; LENGTHS]) {
        self.key.add(&onset.key_classes(key), &mut chain.g);
        self.length.apply(&chain.g, &mut chain.hidden, scores);
    }

    /// The scores of its loudness, once its length is known.
    pub fn louds(&self, length: u8, chain: &mut Chain, scores: &mut [f32; VELOCITIES]) {
        self.length_on.add(&[length], &mut chain.g);
        self.loud.apply(&chain.g, &mut chain.hidden, scores);
    }

    /// The scores of how far it is from its tick, once its loudness is known.
    pub fn nudges(&self, loud: u8, chain: &mut Chain, scores: &mut [f32; NUDGES]) {
        self.loud_on.add(&[loud], &mut chain.g);
        self.nudge.apply(&chain.g, &mut chain.hidden, scores);
    }
}
