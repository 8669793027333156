//! GitHub's heading ids.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The id of a heading before duplicates are numbered, as on GitHub: lower case; alphabetic characters, marks,
/// decimal digits, connecting punctuation and hyphens stay; spaces become hyphens; everything else is dropped. So `Ⓑ`
/// and `Ⅳ` stay, which Unicode counts as alphabetic, and `②` and `½` are dropped.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.chars().flat_map(char::to_lowercase) {
        match char {
            'a'..='z' | '0'..='9' | '-' | '_' => slug.push(char),
            ' ' => slug.push('-'),
            char if char.is_ascii() => {}
            char => {
                let is_word = char.is_alphabetic()
                    || char.general_category_group() == GeneralCategoryGroup::Mark
                    || matches!(
                        char.general_category(),
                        GeneralCategory::DecimalNumber | GeneralCategory::ConnectorPunctuation
                    );
                if is_word {
                    slug.push(char);
                }
            }
        }
    }
    slug
}

/// The prefix that GitHub adds to ids of documents.
pub const PREFIX: &str = "user-content-";

/// The id of an anchor on its page. It has GitHub's prefix if it could collide with an id of the page itself: of the
/// theme, of a footnote, or of a list of citations.
pub fn page_id(id: &str) -> Cow<'_, str> {
    let footnote = id.strip_prefix("fn.").or_else(|| id.strip_prefix("fnref."));
    let is_reserved = id == "cited-by"
        || ["rb-", "cited-by."].iter().any(|start| id.starts_with(start))
        || footnote.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    if is_reserved { format!("{PREFIX}{id}").into() } else { id.into() }
}

/// Makes the heading ids of a document unique: the second `x` becomes `x-1`, the third `x-2`.
#[derive(Default)]
pub struct Slugs {
    used: HashMap<String, usize>,
}

impl Slugs {
    /// Returns the id of the next heading, see [`page_id`].
    pub fn next(&mut self, text: &str) -> String {
        let base = page_id(&slug(text)).into_owned();
        let mut id = base.clone();
        while self.used.contains_key(&id) {
            let count = self.used.entry(base.clone()).or_default();
            *count += 1;
            id = format!("{base}-{count}");
        }
        self.used.insert(id.clone(), 0);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::{Slugs, slug};

    #[test]
    fn ids_match_github() {
        for (heading, id) in [
            ("Step ② gather", "step--gather"),
            ("Ⓑ backup", "ⓑ-backup"),
            ("Chapter Ⅳ", "chapter-ⅳ"),
            ("½ cup, 10² m", "-cup-10-m"),
            ("Раздел ٣", "раздел-٣"),
            ("第一章 名前", "第一章-名前"),
            ("e\u{301}te\u{301}", "e\u{301}te\u{301}"),
            ("हिन्दी", "हिन्दी"),
            ("snake_case‿tie", "snake_case‿tie"),
            ("🎉 Party", "-party"),
            ("⚠\u{fe0f} Care", "\u{fe0f}-care"),
            ("👩\u{200d}💻 Work", "-work"),
            (":tada: Party", "tada-party"),
            ("C++ & C#", "c--c"),
            ("a\u{a0}b\tc\nd", "abcd"),
            ("1 + 1 = 2 €", "1--1--2-"),
            ("İx ΑΣ", "i\u{307}x-ας".replace('ς', "σ").as_str()),
        ] {
            assert_eq!(slug(heading), id, "{heading}");
        }
    }

    #[test]
    fn duplicate_ids_are_numbered() {
        let mut slugs = Slugs::default();
        let ids = ["x", "x", "x 1", "X!", "x-2", "x", "🎉", "🎉"].map(|heading| slugs.next(heading));
        assert_eq!(ids, ["x", "x-1", "x-1-1", "x-2", "x-2-1", "x-3", "", "-1"]);
    }
}
