//! Differences between the facts in a checkout and in the handbook.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location, code};
use crate::facts::{self, Group};
use crate::model::{data_files, handbook, records};
use crate::source::{Db, File};

/// Finds `data/differs`. The site shows the checkout's facts, so the handbook's should be imported again.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let handbook = handbook(db);
    let mut diagnostics = Vec::new();
    for file in data_files(db).filter(|file| file.is_own(db)) {
        for own in &records(db, file).groups {
            let Some(merged) = handbook.groups.get(&own.id.value).filter(|group| group.file != file) else {
                continue;
            };
            let theirs = records(db, merged.file).groups.iter().find(|group| group.id.value == own.id.value);
            let Some(theirs) = theirs else { continue };
            for (fact, ours, upstream) in differences(own, theirs) {
                let message =
                    format!("{fact} differ from those in the source `{}`", merged.file.config(db).title());
                let help =
                    "the site shows the data of the source; run `rolebook import` to copy it into content/";
                let diagnostic =
                    Diagnostic::new(code::DATA_DIFFERS, message, location(db, file, ours)).help(help);
                diagnostics
                    .push(diagnostic.related(location(db, merged.file, upstream), "the source differs here"));
            }
        }
    }
    diagnostics
}

type Span = std::ops::Range<usize>;

/// Each fact that differs, with the spans of both.
fn differences(own: &Group, theirs: &Group) -> Vec<(&'static str, Span, Span)> {
    let mut differences = Vec::new();
    let leads = |group: &Group| -> BTreeSet<(String, String)> {
        let lead = |lead: &facts::Lead| (lead.role.value.clone(), lead.person.id.value.clone());
        group.leads.iter().map(lead).collect()
    };
    let (ours, upstream) = (leads(own), leads(theirs));
    if ours != upstream {
        let at = |group: &Group, other: &BTreeSet<(String, String)>| {
            let odd = group
                .leads
                .iter()
                .find(|lead| !other.contains(&(lead.role.value.clone(), lead.person.id.value.clone())));
            odd.or(group.leads.first()).map_or(group.id.span.clone(), |lead| lead.person.id.span.clone())
        };
        differences.push(("the leads", at(own, &upstream), at(theirs, &ours)));
    }
    let meetings = |group: &Group| -> Vec<_> {
        let meeting = |meeting: &facts::Meeting| {
            let schedule = &meeting.schedule;
            let zone = schedule.zone_name().map(str::to_owned);
            let day = schedule.text.day.clone();
            let times = (schedule.time, schedule.length, schedule.dates.clone());
            (meeting.title.value.clone(), day, times, zone, schedule.is_set())
        };
        group.meetings.iter().map(meeting).collect()
    };
    if meetings(own) != meetings(theirs) {
        let at = |group: &Group| {
            group.meetings.first().map_or(group.id.span.clone(), |meeting| meeting.title.span.clone())
        };
        differences.push(("the meetings", at(own), at(theirs)));
    }
    let subprojects = |group: &Group| -> BTreeSet<String> {
        group.subprojects.iter().map(|subproject| subproject.name.value.clone()).collect()
    };
    if subprojects(own) != subprojects(theirs) {
        let at = |group: &Group| {
            group.subprojects.first().map_or(group.id.span.clone(), |subproject| subproject.name.span.clone())
        };
        differences.push(("the subprojects", at(own), at(theirs)));
    }
    let liaison = |group: &Group| group.contact.liaison.as_ref().map(|liaison| liaison.id.value.clone());
    if liaison(own) != liaison(theirs) {
        let at = |group: &Group| {
            group.contact.liaison.as_ref().map_or(group.id.span.clone(), |liaison| liaison.id.span.clone())
        };
        differences.push(("the liaisons", at(own), at(theirs)));
    }
    differences
}

fn location(db: &dyn Db, file: File, span: Span) -> Location {
    file.location(db, span)
}
