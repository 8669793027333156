//! Values with the place they were read from.

use std::ops::{Deref, Range};

/// A value and the byte range it was read from. The place never makes two values differ: what a page
/// shows does not change when a line is added above.
#[derive(Clone, Debug, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Byte range in its file.
    pub span: Range<usize>,
}

impl<T> At<T> {
    /// The value without its place.
    pub fn into_value(self) -> T {
        self.value
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
