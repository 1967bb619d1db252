//! Writing a chart as text that reads back as the same chart.

use super::spread::begins;
use super::{Chart, ChartBar, Signature};
use crate::theory::key::Key;
use std::fmt;

/// Bars on a line.
const LINE_BARS: usize = 4;

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.bars.first().map_or_else(Signature::default, |bar| bar.signature);
        self.fmt_head(f, first)?;
        let mut signature = first;
        let mut on_line = 0;
        for (index, bar) in self.bars.iter().enumerate() {
            if on_line == LINE_BARS || (bar.section.is_some() && on_line > 0) {
                f.write_str(" |\n")?;
                on_line = 0;
            }
            if let Some(section) = &bar.section {
                let gap = if index > 0 { "\n" } else { "" };
                writeln!(f, "{gap}[{section}]")?;
            }
            f.write_str(if on_line == 0 { "|" } else { " |" })?;
            on_line += 1;
            if bar.signature != signature {
                signature = bar.signature;
                write!(f, " {signature}")?;
            }
            fmt_bar(f, bar, self.key)?;
        }
        if on_line > 0 { f.write_str(" |\n") } else { Ok(()) }
    }
}

impl Chart {
    fn fmt_head(&self, f: &mut fmt::Formatter<'_>, signature: Signature) -> fmt::Result {
        for (name, value) in [("title", &self.title), ("composer", &self.composer)] {
            if !value.is_empty() {
                writeln!(f, "{name}: {value}")?;
            }
        }
        if let Some(key) = self.key {
            writeln!(f, "key: {key}")?;
        }
        if let Some(style) = &self.style {
            writeln!(f, "style: {style}")?;
        }
        if let Some(bpm) = self.tempo_bpm {
            writeln!(f, "tempo: {bpm}")?;
        }
        if signature != Signature::default() {
            writeln!(f, "time: {signature}")?;
        }
        Ok(())
    }
}

/// The chords of a bar: alone where they share it evenly, else with a stroke for every step on which none begins.
fn fmt_bar(f: &mut fmt::Formatter<'_>, bar: &ChartBar, key: Option<Key>) -> fmt::Result {
    let fmt_chord = |f: &mut fmt::Formatter<'_>, index: usize| match bar.chords[index].1 {
        Some(chord) => write!(f, " {}", chord.spelled(key)),
        None => f.write_str(" N.C."),
    };
    if bar.chords.is_empty() {
        return f.write_str(" /");
    }
    if is_even(bar) {
        return (0..bar.chords.len()).try_for_each(|index| fmt_chord(f, index));
    }
    let steps = steps_of(bar);
    let mut next = 0;
    for step in 0..steps {
        if bar.chords.get(next).is_some_and(|(at, _)| step_of(bar, *at, steps) == step) {
            fmt_chord(f, next)?;
            next += 1;
        } else {
            f.write_str(" /")?;
        }
    }
    Ok(())
}

fn step_of(bar: &ChartBar, at_beats: f64, steps: u32) -> u32 {
    (at_beats / bar.length_beats() * f64::from(steps)).round() as u32
}

fn is_even(bar: &ChartBar) -> bool {
    let count = bar.chords.len();
    let steps = bar.signature.steps_for(count);
    let weights = vec![1; count];
    count > 0
        && begins(&weights, steps).zip(&bar.chords).all(|(step, (at, _))| bar.signature.step_beats(step, steps) == *at)
}

/// The fewest steps on which all chords of the bar begin.
fn steps_of(bar: &ChartBar) -> u32 {
    let mut steps = bar.signature.steps();
    let fits = |steps: u32| {
        bar.chords.iter().all(|(at, _)| (bar.signature.step_beats(step_of(bar, *at, steps), steps) - at).abs() < 1e-9)
    };
    while steps < bar.signature.chords_max() && !fits(steps) {
        steps *= 2;
    }
    steps
}
