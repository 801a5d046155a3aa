//! What every dialect is built from: lenient JSON, a field reader that blames by path, and dates.

pub mod batch;
pub mod dates;
pub mod json;
mod place;
pub mod reader;
pub mod relaxed;
