//! A state variable filter of second order.

/// Coefficients of Simper's trapezoidal state variable filter (Simper 2013, "Solving the continuous SVF
/// equations using trapezoidal integration"): `g = tan(pi f / fs)`, `k = 1 / q`, `a1 = 1 / (1 + g (g + k))`,
/// `a2 = g a1`, `a3 = g a2`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SvfShape {
    a: [f32; 3],
    /// What of the input, the band output and the low output is heard.
    heard: [f32; 3],
}

/// The outputs that a shape may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvfKind {
    /// Below the cutoff.
    Low,
    /// Around the centre, with unity gain at the centre.
    Band,
    /// Above the cutoff.
    High,
}

impl SvfShape {
    /// A filter at `hz` (kept within 1 Hz to 0.45 `rate_hz`) with resonance `q` (0.5 upwards).
    #[must_use]
    pub fn new(kind: SvfKind, hz: f64, q: f64, rate_hz: f64) -> Self {
        let g = (std::f64::consts::PI * hz.clamp(1.0, 0.45 * rate_hz) / rate_hz).tan();
        let k = 1.0 / q.max(0.5);
        let a1 = 1.0 / (1.0 + g * (g + k));
        let heard = match kind {
            SvfKind::Low => [0.0, 0.0, 1.0],
            SvfKind::Band => [0.0, k, 0.0],
            SvfKind::High => [1.0, -k, -1.0],
        };
        Self { a: [a1, g * a1, g * g * a1].map(|v| v as f32), heard: heard.map(|v| v as f32) }
    }
}

/// The two integrators of a filter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Svf {
    state: [f32; 2],
}

impl Svf {
    /// Filters one sample. Real-time safe.
    #[inline(always)]
    #[must_use]
    pub fn process(&mut self, input: f32, shape: &SvfShape) -> f32 {
        let [a1, a2, a3] = shape.a;
        let [one, two] = self.state;
        let high = input - two;
        let band = a1 * one + a2 * high;
        let low = two + a2 * one + a3 * high;
        self.state = [2.0 * band - one, 2.0 * low - two];
        shape.heard[0] * input + shape.heard[1] * band + shape.heard[2] * low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain_at(kind: SvfKind, hz: f64) -> f64 {
        let shape = SvfShape::new(kind, 1000.0, 0.707, 48_000.0);
        let mut filter = Svf::default();
        let mut peak = 0.0_f64;
        for n in 0..48_000 {
            let y = filter.process((std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin() as f32, &shape);
            if n > 24_000 {
                peak = peak.max(f64::from(y).abs());
            }
        }
        peak
    }

    #[test]
    fn each_output_passes_its_own_part_of_the_spectrum() {
        assert!((gain_at(SvfKind::Low, 50.0) - 1.0).abs() < 0.01);
        assert!(gain_at(SvfKind::Low, 10_000.0) < 0.012);
        assert!((gain_at(SvfKind::High, 15_000.0) - 1.0).abs() < 0.01);
        assert!(gain_at(SvfKind::High, 100.0) < 0.012);
        assert!((gain_at(SvfKind::Band, 1000.0) - 1.0).abs() < 0.01);
        assert!(gain_at(SvfKind::Band, 20.0) < 0.05);
    }
}
