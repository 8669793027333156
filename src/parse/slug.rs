//! The ids that GitHub gives headings.

use std::collections::HashMap;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The id of a heading's text, before duplicates are told apart: lower case; letters, marks, numbers,
/// connecting punctuation and hyphens stay, spaces become hyphens, all else is dropped.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.chars().flat_map(char::to_lowercase) {
        match char {
            'a'..='z' | '0'..='9' | '-' | '_' => slug.push(char),
            ' ' => slug.push('-'),
            char if char.is_ascii() => {}
            char => {
                let kept = matches!(
                    char.general_category_group(),
                    GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
                ) || char.general_category() == GeneralCategory::ConnectorPunctuation;
                if kept {
                    slug.push(char);
                }
            }
        }
    }
    slug
}

/// Tells the headings of one document apart: the second `x` is `x-1`, the third `x-2`.
#[derive(Default)]
pub struct Slugs {
    used: HashMap<String, usize>,
}

impl Slugs {
    /// The id of the next heading.
    pub fn next(&mut self, text: &str) -> String {
        let base = slug(text);
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
