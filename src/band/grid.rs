//! The grid of a beat, and how swing bends it.

/// Where a place on the straight grid falls with swing: the second half of each beat begins at `swing` (0.5 straight,
/// 0.67 a triplet, up to 0.75), and what lies between is stretched evenly. In beats; whole beats stay where they are.
#[must_use]
pub fn swung(beats: f64, swing: f32) -> f64 {
    let (beat, part, swing) = (beats.floor(), beats - beats.floor(), f64::from(swing));
    beat + if part < 0.5 { part * 2.0 * swing } else { swing + (part - 0.5) * 2.0 * (1.0 - swing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swing_moves_the_second_eighth_and_leaves_the_beats() {
        for (beats, swing, wanted) in
            [(3.0, 0.7, 3.0), (3.5, 0.7, 3.7), (3.25, 0.7, 3.35), (3.75, 0.7, 3.85), (3.3, 0.5, 3.3), (-0.5, 0.6, -0.4)]
        {
            assert!((swung(beats, swing) - wanted).abs() < 1e-6, "{beats} at {swing}");
        }
    }
}
