//! The one integration suite.

#[cfg(feature = "jack")]
mod host;
