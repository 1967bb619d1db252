//! How fast a model is on this machine: a few steps with a full memory, before the first note.

use super::matrix::Precision;
use super::trunk::{Memory, Trunk};
use super::weights::{Weights, WeightsError};
use candle_core::{Device, DeviceLocation};
use std::time::Instant;

mod tuning {
    /// Steps that are measured, after as many to warm up as are no use.
    pub const STEPS: usize = 50;
    pub const WARM_STEPS: usize = 6;
    /// A less exact storage has to be so much faster to be taken.
    pub const WORTH: f32 = 0.9;
    /// Slower steps than this are too slow for a bar of four parts in time, in us.
    pub const STEP_US_MAX: f32 = 1200.0;
}

/// How fast a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Speed {
    /// Half of the steps take no longer, in us.
    pub p50_us: f32,
    /// Of a hundred steps 99 take no longer, in us.
    pub p99_us: f32,
}

impl Speed {
    /// Of steps, given by their seconds.
    #[must_use]
    pub fn of(mut secs: Vec<f64>) -> Self {
        secs.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * secs.len() as f64).ceil() as usize;
            secs.get(place.clamp(1, secs.len().max(1)) - 1).map_or(0.0, |secs| (secs * 1e6) as f32)
        };
        Self { p50_us: at(0.5), p99_us: at(0.99) }
    }

    /// Whether a bar of four parts comes in time.
    #[must_use]
    pub fn is_enough(self) -> bool {
        self.p50_us <= tuning::STEP_US_MAX
    }
}

/// Steps of a trunk with a full memory.
pub fn speed(trunk: &Trunk, steps: usize) -> Result<Speed, candle_core::Error> {
    let width = trunk.shape().width;
    let (mut memory, mut scratch) = (Memory::as_if_full(trunk.shape()), trunk.scratch());
    let (x, mut h) = (vec![0.1; width], vec![0.0; width]);
    let mut secs = Vec::with_capacity(steps);
    for step in 0..steps + tuning::WARM_STEPS {
        let begin = Instant::now();
        trunk.extend(&mut memory, &x, &mut scratch, &mut h)?;
        if step >= tuning::WARM_STEPS {
            secs.push(begin.elapsed().as_secs_f64());
        }
    }
    Ok(Speed::of(secs))
}

/// Where and how a trunk runs fastest: of the devices and the storages that suit it.
pub fn best(weights: &Weights, devices: &[Device]) -> Result<(Precision, Device, Speed), WeightsError> {
    let mut best: Option<(Precision, Device, Speed)> = None;
    let mut refused = None;
    for device in devices {
        for precision in Precision::ALL.into_iter().filter(|p| p.suits(weights.trunk.width)) {
            let found = Trunk::new(weights, precision, device)
                .and_then(|trunk| speed(&trunk, tuning::STEPS).map_err(WeightsError::Build));
            match found {
                Ok(speed) => {
                    let limit = best.as_ref().map_or(f32::INFINITY, |(.., best)| tuning::WORTH * best.p50_us);
                    if speed.p50_us < limit {
                        best = Some((precision, device.clone(), speed));
                    }
                }
                // A device that goes away, or has no room: the others serve.
                Err(error) => refused = Some(error),
            }
        }
    }
    best.ok_or_else(|| refused.unwrap_or_else(|| WeightsError::Broken("there is no device for it".to_owned())))
}

/// The processor, and a graphics card where this program is built for one and there is one; and why there is one that cannot
/// be used.
#[must_use]
pub fn devices() -> (Vec<Device>, Option<WeightsError>) {
    let told = |reason: String| WeightsError::Broken(format!("it cannot be used, so that the processor is: {reason}"));
    // What a driver does when it is there but broken is not known: a panic of it must not be ours.
    let open = |open: fn(usize) -> candle_core::Result<Device>| match std::panic::catch_unwind(|| open(0)) {
        Ok(Ok(device)) => Ok(Some(device).filter(|device| !device.is_cpu())),
        Ok(Err(error)) => Err(told(error.to_string())),
        Err(_) => Err(told("its driver could not be loaded".to_owned())),
    };
    let (mut found, mut refused) = (vec![Device::Cpu], None);
    for card in [open(Device::cuda_if_available), open(Device::metal_if_available)] {
        match card {
            Ok(card) => found.extend(card),
            Err(reason) => refused = Some(reason),
        }
    }
    (found, refused)
}

/// What a device is called in reports.
#[must_use]
pub fn name_of(device: &Device) -> &'static str {
    match device.location() {
        DeviceLocation::Cpu => "cpu",
        DeviceLocation::Cuda { .. } => "cuda",
        DeviceLocation::Metal { .. } => "metal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neural::made_up;
    use crate::neural::weights::TrunkShape;

    #[test]
    fn the_fastest_storage_that_suits_is_found() {
        let weights = made_up::weights(TrunkShape { width: 32, layers: 1, heads: 2 }, &[], 1);
        let (precision, device, speed) = best(&weights, &devices().0).expect("the processor serves");
        assert!(precision != Precision::Q4 && speed.p50_us > 0.0 && speed.p99_us >= speed.p50_us);
        assert!(["cpu", "cuda", "metal"].contains(&name_of(&device)));
        assert!(best(&weights, &[]).is_err());
        assert_eq!(Speed::of((1..=100).map(|n| f64::from(n) * 1e-6).collect()), Speed { p50_us: 50.0, p99_us: 99.0 });
    }
}
