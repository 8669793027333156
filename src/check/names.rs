//! References to roles, groups, skills and checklists that do not exist.

use crate::diagnostic::{Code, Diagnostic, Severity, code, suggestion};
use crate::facts::{CharterHolder, ChecklistItem, Group};
use crate::model::{
    self, GroupNames, Handbook, Role, data_files, handbook, records, role_files, role_matter,
};
use crate::parse::At;
use crate::rules;
use crate::source::{Db, File};

/// Finds `data/unknown-role`, `data/unknown-group`, `data/unknown-skill`, `data/unknown-checklist`,
/// `data/invalid-value` (unknown rules), `data/include-cycle` and `data/role-without-skills`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let handbook = handbook(db);
    let mut groups = GroupNames::default();
    handbook.groups.values().for_each(|group| groups.add(&group.facts));
    let mut names = NameCheck { db, handbook, groups, diagnostics: Vec::new() };
    for file in role_files(db) {
        names.role(file);
    }
    for file in data_files(db) {
        let records = records(db, file);
        for group in &records.groups {
            names.group(file, group);
        }
        if let Some(checklist) = &records.checklist {
            if let Some(role) = &checklist.role {
                names.check_role(file, role);
            }
            for included in &checklist.include {
                let candidates = names.handbook.checklists.keys().map(String::as_str);
                names.check(file, included, code::DATA_UNKNOWN_CHECKLIST, "checklist", candidates);
            }
            if includes_itself(names.handbook, &checklist.id.value) {
                let at = checklist.include.first().map_or(0..0, |first| first.span.clone());
                let message = format!("the checklist `{}` includes itself", checklist.id.value);
                names.report(Severity::Error, code::DATA_INCLUDE_CYCLE, file, at, message, None);
            }
            names.items(file, &checklist.items);
            checklist.about.iter().for_each(|role| names.check_role(file, role));
            checklist.for_groups.iter().for_each(|name| names.check_group(file, name));
        }
        for access in &records.access {
            access.roles.iter().for_each(|role| names.check_role(file, role));
            access.for_groups.iter().for_each(|name| names.check_group(file, name));
        }
    }
    names.diagnostics
}

