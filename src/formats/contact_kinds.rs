//! Reads the kinds of channel and account of a community.

use std::sync::Arc;

use super::handbook::PERSON_KEYS;
use super::keys::{ACCOUNT, CHANNEL};
use crate::facts::{ACCOUNT_NAME, AccountKind, CHANNEL_VALUE, ChannelKind, Need, Vocabulary};
use crate::parse::shape::Record;
use crate::parse::{At, Fields, Node, Reader};
use crate::url::is_pattern;

/// Characters of account names besides letters and digits, for kinds that do not list them.
const SYMBOLS: &str = "-_.";

/// Reads `[channels.<id>]`. A kind with the id of one of `base` changes it; others follow in the order of the file.
pub(super) fn channels(
    reader: &mut Reader,
    fields: &mut Fields,
    base: &[Arc<ChannelKind>],
) -> Vec<Arc<ChannelKind>> {
    read_kinds(reader, fields, ("channels", &CHANNEL), base, |kind| &kind.id, channel)
}

/// Reads `[accounts.<id>]`, like [`channels`].
pub(super) fn accounts(
    reader: &mut Reader,
    fields: &mut Fields,
    base: &[Arc<AccountKind>],
) -> Vec<Arc<AccountKind>> {
    read_kinds(reader, fields, ("accounts", &ACCOUNT), base, |kind| &kind.id, account)
}

/// Reads a table of kinds. `read` receives all kinds so far and the position of the kind that the entry changes.
fn read_kinds<K>(
    reader: &mut Reader,
    fields: &mut Fields,
    (table, record): (&'static str, &'static Record),
    base: &[Arc<K>],
    id_of: impl Fn(&K) -> &String,
    read: impl Fn(&mut Reader, &mut Fields, &At<String>, &[Arc<K>], Option<usize>) -> K,
) -> Vec<Arc<K>> {
    const LAST: u32 = u32::MAX;
    let mut kinds = base.to_vec();
    let mut orders = vec![LAST; kinds.len()];
    let entries: Vec<(At<String>, &Node)> = fields.entries(reader, table);
    for (id, node) in entries {
        let Some(mut fields) = reader.fields(&id, node, record) else { continue };
        if !is_key(&id.value) {
            let help = "use lower-case letters, digits and hyphens";
            reader.invalid(&id, format!("invalid id `{}`", id.value), Some(help));
        }
        let changed = kinds.iter().position(|kind| *id_of(kind) == id.value);
        let order = fields.number(reader, "order").unwrap_or(LAST);
        let kind = Arc::new(read(reader, &mut fields, &id, &kinds, changed));
        fields.finish(reader);
        match changed {
            Some(index) => (kinds[index], orders[index]) = (kind, order),
            None => {
                kinds.push(kind);
                orders.push(order);
            }
        }
    }
    let mut ordered: Vec<_> = orders.into_iter().zip(kinds).collect();
    ordered.sort_by_key(|(order, _)| *order);
    ordered.into_iter().map(|(_, kind)| kind).collect()
}

fn channel(
    reader: &mut Reader,
    fields: &mut Fields,
    id: &At<String>,
    kinds: &[Arc<ChannelKind>],
    changed: Option<usize>,
) -> ChannelKind {
    let own = changed.map(|index| &*kinds[index]);
    let label = label(reader, fields, own.map(|own| &own.label));
    let title = with_placeholder(reader, fields, "title", CHANNEL_VALUE);
    let url = pattern(reader, fields, CHANNEL_VALUE);
    let absent = fields.filled(reader, "absent").map(At::into_value);
    let flag = |value: Option<bool>, of: fn(&ChannelKind) -> bool| value.unwrap_or(own.is_some_and(of));
    let chat = flag(fields.boolean(reader, "chat"), |own| own.chat);
    let mail = flag(fields.boolean(reader, "mail"), |own| own.mail);
    let private = flag(fields.boolean(reader, "private"), |own| own.private);
    let page = flag(fields.boolean(reader, "page"), |own| own.page);
    let key = fields.filled(reader, "key");
    let default_key = || own.map_or_else(|| id.value.replace('-', "_"), |own| own.key.clone());
    let key = key.unwrap_or_else(|| At { value: default_key(), span: id.span.clone() });
    check_key(reader, &key, kinds.iter().filter(|kind| kind.id != id.value));
    ChannelKind {
        id: id.value.clone(),
        key: key.value,
        absent: absent.or_else(|| own?.absent.clone()),
        label,
        title: title.or_else(|| own?.title.clone()),
        url: url.or_else(|| own?.url.clone()),
        chat,
        mail,
        private,
        page,
    }
}

