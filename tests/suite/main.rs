//! The one integration suite.
