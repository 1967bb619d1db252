//! The teacher: what is sung against what a raga and a lesson ask for.

pub mod hint;
