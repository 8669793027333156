//! Reads the words of a community, in `site.toml` or in a preset.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::contact_kinds::{accounts, channels};
use super::keys::{COLUMNS, KIND, NAMED_ROLE};
use crate::facts::{KIND_NAME, Kind, MapColumn, NamedRole, Vocabulary, iana_zone, zone_names};
use crate::parse::{At, Fields, Reader, SeenIds};
use crate::site_path::check_id;

/// Reads `[kinds]`, `[channels]`, `[accounts]`, `[roles]` and `[zones]`, and adds what they define to a vocabulary.
pub fn vocabulary(reader: &mut Reader, fields: &mut Fields, base: &Vocabulary) -> Vocabulary {
    let kinds = kinds(reader, fields);
    let mut roles = base.roles.clone();
    roles.extend(self::roles(reader, fields));
    let mut zones = base.zones.clone();
    zones.extend(self::zones(reader, fields));
    let channels = channels(reader, fields, &base.channels);
    let accounts = accounts(reader, fields, &base.accounts);
    Vocabulary { kinds: base.kinds.extended(kinds), channels, accounts, roles, zones }
}

/// Reads `[roles.<id>]`: roles of the data that no document describes.
fn roles(reader: &mut Reader, fields: &mut Fields) -> IndexMap<String, NamedRole> {
    let mut roles = IndexMap::new();
    for (id, node) in fields.entries(reader, "roles") {
        let Some(mut fields) = reader.fields(&id, node, &NAMED_ROLE) else { continue };
        let title = fields.required(reader, "title").map(At::into_value);
        let short = fields.text(reader, "short").map(At::into_value);
        let leads = fields.boolean(reader, "leads").unwrap_or(true);
        let (mut min, mut recommended) = (None, None);
        if let Some(mut fields) = fields.table(reader, "number") {
            min = fields.number(reader, "min");
            recommended = fields.number(reader, "recommended");
            fields.finish(reader);
        }
        fields.finish(reader);
        if let Err(fault) = check_id(&id.value) {
            reader.invalid(&id, format!("invalid id `{}`: it {fault}", id.value), None);
        }
        let title = title.unwrap_or_else(|| id.value.clone());
        roles.insert(id.value, NamedRole { title, short, leads, recommended, min });
    }
    roles
}

/// Reads `[kinds.<id>]`: kinds of group of the community's own.
fn kinds(reader: &mut Reader, fields: &mut Fields) -> IndexMap<String, Kind> {
    let mut kinds = IndexMap::new();
    for (id, node) in fields.entries(reader, "kinds") {
        let Some(mut fields) = reader.fields(&id, node, &KIND) else { continue };
        let label = fields.required(reader, "label").map(At::into_value).unwrap_or_default();
        let plural = fields.required(reader, "plural").map(At::into_value).unwrap_or_default();
        let title = fields.filled(reader, "title");
        if let Some(title) = title.as_ref().filter(|title| !title.contains(KIND_NAME)) {
            let help = format!("write `{KIND_NAME}` for the name of the group, such as `Team {KIND_NAME}`");
            reader.invalid(title, format!("no `{KIND_NAME}` in the title `{}`", title.value), Some(&help));
        }
        let order = fields.number(reader, "order").unwrap_or(u32::MAX);
        let map = fields.text(reader, "map").and_then(|column| map_column(reader, &column));
        fields.finish(reader);
        if let Err(fault) = check_id(&id.value) {
            reader.invalid(&id, format!("invalid id `{}`: it {fault}", id.value), None);
        }
        let title = title.map_or_else(|| KIND_NAME.to_owned(), At::into_value);
        let map = map.unwrap_or_default();
        kinds.insert(id.value.clone(), Kind { id: id.value, label, plural, title, order, map });
    }
    kinds
}

fn map_column(reader: &mut Reader, column: &At<String>) -> Option<MapColumn> {
    reader.choice(column, "column of the map", COLUMNS)
}

/// Reads `[zones]`: the community's names of zones.
fn zones(reader: &mut Reader, fields: &mut Fields) -> BTreeMap<String, String> {
    let (mut zones, mut seen) = (BTreeMap::new(), SeenIds::new());
    for (name, node) in fields.entries(reader, "zones") {
        let Some(zone) = reader.filled(&name, node) else { continue };
        let word = At { value: name.trim().to_lowercase(), span: name.span };
        match iana_zone(&zone) {
            Some(iana) if reader.unique(&mut seen, &word, "zone") => {
                zones.insert(word.value, iana);
            }
            Some(_) => {}
            None => {
                let names = zone_names();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                reader.unknown_value(&zone, "time zone", &names);
            }
        }
    }
    zones
}
