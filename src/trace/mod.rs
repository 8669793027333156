//! From clauses to work: which obligations there are, whom they bind, and which items of checklists cover
//! them. Asks the model and the links; never reads files.

mod obligations;

pub use obligations::*;