/// Reports a key of a channel that another channel, fact or placeholder of a group has.
fn check_key<'a>(
    reader: &mut Reader,
    key: &At<String>,
    mut others: impl Iterator<Item = &'a Arc<ChannelKind>>,
) {
    let message = if let Some(other) = others.find(|other| other.key == key.value) {
        format!("the channel `{}` already has the key `{}`", other.id, key.value)
    } else if !is_key(&key.value) {
        format!("invalid key `{}`", key.value)
    } else if is_fact_of_groups(&key.value) {
        format!("the key `{}` has another meaning in groups", key.value)
    } else {
        return;
    };
    reader.invalid(key, message, Some("set `key` to a name of lower-case letters, digits, `-` and `_`"));
}

/// True if a fact of every community's groups has the name, apart from channels.
fn is_fact_of_groups(name: &str) -> bool {
    let without_channels = Vocabulary { channels: Vec::new(), ..Vocabulary::default() };
    !matches!(Need::read(&format!("group.{name}"), &without_channels), Need::Unknown(_))
}

fn account(
    reader: &mut Reader,
    fields: &mut Fields,
    id: &At<String>,
    kinds: &[Arc<AccountKind>],
    changed: Option<usize>,
) -> AccountKind {
    let own = changed.map(|index| &*kinds[index]);
    let label = label(reader, fields, own.map(|own| &own.label));
    let title = with_placeholder(reader, fields, "title", ACCOUNT_NAME);
    let url = pattern(reader, fields, ACCOUNT_NAME);
    let symbols = fields.filled(reader, "symbols").map(At::into_value);
    if PERSON_KEYS.contains(&id.as_str()) {
        reader.invalid(id, format!("`{}` is another field of a person", id.value), None);
    }
    AccountKind {
        id: id.value.clone(),
        label,
        title: title.or_else(|| Some(own?.title.clone())).unwrap_or_else(|| ACCOUNT_NAME.to_owned()),
        url: url.or_else(|| own?.url.clone()),
        symbols: symbols.or_else(|| Some(own?.symbols.clone())).unwrap_or_else(|| SYMBOLS.to_owned()),
    }
}

/// Reads the name of a kind, which a new kind must have.
fn label(reader: &mut Reader, fields: &mut Fields, own: Option<&String>) -> String {
    const KEY: &str = "label";
    let label = if own.is_some() { fields.filled(reader, KEY) } else { fields.required(reader, KEY) };
    label.map(At::into_value).or_else(|| own.cloned()).unwrap_or_default()
}

/// Reads a text that must contain a placeholder.
fn with_placeholder(
    reader: &mut Reader,
    fields: &mut Fields,
    key: &'static str,
    placeholder: &str,
) -> Option<String> {
    let text = fields.filled(reader, key)?;
    if !text.contains(placeholder) {
        let help = format!("write `{placeholder}` in place of the name");
        reader.invalid(&text, format!("no `{placeholder}` in `{key}`: `{}`", text.value), Some(&help));
    }
    Some(text.value)
}

/// Reads an address with a placeholder.
fn pattern(reader: &mut Reader, fields: &mut Fields, placeholder: &str) -> Option<String> {
    const KEY: &str = "url";
    let text = fields.filled(reader, KEY)?;
    if text.contains(placeholder) {
        if !is_pattern(&text, placeholder) {
            let help = format!("write the full address, such as https://example.org/{placeholder}");
            reader.invalid(&text, format!("invalid web address for `{KEY}`: `{}`", text.value), Some(&help));
        }
        return Some(text.value);
    }
    with_placeholder(reader, fields, KEY, placeholder)
}

/// True for names that can be keys in data files and parts of placeholders.
fn is_key(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(fits)
}
