//! Faults of TOML files as diagnostics.

use crate::diagnostic::{Diagnostic, FileName, Location, nearest};

/// What the TOML reader says, with a code, the place and, for an unknown key, the nearest known one.
pub fn toml_error(file: &FileName, text: &str, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim().to_owned();
    let location = error.span().map(|span| Location::of(file, text, span));
    let code = match message.as_str() {
        m if m.starts_with("unknown field") || m.starts_with("unexpected keys") => "data/unknown-field",
        m if m.starts_with("missing field") => "data/missing-field",
        m if m.starts_with("invalid type") => "data/wrong-type",
        m if m.starts_with("unknown variant") || m.starts_with("invalid value") => "data/invalid-value",
        m if m.starts_with("duplicate") => "data/duplicate-id",
        _ => "data/syntax",
    };
    let mut quoted = message.split('`').skip(1).step_by(2);
    let suggestion = matches!(code, "data/unknown-field" | "data/invalid-value")
        .then(|| quoted.next())
        .flatten()
        .and_then(|given| nearest(given, quoted))
        .map(|known| format!("did you mean `{known}`?"));
    let first_line = message.lines().next().unwrap_or_default().to_owned();
    let diagnostic = Diagnostic::error(code, first_line, location);
    match suggestion {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
