//! Sangat: a standalone, low-latency instrument.
//!
//! One package: this library and a thin `main`. Imports point down only, and a test holds them to it:
//!
//! | module | is | may import |
//! |---|---|---|
//! | `ui` (feature `gui`) | draws a [`session::View`], emits [`session::Intent`]s | base, theory, session, the parameter table |
//! | [`session`] | builds and connects everything; control, settings, journal, headless commands | all below |
//! | [`host`] | who drives the engine: devices, the null clock, offline renders; MIDI inputs; the recorder | base, engine, rt |
//! | `neural` (feature `neural`) | the players that are models, run by candle | base, theory, band, ear |
//! | [`engine`] | the real-time object: [`engine::Engine::process`] | base, theory, dsp, instrument, rt |
//! | [`band`] | the brain: it hears, plans ahead and answers, in symbols only | base, theory |
//! | [`worker`] | the ear and the band brought together, the transport kept on the player's beat | base, theory, ear, band, rt |
//! | [`practice`] | the teacher: what is sung, judged as its own music judges it | base, theory, ear |
//! | [`ear`] | the listening: tempo, beat, key, chords, pitch | base, theory, dsp |
//! | [`instrument`] | the sound makers | base, theory, dsp |
//! | [`dsp`], [`theory`], [`rt`] | signal, music, queues and guards | base |
//! | [`base`] | limits, units, MIDI messages, random numbers | std |
//!
//! The audio thread does not allocate, lock, wait, log or panic; [`rt::guard`] holds that. Everything that
//! crosses to it is a queue of fixed size ([`base::limits`]) with a stated rule for *full*. Control ticks fall
//! on absolute multiples of 32 frames and events on their exact frame, so that the sound does not depend on the
//! device's block size. One engine serves devices, the window and offline renders; its state is kept by the
//! control side, so that a fresh engine can be built from it at any time.

pub mod band;
pub mod base;
pub mod dsp;
pub mod ear;
pub mod engine;
pub mod host;
pub mod instrument;
#[cfg(feature = "neural")]
pub mod neural;
pub mod practice;
pub mod rt;
pub mod session;
pub mod theory;
#[cfg(feature = "gui")]
pub mod ui;
pub mod worker;
