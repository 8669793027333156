//! `rolebook explain`

use super::cli::{ExplainArgs, areas};
use super::markdown;
use super::settings::has_colored_stdout;
use super::{SUCCESS, USAGE_ERROR, emit, usage};
use crate::diagnostic::{CODES, Code, code, nearest};

/// Width of the text where standard output is not a terminal.
const WIDTH: usize = 80;
/// Minimum width of the text.
const MIN_WIDTH: usize = 20;
/// Maximum width of the text; longer lines are hard to read.
const MAX_WIDTH: usize = 100;

/// Prints the documentation of a code, or the codes of an area.
pub(super) fn run(args: &ExplainArgs) -> u8 {
    // As a diagnostic shows it: `[link/missing-anchor]`.
    let name = args.code.trim_matches(['[', ']', '/']).to_lowercase();
    let text = if let Some(code) = named(&name) {
        page(code)
    } else {
        let codes: Vec<Code> = CODES.iter().copied().filter(|code| code.area() == name).collect();
        if codes.is_empty() {
            return usage(format!("unknown code `{}`\nhelp: {}", args.code, help(&name)));
        }
        codes.into_iter().map(summary).collect()
    };
    if emit(&text) { SUCCESS } else { USAGE_ERROR }
}

/// The code with a name, or with a name that is unique without the area.
fn named(name: &str) -> Option<Code> {
    let is_named =
        |code: &&Code| *code == &name || code.name().split_once('/').is_some_and(|(_, last)| last == name);
    let mut codes = CODES.iter().filter(is_named);
    codes.next().filter(|code| *code == &name || codes.next().is_none()).copied()
}

fn page(code: Code) -> String {
    let text = markdown::text(code::page(code), width(), has_colored_stdout());
    format!("{text}\n{}\n", code.address())
}

fn width() -> usize {
    let size = console::Term::stdout().size_checked();
    size.map_or(WIDTH, |(_, columns)| usize::from(columns).clamp(MIN_WIDTH, MAX_WIDTH))
}

/// Advice for an unknown code: the nearest code, or else the areas.
fn help(name: &str) -> String {
    let areas = areas();
    let names = CODES.iter().map(|code| code.name()).chain(areas.iter().copied());
    match (nearest(name, names), name.split_once('/')) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some((area, _))) if areas.contains(&area) => {
            format!("`rolebook explain {area}` lists the codes of `{area}`")
        }
        _ => format!("the areas are {}; `rolebook explain AREA` lists their codes", areas.join(", ")),
    }
}

/// A code with the first sentence of its page.
fn summary(code: Code) -> String {
    let indent = "    ";
    let lines = markdown::text(&sentence(code), width() - indent.len(), false);
    let lines = lines.lines().map(|line| format!("{indent}{line}\n"));
    format!("{code}\n{}", lines.collect::<String>())
}

/// The first sentence of the page of a code, in Markdown.
fn sentence(code: Code) -> String {
    let paragraphs = code::page(code).split("\n\n").map(str::trim);
    let mut prose = paragraphs.filter(|text| !text.starts_with('#') && !text.starts_with("Severity:"));
    let paragraph = prose.next().unwrap_or_default().replace('\n', " ");
    let sentence = paragraph.split_once(". ").map_or(paragraph.as_str(), |(sentence, _)| sentence);
    sentence.trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_summary() {
        for code in CODES {
            assert!(sentence(*code).len() > 15, "{code}: {}", sentence(*code));
        }
    }

    #[test]
    fn names_without_area_are_found_if_unique() {
        assert_eq!(named("link/missing-anchor"), named("missing-anchor"));
        assert!(named("drift").is_some());
        assert_eq!(named("syntax"), None, "data/syntax and template/syntax");
        assert_eq!(named("link"), None);
    }
}
