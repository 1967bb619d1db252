//! The drone as the parameters have it.

use super::params::{ParamId, ParamValues};
use crate::instrument::tanpura::{STRINGS, StringPitch, TanpuraParams};

/// What the first string may be tuned to, in semitones from middle Sa, in the order of [`ParamId::TanpuraFirst`].
pub const FIRST_STRINGS: [i8; 5] = [-5, -7, -1, -2, -3];

/// How the tanpura is to be played. Real-time safe.
#[must_use]
pub fn tanpura_params(values: &ParamValues) -> TanpuraParams {
    let first = FIRST_STRINGS[(values.get(ParamId::TanpuraFirst) as usize).min(FIRST_STRINGS.len() - 1)];
    TanpuraParams {
        sa_hz: values.get(ParamId::TanpuraSa),
        strings: [first, 0, 0, -12].map(StringPitch::just),
        cycle_secs: STRINGS as f32 * 60.0 / values.get(ParamId::TanpuraPace),
        jawari: values.get(ParamId::TanpuraJawari),
        is_on: values.is_on(ParamId::TanpuraOn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::params::Unit;
    use crate::theory::raga::tables;

    #[test]
    fn every_tuning_of_four_strings_in_the_table_can_be_chosen() {
        let Unit::Choice(names) = ParamId::TanpuraFirst.spec().unit else { panic!("a choice") };
        assert_eq!(names.len(), FIRST_STRINGS.len());
        for tuning in tables().tunings.iter().filter(|tuning| tuning.strings.len() == STRINGS) {
            assert_eq!(tuning.strings[1..], [0, 0, -12], "{}", tuning.name);
            assert!(FIRST_STRINGS.contains(&tuning.strings[0]), "{}", tuning.name);
        }
        let params = tanpura_params(&ParamValues::default());
        assert!((params.cycle_secs - 5.0).abs() < 1e-6 && !params.is_on);
    }
}
