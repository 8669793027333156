//! A picture of who cites whom, as SVG: roles on the left, documents on the right, a line for each citation.

use std::fmt::Write as _;

use super::escape;

use crate::url::Href;

/// A node of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub url: Href,
}

/// Who cites whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The left column.
    pub roles: Vec<Node>,
    /// The right column.
    pub documents: Vec<Node>,
    /// Places in `roles` and in `documents`, with the number of citations.
    pub governed: Vec<(usize, usize, usize)>,
    /// Places in `documents`: who cites, and whom; with the number of citations.
    pub cites: Vec<(usize, usize, usize)>,
}

/// Height of a row, and widths, in units of the picture.
const ROW: usize = 30;
const LEFT: usize = 230;
const RIGHT: usize = 480;
const WIDTH: usize = 1000;
const LONGEST: usize = 31;

/// Draws a graph. Colours and strokes are the style sheet's, by class; `label` says what it shows. It is a
/// group and no image: what is in an image is hidden from screen readers, and here are links.
pub fn graph(graph: &Graph, label: &str) -> String {
    let rows = graph.roles.len().max(graph.documents.len());
    let height = rows * ROW + ROW;
    let row = |index: usize, of: usize| ROW / 2 + index * ROW + (rows - of) * ROW / 2 + ROW / 2;
    let left = |index| row(index, graph.roles.len());
    let right = |index| row(index, graph.documents.len());
    let mut svg = format!(
        "<svg class=\"rb-graph\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"group\" aria-label=\"{}\">\n",
        escape(label)
    );
    for (role, document, times) in &graph.governed {
        let (from, to) = (left(*role), right(*document));
        let middle = (LEFT + RIGHT) / 2;
        let _ = writeln!(
            svg,
            "<path class=\"rb-edge rb-edge-{}\" data-from=\"r{role}\" data-to=\"d{document}\" d=\"M{} {from}C{middle} {from} {middle} {to} {} {to}\"/>",
            weight(*times),
            LEFT + 8,
            RIGHT - 8
        );
    }
    // Citations among documents bend around their right side, the farther the wider; the dot is at the cited.
    let edge = RIGHT + 12 + LONGEST * 9;
    for (from, to, times) in &graph.cites {
        let (start, end) = (right(*from), right(*to));
        let bend = edge + 20 + start.abs_diff(end) * 150 / height.max(1);
        let _ = writeln!(
            svg,
            "<path class=\"rb-edge rb-edge-{}\" data-from=\"d{from}\" data-to=\"d{to}\" d=\"M{edge} {start}C{bend} {start} {bend} {end} {edge} {end}\"/><circle class=\"rb-edge-end\" cx=\"{edge}\" cy=\"{end}\" r=\"3\"/>",
            weight(*times)
        );
    }
    for (index, node) in graph.roles.iter().enumerate() {
        label_of(&mut svg, node, &format!("r{index}"), LEFT, left(index), true);
    }
    for (index, node) in graph.documents.iter().enumerate() {
        label_of(&mut svg, node, &format!("d{index}"), RIGHT, right(index), false);
    }
    svg.push_str("</svg>");
    svg
}

fn label_of(svg: &mut String, node: &Node, id: &str, x: usize, y: usize, ends: bool) {
    let label = cut(&node.label, LONGEST);
    let anchor = if ends { "end" } else { "start" };
    let _ = writeln!(
        svg,
        "<a href=\"{}\" class=\"rb-node\" data-node=\"{id}\"><title>{}</title><circle cx=\"{x}\" cy=\"{y}\" r=\"4\"/><text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text></a>",
        escape(&node.url),
        escape(&node.label),
        if ends { x - 12 } else { x + 12 },
        y + 5,
        escape(&label)
    );
}

/// A label that is no longer than there is room for.
pub(super) fn cut(label: &str, longest: usize) -> String {
    match label.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", label[..end].trim_end()),
        None => label.to_owned(),
    }
}

/// One, few or many.
fn weight(times: usize) -> u8 {
    match times {
        0 | 1 => 1,
        2..=4 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_and_citation_is_drawn_and_text_is_escaped() {
        let node = |label: &str| Node { label: label.into(), url: "x/?a&b".into() };
        let drawn = graph(
            &Graph {
                roles: vec![node("Chair")],
                documents: vec![
                    node("<Rules>"),
                    node("A very long title that nobody could ever read in a picture"),
                ],
                governed: vec![(0, 0, 1), (0, 1, 7)],
                cites: vec![(0, 1, 2)],
            },
            "Who \"cites\" whom",
        );
        assert_eq!(drawn.matches("<a href=\"x/?a&amp;b\"").count(), 3);
        assert_eq!(drawn.matches("<path").count(), 3);
        assert!(
            drawn.contains("&lt;Rules&gt;") && drawn.contains("aria-label=\"Who &quot;cites&quot; whom\"")
        );
        assert!(drawn.contains("<title>A very long title that nobody could ever read in a picture</title>"));
        assert!(drawn.contains("nobody c…</text>"), "{drawn}");
    }
}
