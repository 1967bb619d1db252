//! The few words beside a figure of the ribbon.

use super::book::Judged;
use super::contour::{Glide, Shape, Swing, TouchKind};
use super::targets::{Names, Subject};
use super::tuning::contour as tuning;
use super::verdict::{Judge, Reason, Verdict};
use crate::theory::raga::Tradition;

/// What the words depend on.
pub(super) struct Words<'a> {
    pub names: &'a Names,
    pub subject: &'a Subject,
    pub judge: &'a Judge,
}

impl Words<'_> {
    /// "kampita 5.2 Hz", "meend M-P", "-24 then -6"; empty where the mark says enough.
    pub fn of(&self, judged: &Judged) -> String {
        let Judged { figure, judgement } = judged;
        match (&figure.shape, judgement.reason) {
            (Shape::Held(_), Reason::CameIn { from_cents, then_cents }) => {
                format!("{from_cents:+.0} then {then_cents:+.0}")
            }
            (Shape::Held(_), Reason::Foreign) => format!("not in {}", self.subject.name()),
            (Shape::Held(_), _) if judgement.verdict > Verdict::True => format!("{:+.0}", judgement.place.off_cents),
            (Shape::Held(held), _) => held.vibrato.map_or(String::new(), |v| format!("vibrato {:.1} Hz", v.rate_hz)),
            (Shape::Swing(swing), reason) => self.swing(swing, reason),
            (Shape::Glide(glide), reason) => self.glide(glide, reason),
            (Shape::Touch(touch), _) => match (touch.kind, self.tradition()) {
                (TouchKind::Sphurita, Some(Tradition::Carnatic)) => "sphurita",
                (TouchKind::Pratyahata, Some(Tradition::Carnatic)) => "pratyahata",
                (_, Some(_)) => "kan",
                (_, None) => "grace",
            }
            .to_owned(),
            (Shape::Turn, _) => String::new(),
        }
    }

    fn tradition(&self) -> Option<Tradition> {
        if let Subject::Raga(raga) = self.subject { Some(raga.tradition) } else { None }
    }

    fn swing(&self, swing: &Swing, reason: Reason) -> String {
        let is_slow = swing.rate_hz < tuning::VIBRATO_HZ[0] && swing.extent_cents() <= tuning::ANDOLAN_CENTS_MAX;
        let name = match self.tradition() {
            Some(Tradition::Hindustani) if is_slow => "andolan",
            Some(_) => "kampita",
            None => "swing",
        };
        let rate = format!("{name} {:.1} Hz", swing.rate_hz);
        match reason {
            Reason::SwingReach(cents) => format!("{rate}, misses by {cents:.0}"),
            Reason::SwingRate(hz) if hz < tuning::VIBRATO_HZ[0] => format!("{rate}, slow"),
            Reason::SwingRate(_) => format!("{rate}, fast"),
            _ => rate,
        }
    }

    fn glide(&self, glide: &Glide, reason: Reason) -> String {
        let name = match self.tradition() {
            Some(Tradition::Hindustani) => "meend",
            Some(Tradition::Carnatic) => "jaru",
            None => "slide",
        };
        let symbol = |cents: f32| self.names.symbol(self.judge.targets.nearest(cents).semitones);
        let (from, to) = (symbol(glide.from_cents), symbol(glide.to_cents));
        let way = match (glide.is_left, glide.is_reached) {
            (true, true) => format!("{name} {from}-{to}"),
            (false, true) => format!("{name} to {to}"),
            (true, false) => format!("{name} from {from}"),
            (false, false) => name.to_owned(),
        };
        match reason {
            Reason::GlideEnd(cents) => format!("{way}, {cents:+.0}"),
            _ => way,
        }
    }
}
