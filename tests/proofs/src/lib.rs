//! What the proofs are made of, so that the fast halves in `tests/` are made of the same.

pub mod check;
pub mod cluster;
pub mod desk;
pub mod differential;
pub mod disk;
pub mod failover;
pub mod ledger;
pub mod load;
pub mod look;
pub mod mark;
pub mod mount;
pub mod patroni;
pub mod power;
pub mod races;
pub mod restore;
pub mod say;
pub mod soak;
pub mod spool;
pub mod stand;
pub mod stream;
