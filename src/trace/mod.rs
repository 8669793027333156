//! Traces obligations: which exist, which roles they bind, and which checklist items cover them. Queries the model
//! and the links, and reads no files.

mod charter;
mod drift;
mod lock;
mod obligations;

pub use charter::{CharterSection, charter, charter_sections, contradicting};
pub use drift::{
    Change, ClauseId, Current, Drift, accept, cited_clauses, citers, clause_text, document_id, document_of,
    drifts, reviewed, reviewed_lock,
};
pub use lock::{Accepted, DocumentId, Fingerprint, LOCK, Lock};
pub use obligations::{
    Covered, Covering, CoveringItem, Duty, Obligation, covered, duties, location, named, register, spans,
};
