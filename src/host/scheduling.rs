//! How the system schedules the audio thread: asked for once, read back, told in words.

use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

mod promotion;

pub(super) use promotion::Promotion;
pub(super) use promotion::promotion_for;

/// What became of it; written once by the audio thread, read by the supervisor.
#[derive(Default)]
pub(super) struct Scheduling {
    /// 0: not known yet. Else policy in bits 8 to 15, priority in bits 0 to 7.
    code: AtomicU32,
    /// The error number of a refusal; 0 when there was none.
    refusal: AtomicI32,
    is_unsafe: std::sync::atomic::AtomicBool,
}

const OTHER: u32 = 1 << 8;
const FIFO: u32 = 2 << 8;
const ROUND_ROBIN: u32 = 3 << 8;
const SYSTEM: u32 = 4 << 8;

impl Scheduling {
    /// "FIFO 70", "RR 10", "OTHER"; "SYSTEM" where the system has its own rules, empty when not known yet.
    pub fn text(&self) -> String {
        let code = self.code.load(Ordering::Acquire);
        match code & 0xff00 {
            FIFO => format!("FIFO {}", code & 0xff),
            ROUND_ROBIN => format!("RR {}", code & 0xff),
            OTHER => "OTHER".into(),
            SYSTEM => "SYSTEM".into(),
            _ => String::new(),
        }
    }

    /// Why the thread is not real-time, and what to do: `None` when it is, or when nothing is known yet.
    pub fn complaint(&self) -> Option<(String, String)> {
        if self.code.load(Ordering::Acquire) & 0xff00 != OTHER {
            return None;
        }
        if self.is_unsafe.load(Ordering::Relaxed) {
            return Some((
                "The audio thread has no real-time priority: this output goes through a plug-in, and the system \
                 stops real-time threads that such a plug-in keeps busy."
                    .into(),
                "Choose the sound card itself (hw) or the host jack or pipewire.".into(),
            ));
        }
        let errno = self.refusal.load(Ordering::Relaxed);
        Some((
            format!("The system refused real-time priority for the audio thread (error {errno})."),
            "Allow it for your user: a line '@audio - rtprio 95' in /etc/security/limits.d, then log in again.".into(),
        ))
    }
}
/// Of 0 to 99, with 49 for everybody: five steps of niceness on Linux, a quarter of what others get where all want to run.
const BELOW_NORMAL: u8 = 37;

/// Lets this thread run after the sound and the window; where the system refuses, as any other.
pub fn run_below_normal() {
    if let Ok(value) = thread_priority::ThreadPriorityValue::try_from(BELOW_NORMAL) {
        thread_priority::set_current_thread_priority(thread_priority::ThreadPriority::Crossplatform(value)).ok();
    }
}
