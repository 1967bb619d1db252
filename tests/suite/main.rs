//! The one integration suite: every test name is a sentence.

mod accuracy;
mod band;
mod charts;
mod cli;
mod common;
mod engine;
mod golden;
#[cfg(feature = "jack")]
mod host;
mod jam;
mod listen;
#[cfg(feature = "neural")]
mod models;
mod practice;
mod program;
mod realtime;
mod session;
mod swarm;
mod tidy;
#[cfg(feature = "gui")]
mod ui;
#[cfg(all(feature = "gui", target_os = "linux"))]
mod window;

/// Counts what the audio thread allocates; the realtime tests read it.
#[global_allocator]
static ALLOCATOR: sangat::rt::guard::CountingAllocator = sangat::rt::guard::CountingAllocator;
