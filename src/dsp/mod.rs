//! stub
#![allow(missing_docs)]
pub mod chorus {
    pub struct Chorus;
    impl Chorus {
        pub fn new(_: u32) -> Self {
            Self
        }
        pub fn set_rate_hz(&mut self, _: f32) {}
        pub fn set_depth(&mut self, _: f32) {}
        pub fn set_mix(&mut self, _: f32) {}
        pub fn tick(&mut self) {}
        pub fn reset(&mut self) {}
        pub fn process(&mut self, _: &mut [f32], _: &mut [f32]) {}
    }
}
pub mod delay {
    pub struct Delay;
    impl Delay {
        pub fn new(_: u32, _: f32) -> Self {
            Self
        }
        pub fn set_time_frames(&mut self, _: f64) {}
        pub fn set_feedback(&mut self, _: f32) {}
        pub fn tick(&mut self) {}
        pub fn reset(&mut self) {}
        pub fn process(&mut self, _: [&[f32]; 2], _: [&mut [f32]; 2]) {}
    }
}
pub mod reverb {
    pub struct Reverb;
    impl Reverb {
        pub fn new(_: u32) -> Self {
            Self
        }
        pub fn set_size_secs(&mut self, _: f32) {}
        pub fn set_damp_hz(&mut self, _: f32) {}
        pub fn tick(&mut self) {}
        pub fn reset(&mut self) {}
        pub fn process(&mut self, _: [&[f32]; 2], _: [&mut [f32]; 2]) {}
    }
}
pub mod eq {
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum BandKind {
        LowShelf,
        Bell,
        HighShelf,
    }
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct BandSpec {
        pub kind: BandKind,
        pub freq_hz: f32,
        pub gain_db: f32,
        pub q: f32,
    }
    pub struct Eq;
    impl Eq {
        pub fn new(_: u32) -> Self {
            Self
        }
        pub fn set_band(&mut self, _: usize, _: BandSpec) {}
        pub fn tick(&mut self) {}
        pub fn reset(&mut self) {}
        pub fn process(&mut self, _: &mut [f32], _: &mut [f32]) {}
    }
}
pub mod limiter {
    pub struct Limiter;
    impl Limiter {
        pub fn new(_: u32) -> Self {
            Self
        }
        pub fn process(&mut self, _: &mut [f32], _: &mut [f32]) {}
        pub fn reduction_db(&self) -> f32 {
            0.0
        }
        pub fn non_finite(&self) -> u32 {
            0
        }
    }
}
pub mod spectrum {
    pub struct Spectrum;
    impl Spectrum {
        pub fn new(_: u32, _: usize) -> Self {
            Self
        }
        pub fn push(&mut self, _: &[f32]) {}
        pub fn analyse(&mut self) -> &[f32] {
            &[]
        }
        pub fn peak(&self) -> Option<(f32, f32)> {
            None
        }
        pub fn log_bands(&self, _: &mut [f32], _: f32, _: f32) {}
    }
}
