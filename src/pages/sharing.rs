//! What a page tells other sites about itself: the picture it is shown with, and what it is about in the terms
//! of schema.org.

use serde_json::{Value, json};

use super::scope::Scope;
use super::view::PersonRef;
use crate::model::{PageKinds, Route, picture_url};
use crate::source::{Db, Site};
use crate::strings::strings;
use crate::url::below;

/// The pictures of the site and what stands on them; none where pages have no address to be shown by.
pub fn pictures(db: &dyn Db) -> Vec<(String, String)> {
    if Site::get(db).config(db).base_url.is_none() {
        return Vec::new();
    }
    let pictured = PageKinds::get(db).all(db).iter().filter(|kind| kind.has_picture);
    pictured.map(|kind| (picture_url(kind.name), strings(db).get(&format!("kinds.{}", kind.name)))).collect()
}

/// The picture of a kind of page on the web.
pub(super) fn picture(db: &dyn Db, kind: &str) -> Option<String> {
    let base_url = Site::get(db).config(db).base_url.as_ref()?;
    Some(below(base_url, &picture_url(kind)))
}

/// JSON-LD, fit for a script element.
pub(super) fn script(mut about: Value) -> String {
    about["@context"] = "https://schema.org".into();
    without_blanks(&mut about);
    // Nothing in it can end the element it stands in.
    about.to_string().replace('<', "\\u003c")
}

pub(super) fn human(scope: &Scope, person: &PersonRef) -> Value {
    let same_as = match person.profiles.as_slice() {
        [profile] => json!(profile.as_str()),
        profiles => profiles.iter().map(|profile| profile.as_str()).collect(),
    };
    json!({
        "@type": "Person",
        "name": person.name,
        "url": address(scope.db, &Route::Person(person.id.clone())),
        "sameAs": same_as,
        "worksFor": person.company.as_ref().map(|name| json!({"@type": "Organization", "name": name})),
    })
}

/// A role in between (schema.org/Role), which repeats the property it stands in.
pub(super) fn held(role: &str, property: &str, holder: Value) -> Value {
    let mut held = json!({"@type": "OrganizationRole", "roleName": role});
    held[property] = holder;
    held
}

/// Where a page is on the web, if the site has an address.
pub(super) fn address(db: &dyn Db, route: &Route) -> Option<String> {
    let base_url = Site::get(db).config(db).base_url.as_ref()?;
    Some(below(base_url, &route.url(db)))
}

fn without_blanks(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null() && *value != json!([]));
            fields.values_mut().for_each(without_blanks);
        }
        Value::Array(values) => values.iter_mut().for_each(without_blanks),
        _ => {}
    }
}
