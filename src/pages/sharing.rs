//! Metadata for other sites: preview pictures and schema.org descriptions.

use serde_json::{Value, json};

use super::scope::Scope;
use super::view::PersonRef;
use crate::model::{GeneratedFile, Route};
use crate::source::{Db, Site};
use crate::url::below;

/// Absolute address of the picture for a kind of page.
pub(super) fn picture(db: &dyn Db, kind: &'static str) -> Option<String> {
    let config = Site::get(db).config(db);
    let picture = match &config.brand.picture {
        Some(picture) => format!("/assets/{}", picture.asset),
        None => GeneratedFile::Picture(kind).url(db)?,
    };
    Some(below(config.base_url.as_ref()?, &picture))
}

/// Serialises JSON-LD for a script element.
pub(super) fn json_ld(mut about: Value) -> String {
    about["@context"] = "https://schema.org".into();
    remove_empty(&mut about);
    // Without `<`, the text cannot close the script element.
    about.to_string().replace('<', "\\u003c")
}

pub(super) fn person_object(scope: &Scope, person: &PersonRef) -> Value {
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

/// An intermediate role object (schema.org/Role), which repeats the property that contains it.
pub(super) fn role_object(role: &str, property: &str, holder: Value) -> Value {
    let mut object = json!({"@type": "OrganizationRole", "roleName": role});
    object[property] = holder;
    object
}

/// Absolute address of a page, if the site has a base URL.
pub(super) fn address(db: &dyn Db, route: &Route) -> Option<String> {
    let base_url = Site::get(db).config(db).base_url.as_ref()?;
    Some(below(base_url, &route.url(db)))
}

fn remove_empty(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null() && *value != json!([]));
            fields.values_mut().for_each(remove_empty);
        }
        Value::Array(values) => values.iter_mut().for_each(remove_empty),
        _ => {}
    }
}
