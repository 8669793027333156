//! Content lines of RFC 5545: escaped, folded, and ended by CR LF.

/// Maximum length of a line in octets, without the line break.
const LONGEST: usize = 75;

/// The lines of a calendar.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// Adds a property whose value is not text: a date, a rule or an address.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut room = LONGEST;
        for char in name.chars().chain([':']).chain(value.chars()).filter(|char| !char.is_control()) {
            if char.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = LONGEST - 1;
            }
            room -= char.len_utf8();
            self.text.push(char);
        }
        self.text.push_str("\r\n");
    }

    /// Adds a text property.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for char in value.chars() {
            match char {
                '\n' => escaped.push_str("\\n"),
                '\\' | ';' | ',' => escaped.extend(['\\', char]),
                _ => escaped.push(char),
            }
        }
        self.line(name, &escaped);
    }

    /// Appends the lines of another calendar.
    pub(super) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
    }

    /// Returns the text of the file.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(value: &str) -> String {
        let mut lines = Lines::default();
        lines.text("SUMMARY", value);
        lines.finish()
    }

    #[test]
    fn text_values_are_escaped() {
        assert_eq!(
            rendered("a, b; c\\d: \"e\"\r\nEND:VEVENT"),
            "SUMMARY:a\\, b\\; c\\\\d: \"e\"\\nEND:VEVENT\r\n"
        );
        let mut lines = Lines::default();
        lines.line("URL", "https://x.example/\r\nATTENDEE:mailto:x");
        assert_eq!(lines.finish(), "URL:https://x.example/ATTENDEE:mailto:x\r\n");
    }

    #[test]
    fn lines_of_up_to_75_octets_are_not_folded() {
        let room = LONGEST - "SUMMARY:".len();
        assert_eq!(rendered(&"a".repeat(room)).matches("\r\n").count(), 1);
        let long = rendered(&"a".repeat(room + 75));
        let lengths: Vec<usize> = long.lines().map(str::len).collect();
        assert_eq!(lengths, [75, 75, 2]);
    }

    proptest! {
        #[test]
        fn folded_lines_are_short_and_unfold_to_the_value(value in "[a-z,;\\\\\\né漢🎉 ]{0,300}") {
            let text = rendered(&value);
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= LONGEST && !line.contains(['\r', '\n']));
            }
            let unfolded = text.replace("\r\n ", "");
            let escaped = value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
            prop_assert_eq!(unfolded, format!("SUMMARY:{escaped}\r\n"));
        }
    }
}
