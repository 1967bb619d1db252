//! What a host drives. The engine is one; tests plant others, that click or panic.

use crate::base::Frames;
use crate::engine::{Engine, Input, Output};

/// Renders blocks, one after the other. `process` must be real-time safe.
pub trait Renderer: Send {
    /// Renders one block of at most `BLOCK_FRAMES_MAX` frames.
    fn process(&mut self, input: Input<'_>, output: Output<'_>);
    /// The rate in Hz, fixed for life.
    fn rate_hz(&self) -> u32;
    /// The first frame of the next block.
    fn frame(&self) -> Frames;
    /// Whether nothing sounds and nothing will without further events.
    fn is_silent(&self) -> bool;
}

impl Renderer for Engine {
    fn process(&mut self, input: Input<'_>, output: Output<'_>) {
        Engine::process(self, input, output);
    }

    fn rate_hz(&self) -> u32 {
        Engine::rate_hz(self)
    }

    fn frame(&self) -> Frames {
        Engine::frame(self)
    }

    fn is_silent(&self) -> bool {
        Engine::is_silent(self)
    }
}

/// Builds engines: called off the audio thread when the device's rate changes or an engine is poisoned.
pub trait EngineSource: Send {
    /// A fresh engine at this rate, with the state that the control side wants.
    fn build(&mut self, rate_hz: u32) -> Box<dyn Renderer>;
}

impl<F: FnMut(u32) -> Box<dyn Renderer> + Send> EngineSource for F {
    fn build(&mut self, rate_hz: u32) -> Box<dyn Renderer> {
        self(rate_hz)
    }
}
