//! Anchors of subprojects on the pages of their groups.

use crate::facts;
use crate::model::{self, Key};
use crate::source::Db;

/// Anchors of a group's subprojects on its page, by position.
pub fn subproject_ids(group: &facts::Group) -> Vec<String> {
    let mut slugs = crate::parse::Slugs::default();
    let id = |subproject: &facts::Subproject| {
        let name = subproject.name.trim();
        let slug = model::slug(name);
        // The prefix `rb-` is reserved for the theme.
        if slug.is_empty() || slug.starts_with("rb-") {
            slugs.next(&format!("subproject {name}"))
        } else {
            slugs.next(name)
        }
    };
    group.subprojects.iter().map(id).collect()
}

/// Anchors of a group's subprojects on its page, by position. Memoized, because every page that names a subproject
/// needs them.
#[salsa::tracked]
fn anchors_of_subprojects(db: &dyn Db, group: Key<'_>) -> Vec<String> {
    model::group(db, group).as_ref().map_or_else(Vec::new, |group| subproject_ids(&group.facts))
}

/// Anchor of a subproject on the page of its group.
pub(super) fn subproject_id<'db>(
    db: &'db dyn Db,
    group: &model::Group,
    subproject: &facts::Subproject,
) -> Option<&'db str> {
    let position = group.facts.subprojects.iter().position(|other| other == subproject)?;
    let anchors = anchors_of_subprojects(db, Key::new(db, group.id().to_owned()));
    anchors.get(position).map(String::as_str)
}
