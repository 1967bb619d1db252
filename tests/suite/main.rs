//! The one integration suite.

#[cfg(feature = "gui")]
mod ui;
