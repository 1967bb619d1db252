//! How the system schedules the audio thread: asked for once, read back, told in words.

use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

/// Below the drivers of sound servers (FIFO 80 and more), above everything else of a desktop.
#[cfg(target_os = "linux")]
const PRIORITY: u8 = 70;

/// Whether the audio thread may be made real-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promotion {
    /// Ask for it.
    Ask,
    /// The sound system has done so itself, or has no such thing: only read back.
    ReadBack,
    /// The thread passes through a plug-in that may spin, and the system kills real-time threads that do.
    Unsafe,
}

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
    /// For the first callback, on the audio thread: two or three system calls, no allocation.
    pub fn settle(&self, promotion: Promotion) {
        self.is_unsafe.store(promotion == Promotion::Unsafe, Ordering::Relaxed);
        if promotion == Promotion::Ask {
            self.refusal.store(ask(), Ordering::Relaxed);
        }
        self.code.store(read_back(), Ordering::Release);
    }

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

/// Whether a thread of this output may be promoted; reads `/proc/self/limits`. An ALSA plug-in can make the
/// thread spin; rtkit and others set a limit on real-time processor time after which the whole process is
/// killed, so such a thread is promoted only where there is no limit.
pub(super) fn promotion_for(is_direct_hardware: bool) -> Promotion {
    if !cfg!(target_os = "linux") {
        return Promotion::ReadBack;
    }
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    if is_direct_hardware || realtime_is_unlimited(&limits) { Promotion::Ask } else { Promotion::Unsafe }
}

fn realtime_is_unlimited(limits: &str) -> bool {
    let line = limits.lines().find_map(|l| l.strip_prefix("Max realtime timeout"));
    line.is_some_and(|l| l.split_whitespace().next() == Some("unlimited"))
}

#[cfg(target_os = "linux")]
fn ask() -> i32 {
    use thread_priority::{
        Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
        thread_native_id,
    };
    let Ok(priority) = PRIORITY.try_into() else { return 0 };
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    match set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(priority), policy) {
        Ok(()) => 0,
        Err(Error::OS(errno)) => errno,
        Err(_) => -1,
    }
}

#[cfg(target_os = "linux")]
fn read_back() -> u32 {
    use thread_priority::{
        RealtimeThreadSchedulePolicy, ThreadSchedulePolicy, thread_native_id, thread_schedule_policy_param,
    };
    let Ok((policy, parameters)) = thread_schedule_policy_param(thread_native_id()) else { return 0 };
    let priority = parameters.sched_priority.clamp(0, 255) as u32;
    match policy {
        ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo) => FIFO | priority,
        ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin) => ROUND_ROBIN | priority,
        _ => OTHER,
    }
}

#[cfg(not(target_os = "linux"))]
fn ask() -> i32 {
    0
}

#[cfg(not(target_os = "linux"))]
fn read_back() -> u32 {
    SYSTEM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_on_real_time_is_read_from_the_table() {
        let table = |v: &str| format!("Limit  Soft  Hard  Units\nMax realtime timeout      {v}      {v}    us  \n");
        assert!(realtime_is_unlimited(&table("unlimited")));
        assert!(!realtime_is_unlimited(&table("200000")));
        assert!(!realtime_is_unlimited(""));
    }

    #[test]
    fn the_scheduling_is_read_back_and_told() {
        let scheduling = Scheduling::default();
        assert_eq!((scheduling.text(), scheduling.complaint()), (String::new(), None));
        scheduling.code.store(FIFO | 70, Ordering::Relaxed);
        assert_eq!((scheduling.text().as_str(), scheduling.complaint()), ("FIFO 70", None));
        // On a thread of its own, that asking may change.
        std::thread::scope(|s| {
            s.spawn(|| scheduling.settle(Promotion::Ask));
        });
        match scheduling.text().as_str() {
            "OTHER" => assert!(scheduling.complaint().expect("why").0.contains("refused")),
            text => assert!(["FIFO 70", "SYSTEM"].contains(&text), "{text}"),
        }
    }
}
