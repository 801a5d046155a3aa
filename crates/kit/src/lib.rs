//! What every dialect is built from: lenient JSON, a field reader that blames by path, and dates.

pub mod batch;
pub mod courier;
pub mod dates;
pub mod drain;
pub mod forms;
#[cfg(feature = "golden")]
pub mod golden;
pub mod http;
pub mod json;
pub mod lens;
pub mod paging;
pub mod passage;
mod place;
pub mod reader;
pub mod relaxed;
pub mod replay;
