//! The grid that a groove is felt on.

/// A place on the straight grid, in beats, moved as the swing wants: the second of two eighths comes to `swing` (0.5
/// straight, 0.67 a triplet) and what is between goes along, so that order is kept and the beats stand still.
#[must_use]
pub fn swung(beats: f64, swing: f32) -> f64 {
    let swing = f64::from(swing);
    let whole = beats.floor();
    let part = beats - whole;
    whole + if part < 0.5 { 2.0 * part * swing } else { swing + (2.0 * part - 1.0) * (1.0 - swing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swing_moves_the_second_eighth_and_leaves_the_beats() {
        for (place, swing, wanted) in [
            (3.0, 0.67, 3.0),
            (3.5, 0.6, 3.6),
            (0.25, 0.6, 0.3),
            (0.75, 0.6, 0.8),
            (-0.5, 0.6, -0.4),
            (1.25, 0.5, 1.25),
        ] {
            assert!((swung(place, swing) - wanted).abs() < 1e-6, "{place} {swing}");
        }
    }
}
