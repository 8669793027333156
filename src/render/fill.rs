//! The template filters for strings, numbers and dates: `fill`, `code`, `number`, `local_date`.

use tera::{Kwargs, State, TeraResult};

use crate::facts;
use crate::html::escape;
use crate::strings::{Numerals, Plurals, StringPart, Strings, parts};

/// Characters around a text with a direction of its own (Unicode Standard Annex 9).
const FIRST_STRONG_ISOLATE: &str = "\u{2068}";
const POP_DIRECTIONAL_ISOLATE: &str = "\u{2069}";

/// Fills the `{placeholders}` of a string with the arguments of the same names. If the value is a table of plural
/// forms, the number `n` selects one for the language. Strings are escaped, and so are arguments unless they are HTML
/// (`{% set x %}…{% endset %}`, `| safe`). Numbers are written with the signs of the language. In text from right to left,
/// arguments are isolated, as a name in another script would reorder the words around it.
pub(super) fn fill(
    language: &str,
    strings: &Strings,
) -> impl Fn(tera::Value, Kwargs, &State) -> TeraResult<tera::Value> + use<> {
    let plurals = Plurals::of(language);
    let numerals = strings.numerals();
    let is_isolated = strings.is_rtl();
    move |string: tera::Value, arguments: Kwargs, _: &State| {
        let string = match (string.as_str(), string.as_map()) {
            (Some(string), _) => string,
            (_, Some(forms)) => {
                let number: usize = arguments.must_get("n")?;
                form(forms, plurals.form(Some(number.into())))
            }
            _ => return Err(tera::Error::message("`fill` only accepts strings of the theme")),
        };
        let mut filled = String::with_capacity(string.len() + 32);
        for part in parts(string) {
            match part {
                StringPart::Text(text) => filled.push_str(&escape(text)),
                StringPart::Placeholder(name) => {
                    let value: tera::Value = arguments.must_get(name)?;
                    match (value.as_str(), value.as_i64()) {
                        (Some(text), _) if !value.is_safe() && is_isolated => {
                            filled.extend([FIRST_STRONG_ISOLATE, &escape(text), POP_DIRECTIONAL_ISOLATE]);
                        }
                        (Some(text), _) if !value.is_safe() => filled.push_str(&escape(text)),
                        (_, Some(number)) => filled.push_str(&escape(&numerals.write(&number.to_string()))),
                        _ => filled.push_str(&value.to_string()),
                    }
                }
            }
        }
        Ok(tera::Value::safe_string(&filled))
    }
}

/// Makes code of the text between backticks. Other text is escaped, unless it is HTML.
pub(super) fn code(value: tera::Value, _: Kwargs, _: &State) -> TeraResult<tera::Value> {
    let text = value.as_str().ok_or_else(|| tera::Error::message("`code` only accepts text"))?;
    let text = if value.is_safe() { text.to_owned() } else { escape(text) };
    let parts = text.split('`').enumerate();
    let html = parts.map(|(index, part)| match index % 2 {
        0 => part.to_owned(),
        _ => format!("<code>{part}</code>"),
    });
    Ok(tera::Value::safe_string(&html.collect::<String>()))
}

/// Writes a number, or a text that is one, with the signs of the language.
pub(super) fn number(numerals: Numerals) -> impl Fn(tera::Value, Kwargs, &State) -> TeraResult<String> {
    move |value: tera::Value, _: Kwargs, _: &State| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(numerals.write(&text).into_owned())
    }
}

/// Writes a date in the form `2026-03-14` as the language does. Other text stays.
pub(super) fn local_date(strings: Strings) -> impl Fn(&str, Kwargs, &State) -> TeraResult<String> {
    move |text: &str, _: Kwargs, _: &State| {
        Ok(facts::date(text).map_or_else(|| text.to_owned(), |date| strings.date(date)))
    }
}

