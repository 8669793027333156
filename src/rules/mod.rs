//! Rules: decides which obligations the facts meet. Queries the model, the links and the obligations.

mod baseline;
mod document;
mod findings;
mod impact;
mod roster;
mod schema;
mod subject;
mod trace;
mod values;
mod verdict;

pub use baseline::{BaselineState, is_in_baseline, may_lack_subjects, new_baseline, state_in_baseline};
pub use findings::{RuleEntry, all_findings, columns, of_group, of_person, rule, rules, undecided};
pub use impact::{Impact, RosterLeft, SeatLeft, SubprojectLeft, impact_of};
pub use schema::variables;
pub use subject::Subject;
pub use trace::{
    Placed, Tally, duties_of_role, in_group, of_role, open_findings, proving, stated_clause, sum, tally,
    tally_of_groups, undecided_reason, unmet_by_person, verdicts_in, worst_in,
};
pub use values::today;
pub use verdict::{Finding, Verdict, VerdictReason};
