//! The filter `fill` of templates: words of the theme with their blanks filled.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRuleType, PluralRules, PluralRulesOptions};
use tera::{Kwargs, State, TeraResult};

use crate::html::escape;

/// In a language: a word with its `{blanks}` filled by the arguments of the same
/// names. Of a table of forms, the number `n` chooses one. Words are escaped; arguments are, unless they are HTML
/// already (`{% set x %}…{% endset %}`, `| safe`).
pub fn fill(language: &str) -> impl Fn(tera::Value, Kwargs, &State) -> TeraResult<tera::Value> + use<> {
    let locale: Locale = language.parse().unwrap_or(icu_locale_core::locale!("en"));
    let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
    let rules = PluralRules::try_new((&locale).into(), options).ok();
    move |word: tera::Value, arguments: Kwargs, _: &State| {
        let word = match (word.as_str(), word.as_map()) {
            (Some(word), _) => word,
            (_, Some(forms)) => {
                let number: usize = arguments.must_get("n")?;
                form(forms, rules.as_ref().map_or(PluralCategory::Other, |rules| rules.category_for(number)))
            }
            _ => return Err(tera::Error::message("`fill` is for words of the theme")),
        };
        let mut filled = String::with_capacity(word.len() + 32);
        let mut rest = word;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((blank, after)) = after.split_once('}') else { break };
            filled.push_str(&escape(before));
            let value: tera::Value = arguments.must_get(blank)?;
            match value.as_str() {
                Some(text) if !value.is_safe() => filled.push_str(&escape(text)),
                _ => filled.push_str(&value.to_string()),
            }
            rest = after;
        }
        filled.push_str(&escape(rest));
        Ok(tera::Value::safe_string(&filled))
    }
}

/// The form of a category; where a language's file lacks it, the one for all numbers.
fn form(forms: &tera::Map, category: PluralCategory) -> &str {
    let of = |name: &'static str| forms.get(&tera::value::Key::from(name)).and_then(tera::Value::as_str);
    of(name(category)).or_else(|| of("other")).unwrap_or_default()
}

fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
