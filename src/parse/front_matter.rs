//! Front matter: the block of metadata at the top of a document.

use super::{FrontMatter, FrontMatterFormat};

/// Returns the front matter of a text and the byte offset at which the body starts.
pub(super) fn front_matter(text: &str) -> (Option<FrontMatter>, usize) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let block = |fence: &str, format| {
        let first = text[start..].split_inclusive('\n').next()?;
        if first.trim_end() != fence || !first.ends_with('\n') {
            return None;
        }
        let from = start + first.len();
        let mut at = from;
        for line in text[from..].split_inclusive('\n') {
            if line.trim_end() == fence {
                return Some((FrontMatter { format, span: from..at }, at + line.len()));
            }
            at += line.len();
        }
        None
    };
    let toml = block("+++", FrontMatterFormat::Toml);
    let yaml =
        || block("---", FrontMatterFormat::Yaml).filter(|(block, _)| is_mapping(&text[block.span.clone()]));
    match toml.or_else(yaml) {
        Some((block, body)) => (Some(block), body),
        None => (None, start),
    }
}

/// True if text between two thematic breaks is YAML rather than prose: its first line that is neither blank nor a
/// comment is a key.
fn is_mapping(yaml: &str) -> bool {
    let line = yaml.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    line.is_none_or(|line| {
        line.split_once(':').is_some_and(|(key, rest)| {
            (rest.is_empty() || rest.starts_with(' '))
                && !key.is_empty()
                && key
                    .trim_matches(['"', '\''])
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        })
    })
}
