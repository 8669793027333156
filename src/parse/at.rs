//! Values with their spans.

use std::ops::{Deref, Range};

/// A value and the byte range it was read from. Spans do not take part in equality, so a line added above leaves what
/// a page shows equal.
#[derive(Clone, Debug, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Byte range in the file.
    pub span: Range<usize>,
}

impl<T> At<T> {
    /// Returns the value without its span.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl At<String> {
    /// The byte range in a file of a part of the text. If the file has the text in another form, as with escapes, the
    /// range of the whole text.
    pub fn part(&self, file: &str, part: Range<usize>) -> Range<usize> {
        let start = file.get(self.span.clone()).and_then(|written| written.find(&self.value));
        start.map_or_else(
            || self.span.clone(),
            |start| self.span.start + start + part.start..self.span.start + start + part.end,
        )
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T> Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
