//! rolebook compiles a community's governance into a handbook its leads can work from.
#![warn(missing_docs)]

pub mod community;
pub mod config;
pub mod diagnostic;
pub mod html;
pub mod parse;