/// The plural form of a name, or else the form `other`.
fn form<'a>(forms: &'a tera::Map, name: &'static str) -> &'a str {
    let of = |name: &'static str| forms.get(&tera::value::Key::from(name)).and_then(tera::Value::as_str);
    of(name).or_else(|| of(Plurals::OTHER)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strings with the signs of German.
    fn sample() -> Strings {
        let mut strings = Strings::default();
        let page = "[page]\nthousands = \".\"\ndecimal = \",\"\ndate = \"{day}.{month}.{year}\"\n";
        strings.table = page.parse().unwrap();
        strings
    }

    /// The result of a template expression in a language, with sample strings of a theme.
    fn filled(language: &str, expression: &str) -> Result<String, String> {
        let strings = r#"
            plain = "Made with {what} & {more}"
            brace = "a { b"
            [items]
            one = "{n} thing"
            few = "{n} few"
            many = "{n} many"
            other = "{n} others"
            [short]
            other = "{n} in all"
        "#;
        let mut tera = tera::Tera::default();
        tera.register_filter("fill", fill(language, &sample()));
        tera.register_filter("code", code);
        tera.register_filter("number", number(sample().numerals()));
        tera.register_filter("local_date", local_date(sample()));
        tera.global_context().insert("t", &strings.parse::<toml::Table>().unwrap());
        tera.add_raw_template("x.html", expression).unwrap();
        tera.render("x.html", &tera::Context::new()).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_select_the_plural_form_of_the_language() {
        let forms = |language: &str, numbers: &[u32]| -> Vec<String> {
            let form = |n: &u32| filled(language, &format!("{{{{ t.items | fill(n={n}) }}}}")).unwrap();
            numbers.iter().map(form).collect()
        };
        assert_eq!(forms("en", &[0, 1, 2]), ["0 others", "1 thing", "2 others"]);
        assert_eq!(forms("de-AT", &[0, 1, 2]), ["0 others", "1 thing", "2 others"]);
        assert_eq!(
            forms("pl", &[1, 2, 5, 12, 22, 25]),
            ["1 thing", "2 few", "5 many", "12 many", "22 few", "25 many"]
        );
        // Forms missing from the strings (zero, two) fall back to `other`.
        assert_eq!(
            forms("ar", &[0, 2, 3, 11, 100]),
            ["0 others", "2 others", "3 few", "11 many", "100 others"]
        );
        assert_eq!(filled("en", "{{ t.short | fill(n=1) }}").unwrap(), "1 in all");
        assert_eq!(filled("no language", "{{ t.items | fill(n=1) }}").unwrap(), "1 thing");
    }

    #[test]
    fn long_numbers_are_grouped() {
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("-9999", "-9.999"),
            ("10000", "10.000"),
            ("-123456", "-123.456"),
            ("1234567", "1.234.567"),
        ] {
            let expression = format!("{{{{ t.short | fill(n={number}) }}}}");
            // Placeholders in text arguments are not filled in.
            let text = format!("{{{{ t.plain | fill(what='12345', more={number}) }}}}");
            if !number.starts_with('-') {
                assert_eq!(filled("en", &expression).unwrap(), format!("{expected} in all"));
            }
            assert_eq!(filled("en", &text).unwrap(), format!("Made with 12345 &amp; {expected}"));
        }
    }

    #[test]
    fn names_are_isolated_from_right_to_left() {
        let mut strings = sample();
        strings.table.insert("direction".into(), "rtl".into());
        let mut tera = tera::Tera::default();
        tera.register_filter("fill", fill("ar", &strings));
        tera.add_raw_template(
            "x.html",
            "{% set x %}<b>c</b>{% endset %}{{ '{a} {b} {n}' | fill(a='a', b=x, n=1) }}",
        )
        .unwrap();
        let filled = tera.render("x.html", &tera::Context::new()).unwrap();
        assert_eq!(filled, "\u{2068}a\u{2069} <b>c</b> 1");
    }

    #[test]
    fn numbers_dates_and_code_are_formatted() {
        for (expression, expected) in [
            ("{{ '1234.5' | number }}", "1.234,5"),
            ("{{ 12345 | number }}", "12.345"),
            ("{{ '2026-03-14' | local_date }}", "14.03.2026"),
            ("{{ 'soon' | local_date }}", "soon"),
            ("{{ 'a < `b` & `c`' | code }}", "a &lt; <code>b</code> &amp; <code>c</code>"),
            ("{{ t.plain | fill(what='`x`', more=1) | code }}", "Made with <code>x</code> &amp; 1"),
        ] {
            assert_eq!(filled("en", expression).unwrap(), expected, "{expression}");
        }
    }

    #[test]
    fn strings_and_text_are_escaped_and_html_is_not() {
        let html = filled("en", "{% set x %}<b>x</b>{% endset %}{{ t.plain | fill(what='<i>', more=x) }}");
        assert_eq!(html.unwrap(), "Made with &lt;i&gt; &amp; <b>x</b>");
        let safe = filled("en", "{{ t.plain | fill(what='<i>' | safe, more=1) }}");
        assert_eq!(safe.unwrap(), "Made with <i> &amp; 1");
        assert_eq!(filled("en", "{{ t.brace | fill() }}").unwrap(), "a { b");
    }

    #[test]
    fn missing_arguments_are_errors() {
        for (expression, says) in [
            ("{{ t.plain | fill(what=1) }}", "more"),
            ("{{ t.items | fill() }}", "`n`"),
            ("{{ 3 | fill(n=1) }}", "strings of the theme"),
        ] {
            let error = filled("en", expression).unwrap_err();
            assert!(error.contains(says) && error.contains("x.html"), "{error}");
        }
    }
}
