//! Means that forget: exponential kernels, corrected for what they have not heard yet.

/// What is left of a kernel of `kernel_secs` after `secs`.
pub fn kept(secs: f64, kernel_secs: f64) -> f64 {
    (-secs / kernel_secs).exp()
}

/// A mean of weighted values in which older ones fade.
#[derive(Clone, Copy, Debug, Default)]
pub struct FadingMean {
    sum: f64,
    weight: f64,
}

impl FadingMean {
    /// Lets everything fade to `share`, 0 to 1.
    pub fn fade(&mut self, share: f64) {
        self.sum *= share;
        self.weight *= share;
    }

    /// Adds a value.
    pub fn add(&mut self, value: f64, weight: f64) {
        self.sum += value * weight;
        self.weight += weight;
    }

    /// The sum of all weights that have not faded.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The mean; `None` before anything was heard and when all of it has faded.
    pub fn mean(&self) -> Option<f64> {
        (self.weight > 1.0e-12).then(|| self.sum / self.weight)
    }
}

/// The slope of a straight line through values over time, in which older ones fade (recursive least squares).
#[derive(Clone, Copy, Debug, Default)]
pub struct FadingSlope {
    weight: f64,
    /// Sums of the time (counted from the present, so never above 0), its square, the value and their product.
    t: f64,
    tt: f64,
    v: f64,
    tv: f64,
}

impl FadingSlope {
    /// Moves the present on by `secs`, by which everything fades to `share`.
    pub fn pass(&mut self, secs: f64, share: f64) {
        // Far away the sums would overflow before they vanish.
        if share < 1.0e-9 {
            *self = Self::default();
            return;
        }
        self.tt += secs * (secs * self.weight - 2.0 * self.t);
        self.tv -= secs * self.v;
        self.t -= secs * self.weight;
        for sum in [&mut self.weight, &mut self.t, &mut self.tt, &mut self.v, &mut self.tv] {
            *sum *= share;
        }
    }

    /// Adds a value at the present.
    pub fn add(&mut self, value: f64) {
        self.weight += 1.0;
        self.v += value;
    }

    /// Change per second; drawn towards 0 as if the times had so much less variance than `prior_secs2` more.
    pub fn slope(&self, prior_secs2: f64) -> f64 {
        if self.weight < 1.0e-6 {
            return 0.0;
        }
        let (t, v) = (self.t / self.weight, self.v / self.weight);
        let variance = (self.tt / self.weight - t * t).max(0.0);
        (self.tv / self.weight - t * v) / (variance + prior_secs2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fading_mean_forgets_and_is_none_when_all_is_gone() {
        let mut mean = FadingMean::default();
        assert_eq!(mean.mean(), None);
        mean.add(1.0, 1.0);
        mean.fade(0.5);
        mean.add(4.0, 1.0);
        assert!((mean.mean().expect("two values") - 3.0).abs() < 1e-12);
        mean.fade(1e-15);
        assert_eq!(mean.mean(), None);
    }

    #[test]
    fn a_straight_line_has_its_own_slope_however_it_fades() {
        let mut line = FadingSlope::default();
        for i in 0..100 {
            line.pass(0.1, kept(0.1, 3.0));
            line.add(0.3 + 0.02 * f64::from(i));
        }
        assert!((line.slope(0.0) - 0.2).abs() < 1e-9, "{}", line.slope(0.0));
        assert!((0.1..0.2).contains(&line.slope(1.0)));
        line.pass(1e200, kept(1e200, 3.0));
        assert_eq!(line.slope(1.0), 0.0);
    }
}
