//! The hosts on real sound servers.

mod jack;
