//! Running text as the parser emits it: in pieces, separated at escapes and entities.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::CowStr;

/// A run of text with the span of each of its pieces.
pub(super) struct Run<'a> {
    /// The text with escapes and entities resolved.
    pub text: Cow<'a, str>,
    /// Byte range of the whole in the source.
    pub span: Range<usize>,
    /// Offset of each piece in `text` and its byte range in the source. Empty if the run is one piece.
    pieces: Vec<(usize, Range<usize>)>,
}

impl<'a> Run<'a> {
    /// Creates a run of one piece.
    pub(super) fn new(text: CowStr<'a>, span: Range<usize>) -> Self {
        Self { text: text.into(), span, pieces: Vec::new() }
    }

    /// Creates a run for raw HTML in a table cell, where a bar is written `\|`.
    pub(super) fn of_cell(html: &str, span: Range<usize>) -> Self {
        let mut starts: Vec<usize> = html.match_indices("\\|").map(|(at, _)| at).collect();
        starts.push(html.len());
        let shifted = |from: usize, to: usize| span.start + from..span.start + to;
        let mut run = Self::new(html[..starts[0]].to_owned().into(), shifted(0, starts[0]));
        for pair in starts.windows(2) {
            let from = pair[0] + 1;
            run.push(&html[from..pair[1]], shifted(from, pair[1]));
        }
        run
    }

    /// Appends a piece.
    pub(super) fn push(&mut self, text: &str, span: Range<usize>) {
        if self.pieces.is_empty() {
            self.pieces.push((0, self.span.clone()));
        }
        self.span.end = span.end;
        self.pieces.push((self.text.len(), span));
        self.text.to_mut().push_str(text);
    }

    /// The span in the source of a part of the text. A character written as an entity has the span of the whole
    /// entity.
    pub(super) fn source_span(&self, part: &Range<usize>) -> Range<usize> {
        let (first, is_first_verbatim) = self.piece(part.start);
        let (last, is_last_verbatim) = self.piece(part.end.saturating_sub(1).max(part.start));
        let start = first.1.start + if is_first_verbatim { part.start - first.0 } else { 0 };
        let end = if is_last_verbatim { last.1.start + part.end - last.0 } else { last.1.end };
        start..end
    }

    /// The piece that contains an offset of the text, and whether it is identical in the source.
    fn piece(&self, at: usize) -> ((usize, Range<usize>), bool) {
        let after = self.pieces.partition_point(|(start, _)| *start <= at);
        let end = self.pieces.get(after).map_or(self.text.len(), |(start, _)| *start);
        let piece = after.checked_sub(1).map_or((0, self.span.clone()), |index| self.pieces[index].clone());
        let is_verbatim = piece.1.len() == end - piece.0;
        (piece, is_verbatim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_parts_account_for_entities() {
        let source = "a &amp;b \\* c";
        let mut run = Run::new("a ".into(), 0..2);
        for span in [(2..7, "&"), (7..9, "b "), (10..13, "* c")] {
            run.push(span.1, span.0);
        }
        assert_eq!(&*run.text, "a &b * c");
        for (part, expected) in
            [(0..1, "a"), (2..3, "&amp;"), (2..4, "&amp;b"), (5..6, "*"), (3..8, "b \\* c")]
        {
            assert_eq!(&source[run.source_span(&part)], expected, "{part:?}");
        }
        let source = "| <a b=c\\|d\\|e> |";
        let run = Run::of_cell(&source[2..15], 2..15);
        assert_eq!(&*run.text, "<a b=c|d|e>");
        for (part, expected) in [(0..11, "<a b=c\\|d\\|e>"), (5..6, "c"), (6..8, "|d"), (9..10, "e")] {
            assert_eq!(&source[run.source_span(&part)], expected, "{part:?}");
        }
        assert_eq!(Run::new("plain".into(), 4..9).source_span(&(1..3)), 5..7);
    }
}
