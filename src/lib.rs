//! rolebook compiles a community's governance into a handbook its leads can work from.

pub mod community;
pub mod diagnostic;
pub mod parse;
pub mod render;
