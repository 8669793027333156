//! Lines of a text by byte offset.

/// Where the lines of a text begin: found once, however many places are asked for.
pub struct Lines(Vec<usize>);

impl Lines {
    /// The lines of a text.
    pub fn of(text: &str) -> Self {
        let further = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self(std::iter::once(0).chain(further).collect())
    }

    /// Number of the line that an offset is in, from 1.
    pub fn number(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at)
    }

    /// Offset at which the line of that number begins.
    pub fn start(&self, number: usize) -> usize {
        self.0[number - 1]
    }
}
