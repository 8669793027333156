//! Role keys and other names from the words of the data.

/// The fields with the account, the name and the employer of a person, where an entry has no `person`.
pub(in crate::formats) const USUAL_HANDLES: [&str; 5] = ["github", "handle", "username", "login", "."];
pub(in crate::formats) const USUAL_NAMES: [&str; 2] = ["name", "full_name"];
pub(in crate::formats) const USUAL_COMPANIES: [&str; 3] = ["company", "affiliation", "organization"];

/// Maximum characters of a value in a diagnostic.
pub(super) const SHOWN: usize = 80;

/// The role key for the holders at a key of the data, between two texts: `co_leads` holds people with the role
/// `co-lead`, and `tcSponsor` one `tc-sponsor`. A text that the key already has is not added again.
pub(in crate::formats) fn role_key(before: &str, key: &str, after: &str) -> String {
    let words = kebab(key);
    if before.is_empty() && after.is_empty() {
        return singular(&words);
    }
    let before = if words.starts_with(before) { "" } else { before };
    let after = if words.ends_with(after) { "" } else { after };
    format!("{before}{words}{after}")
}

/// The words of a text in lower case with hyphens between them: `tech-lead` of `techLead` and `Tech Lead`.
pub(super) fn kebab(text: &str) -> String {
    let mut words = String::new();
    let mut last_is_lower = false;
    for char in text.trim().chars() {
        if char.is_uppercase() && last_is_lower {
            words.push('-');
        }
        last_is_lower = char.is_lowercase() || char.is_ascii_digit();
        if char.is_alphanumeric() || matches!(char, '-' | '.') {
            words.extend(char.to_lowercase());
        } else if !words.ends_with('-') {
            words.push('-');
        }
    }
    words.trim_matches('-').to_owned()
}

/// The singular of an English word: `chair` of `chairs`.
pub(in crate::formats) fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) => word.to_owned(),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}