struct NameCheck<'a> {
    db: &'a dyn Db,
    handbook: &'a Handbook,
    groups: GroupNames,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> NameCheck<'a> {
    fn report(
        &mut self,
        severity: Severity,
        code: Code,
        file: File,
        span: std::ops::Range<usize>,
        message: String,
        help: Option<String>,
    ) {
        let location = file.location(self.db, span);
        let diagnostic = Diagnostic::of(severity, code, message, location);
        self.diagnostics.push(diagnostic.maybe_help(help));
    }

    /// Reports a name that is not among `candidates`.
    fn check<'k>(
        &mut self,
        file: File,
        name: &At<String>,
        code: Code,
        what: &str,
        candidates: impl Iterator<Item = &'k str> + Clone,
    ) {
        if candidates.clone().any(|candidate| candidate == name.value) {
            return;
        }
        let severity = file.config(self.db).trust.severity();
        let help = suggestion(&name.value, candidates);
        self.report(
            severity,
            code,
            file,
            name.span.clone(),
            format!("unknown {what} `{}`", name.value),
            help,
        );
    }

    /// Reports a role that only other kinds of group have.
    fn held_elsewhere(&mut self, file: File, role: &At<String>, known: &Role) {
        let kinds = model::kinds(self.db);
        let label = |name: &At<String>| {
            let kind = kinds.get(&name.value).map(|kind| kind.plural.to_lowercase());
            kind.unwrap_or_else(|| format!("`{}`", name.value))
        };
        let held_in: Vec<String> = known.matter.applies_to.iter().map(label).collect();
        let message = format!("the role `{}` is not held in this kind of group", role.value);
        let help = format!(
            "it is held in {}; correct the role, or add the kind to its `applies_to`",
            listed(&held_in)
        );
        let severity = file.config(self.db).trust.severity();
        self.report(severity, code::DATA_UNKNOWN_ROLE, file, role.span.clone(), message, Some(help));
    }

    fn check_role(&mut self, file: File, role: &At<String>) {
        let candidates = self.handbook.roles.keys().map(String::as_str);
        self.check(file, role, code::DATA_UNKNOWN_ROLE, "role", candidates);
    }

    /// Checks an id of a group or of a kind of group.
    fn check_group(&mut self, file: File, name: &At<String>) {
        let kinds = model::kinds(self.db).ids();
        let candidates = self.handbook.groups.keys().map(String::as_str).chain(kinds);
        self.check(file, name, code::DATA_UNKNOWN_GROUP, "group or kind of group", candidates);
    }

    fn skills(&mut self, file: File, skills: &std::collections::BTreeMap<String, At<u8>>) {
        for (skill, level) in skills {
            let name = At { value: skill.clone(), span: level.span.clone() };
            let candidates = self.handbook.skills.keys().map(String::as_str);
            self.check(file, &name, code::DATA_UNKNOWN_SKILL, "skill", candidates);
        }
    }

    fn items(&mut self, file: File, items: &[ChecklistItem]) {
        for name in items.iter().flat_map(|item| &item.for_groups) {
            self.check_group(file, name);
        }
        for name in items.iter().filter_map(|item| item.evidence.as_ref()) {
            let candidates = rules::rules(self.db).iter().map(|entry| entry.rule.id.value.as_str());
            self.check(file, name, code::DATA_INVALID_VALUE, "rule", candidates);
        }
    }

    fn role(&mut self, file: File) {
        let matter = &role_matter(self.db, file).0;
        if let Some(like) = &matter.permissions_like {
            self.check_role(file, like);
        }
        // Groups may come only from a checkout, which may be absent.
        for name in &matter.applies_to {
            if !self.handbook.groups.is_empty() {
                self.check_group(file, name);
            }
        }
        self.skills(file, &matter.skills);
        if matter.skills.is_empty() && !self.handbook.skills.is_empty() {
            let message = format!("the role `{}` requires no skills", model::role_id(self.db, file));
            let help =
                "list the required skills and their levels under `[skills]` in its front matter".to_owned();
            self.report(Severity::Error, code::DATA_ROLE_WITHOUT_SKILLS, file, 0..0, message, Some(help));
        }
    }

    fn group(&mut self, file: File, group: &Group) {
        let Some(merged) = self.handbook.groups.get(&group.id.value) else { return };
        if self.handbook.roles.is_empty() {
            return;
        }
        let roles = self.handbook.roles_in(merged).into_iter().filter(|role| role.applies_to(group));
        let keys: Vec<&str> = roles.flat_map(|role| role.held_as()).collect();
        let is_own = file.is_own(self.db);
        for lead in &group.leads {
            // The roles of other people's data are what they are.
            if !is_own && self.handbook.role_of(merged, &lead.role.value).is_some() {
                continue;
            }
            let mut role = lead.role.clone();
            // The role's span is that of the list's key, so the person's entry is reported.
            if !is_own {
                role.span = lead.person.id.span.clone();
            }
            if keys.contains(&role.value.as_str()) {
                continue;
            }
            let elsewhere =
                self.handbook.roles.values().find(|known| known.held_as().contains(&role.value.as_str()));
            match elsewhere.filter(|known| !known.matter.applies_to.is_empty()) {
                Some(known) => self.held_elsewhere(file, &role, known),
                None => {
                    self.check(
                        file,
                        &role,
                        code::DATA_UNKNOWN_ROLE,
                        "role for this group:",
                        keys.iter().copied(),
                    );
                }
            }
        }
        for other in group.stakeholders.iter().chain(&group.parent) {
            if self.groups.find(other).is_none() {
                let candidates = self.handbook.groups.keys().map(String::as_str);
                self.check(file, other, code::DATA_UNKNOWN_GROUP, "group", candidates);
            }
        }
        if let Some(parent) = group.parent.as_ref().filter(|_| is_in_a_circle(self.handbook, merged)) {
            let message = format!("circular `parent` of the group `{}`", group.id.value);
            let severity = file.config(self.db).trust.severity();
            let help = Some("correct `parent` of one of the groups".to_owned());
            self.report(severity, code::DATA_INVALID_VALUE, file, parent.span.clone(), message, help);
        }
        for overlay in group.overlays.values() {
            self.check_role(file, &overlay.role);
            self.skills(file, &overlay.skills);
            self.items(file, &overlay.checklist);
            if let Some(CharterHolder::Role(role)) = overlay.charter.as_ref().map(|charter| &charter.holder) {
                self.check_role(file, role);
            }
        }
    }
}

/// True if the parent of a group, or one of its parents, is the group.
fn is_in_a_circle(handbook: &Handbook, group: &model::Group) -> bool {
    let names_itself =
        group.facts.parent.as_ref().is_some_and(|parent| parent.eq_ignore_ascii_case(group.id()));
    let mut above = group.parent.as_deref();
    // A circle among the parents has at most as many groups as there are.
    for _ in 0..handbook.groups.len() {
        match above {
            Some(id) if id == group.id() => return true,
            Some(id) => above = handbook.groups.get(id).and_then(|group| group.parent.as_deref()),
            None => break,
        }
    }
    names_itself
}

/// Several things in a sentence.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn includes_itself(handbook: &Handbook, id: &str) -> bool {
    let mut seen = vec![id];
    let mut at = 0;
    while let Some(next) = seen.get(at).and_then(|id| handbook.checklists.get(*id)) {
        for included in &next.checklist.include {
            if included.value == id {
                return true;
            }
            if !seen.contains(&included.value.as_str()) && handbook.checklists.contains_key(&included.value) {
                seen.push(&included.value);
            }
        }
        at += 1;
    }
    false
}
