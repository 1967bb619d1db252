//! Pure music: no audio, no I/O.

pub mod gm;
