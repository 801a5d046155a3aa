//! CareSoft's JSON in the document's own words: what may be sent, and what is answered.

mod answers;
mod sent;

pub use answers::*;
pub use sent::*;
