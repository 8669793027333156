pub mod records;
pub use records::*;
