//! Data files to records: the handbook's own TOML, and what communities keep.

mod handbook;
mod import;
mod kubernetes;
mod reader;
mod records;
mod schedule;
#[cfg(test)]
mod tests;

pub use handbook::{
    access, checklist, glossary, group, lenient_page_matter, page_matter, role_matter, skill_area,
};
pub use import::group_file;
pub use kubernetes::kubernetes_groups;
pub use records::*;
pub use schedule::{
    Day, Frequency, Open, Recurrence, Rule, Schedule, Zone, recurrence, schedule, standard_offset, time,
    time_zone, weekday, weekday_name, zone,
};
