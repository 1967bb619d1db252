//! Bins of a spectrum, gathered in bands of equal width to the ear.

/// Triangular bands whose centres are a fixed part of an octave apart, where bins are not coarser than that.
#[derive(Clone, Debug)]
pub struct Bands {
    /// Of each band the first bin and where its weights begin.
    starts: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl Bands {
    /// Bands with centres from `lo_hz` to `hi_hz`, `per_octave` to the octave, for bins that are `bin_hz` apart. All
    /// above 0; no band reaches to `bins` or beyond.
    pub fn new(bin_hz: f64, bins: usize, [lo_hz, hi_hz]: [f64; 2], per_octave: f64) -> Self {
        let highest = (hi_hz / bin_hz).min(bins.saturating_sub(1) as f64);
        let octaves = (hi_hz / lo_hz).log2().max(0.0);
        let mut centres: Vec<usize> = (0..=(octaves * per_octave) as usize)
            .map(|i| lo_hz * 2.0_f64.powf(i as f64 / per_octave) / bin_hz)
            .filter(|bin| *bin <= highest)
            .map(|bin| bin.round() as usize)
            .filter(|bin| *bin > 0)
            .collect();
        centres.dedup();
        let mut bands = Self { starts: Vec::new(), weights: Vec::new() };
        for around in centres.windows(3) {
            let (from, centre, to) = (around[0], around[1], around[2]);
            bands.starts.push((from + 1, bands.weights.len()));
            let rise = (from + 1..=centre).map(|bin| (bin - from) as f32 / (centre - from) as f32);
            let fall = (centre + 1..to).map(|bin| (to - bin) as f32 / (to - centre) as f32);
            bands.weights.extend(rise.chain(fall));
        }
        bands
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The weighted sum of `bins` in each band.
    pub fn gather(&self, bins: &[f32], out: &mut [f32]) {
        let ends = self.starts.iter().skip(1).map(|(_, at)| *at).chain([self.weights.len()]);
        for ((out, (first, at)), end) in out.iter_mut().zip(&self.starts).zip(ends) {
            let weights = &self.weights[*at..end];
            *out = bins.iter().skip(*first).zip(weights).map(|(bin, weight)| bin * weight).sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_cover_what_lies_between_them_once() {
        let bands = Bands::new(43.0, 513, [30.0, 16_000.0], 24.0);
        let mut out = vec![0.0; bands.len()];
        for bin in [3, 20, 101, 300] {
            let mut bins = vec![0.0; 513];
            bins[bin] = 1.0;
            bands.gather(&bins, &mut out);
            let sum: f32 = out.iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "bin {bin}: {sum}");
        }
        assert!((80..150).contains(&bands.len()), "{}", bands.len());
    }

    #[test]
    fn where_there_are_few_bins_there_are_few_bands() {
        assert_eq!(Bands::new(43.0, 2, [30.0, 16_000.0], 24.0).len(), 0);
        let bands = Bands::new(31.25, 129, [30.0, 16_000.0], 24.0);
        let mut out = vec![0.0; bands.len()];
        bands.gather(&[1.0; 129], &mut out);
        assert!(out.iter().all(|sum| *sum >= 1.0));
    }
}
