//! The drummer as the band hears it.
