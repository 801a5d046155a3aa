//! The lists an org starts with: a few of our own, or everything that the vendors' documents print.

use domain::{Result, User};
use store::Tx;

/// Which lists an org starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// What most companies begin with.
    #[default]
    Usual,
    /// Every list and id that the vendors' documents print or send, beside the usual ones.
    VendorDocs,
}

/// Fills the lists of a new org.
pub fn fill(_tx: &mut Tx<'_>, _preset: Preset, _owner: &User) -> Result<()> {
    Ok(())
}
