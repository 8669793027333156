//! People in data files of all formats.

use std::sync::Arc;

use crate::diagnostic::code;
use crate::email::{has_email, without_emails};
use crate::facts::{Account, AccountKind, Person};
use crate::parse::{At, Reader};
use crate::site_path::check_id;

/// The texts of a person's data.
#[derive(Default)]
pub(super) struct PersonTexts {
    /// Names of accounts, in the order of their kinds.
    pub(super) accounts: Vec<(Arc<AccountKind>, At<String>)>,
    /// The full name.
    pub(super) name: Option<At<String>>,
    /// The employer.
    pub(super) company: Option<At<String>>,
    /// The start of the term.
    pub(super) since: Option<At<String>>,
    /// The end of the term.
    pub(super) until: Option<At<String>>,
}

/// Makes a person of texts. Reports and leaves out a name or account that cannot be one; `None` without either.
pub(super) fn person(reader: &mut Reader, texts: PersonTexts) -> Option<Person> {
    let PersonTexts { accounts: names, name, company, since, until } = texts;
    let name = name.and_then(|text| without_addresses(reader, "name", text));
    let company = company.and_then(|text| without_addresses(reader, "company", text));
    let mut valid = Vec::new();
    for (kind, name) in names {
        if kind.fits(&name) && !has_email(&name) && check_id(&Person::id_of(&name)).is_ok() {
            valid.push((kind, name));
            continue;
        }
        // Diagnostics are published, too: in logs.
        let shown = if has_email(&name) { ": an email address" } else { &format!(" `{}`", name.value) };
        let message = format!("invalid {} handle{shown}", kind.label);
        let help =
            "write the name of the account alone; without an account, give the name of the person as `name`";
        reader.report(code::DATA_INVALID_VALUE, &name.span, message, Some(help.to_owned()));
    }
    let identifying = valid.first().map(|(_, name)| name).or(name.as_ref())?;
    let id = At { value: Person::id_of(identifying), span: identifying.span.clone() };
    if check_id(&id.value).is_err() {
        let message = format!("the name `{}` cannot be part of an address", identifying.value);
        reader.report(code::DATA_INVALID_VALUE, &id.span, message, None);
        return None;
    }
    let accounts = valid.iter().map(|(kind, name)| Account { kind: kind.clone(), name: name.value.clone() });
    let accounts = accounts.collect();
    let name = name.as_ref().unwrap_or(identifying).value.clone();
    Some(Person {
        id,
        accounts,
        name,
        company: company.map(At::into_value),
        since: since.and_then(|text| without_addresses(reader, "since", text)).map(At::into_value),
        until: until.and_then(|text| without_addresses(reader, "until", text)).map(At::into_value),
    })
}

/// Removes email addresses, which must never be published, from a text about a person.
pub(super) fn without_addresses(reader: &mut Reader, name: &str, text: At<String>) -> Option<At<String>> {
    if !has_email(&text.value) {
        return Some(text);
    }
    let message = format!("`{name}` contains an email address, which is left out");
    let help = "move it to `email`, which is never shown".to_owned();
    reader.warn(code::DATA_INVALID_VALUE, &text.span, message, Some(help));
    let value = without_emails(&text.value).into_owned();
    (!value.is_empty()).then_some(At { value, span: text.span })
}
