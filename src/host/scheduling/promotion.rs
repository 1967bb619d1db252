//! Asks the system for real-time scheduling and reads back what it gave.

use super::{FIFO, OTHER, ROUND_ROBIN, Scheduling};
use std::sync::atomic::Ordering;

/// Below the drivers of sound servers (FIFO 80 and more), above everything else of a desktop.
#[cfg(target_os = "linux")]
const PRIORITY: u8 = 70;

/// Whether the audio thread may be made real-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Promotion {
    /// Ask for it.
    Ask,
    /// The sound system has done so itself, or has no such thing: only read back.
    ReadBack,
    /// The thread passes through a plug-in that may spin, and the system kills real-time threads that do.
    Unsafe,
}

impl Scheduling {
    /// For the first callback, on the audio thread: two or three system calls, no allocation.
    pub fn settle(&self, promotion: Promotion) {
        self.is_unsafe.store(promotion == Promotion::Unsafe, Ordering::Relaxed);
        if promotion == Promotion::Ask {
            self.refusal.store(ask(), Ordering::Relaxed);
        }
        self.code.store(read_back(), Ordering::Release);
    }
}

/// Whether a thread of this output may be promoted; reads `/proc/self/limits`. An ALSA plug-in can make the
/// thread spin; rtkit and others set a limit on real-time processor time after which the whole process is
/// killed, so such a thread is promoted only where there is no limit.
pub(in super::super) fn promotion_for(is_direct_hardware: bool) -> Promotion {
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
    super::SYSTEM
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
