//! From clauses to work: which obligations there are, whom they bind, and which items of checklists cover
//! them. Asks the model and the links; never reads files.

mod charter;
mod drift;
mod lock;
mod obligations;

pub use charter::{CharterSection, charter, charter_sections, contradicting};
pub use drift::{
    Change, ClauseId, Current, Drift, accept, citers, clause_text, document_of, drifts, reviewed,
    reviewed_lock,
};
pub use lock::{Accepted, DocumentId, LOCK, Lock, Print};
pub use obligations::{Covered, Covering, Duty, Obligation, covered, duties, named, place, register, spans};
