//! Data files to records.

pub mod records;
