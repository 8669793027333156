//! A graph of citations as SVG: roles on the left, documents on the right, a line for each citation.

use super::element::Element;
use super::node::PictureNode;

/// A graph of citations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The left column.
    pub roles: Vec<PictureNode>,
    /// The right column.
    pub documents: Vec<PictureNode>,
    /// Indexes into `roles` and `documents`, with the number of citations.
    pub governed: Vec<(usize, usize, usize)>,
    /// Indexes of the citing and the cited document, with the number of citations.
    pub cites: Vec<(usize, usize, usize)>,
}

/// Height of a row, and widths, in units of the picture.
const ROW: usize = 30;
const LEFT: usize = 230;
const RIGHT: usize = 480;
const WIDTH: usize = 1000;
const LONGEST: usize = 31;

/// Draws a graph; `label` is its accessible name. The style sheet sets colours and strokes by class.
pub fn graph(graph: &Graph, label: &str) -> String {
    let rows = graph.roles.len().max(graph.documents.len());
    let height = rows * ROW + ROW;
    let row = |index: usize, of: usize| ROW / 2 + index * ROW + (rows - of) * ROW / 2 + ROW / 2;
    let left = |index| row(index, graph.roles.len());
    let right = |index| row(index, graph.documents.len());
    let governed = graph.governed.iter().map(|(role, document, times)| {
        let (from, to) = (left(*role), right(*document));
        let (start, middle, end) = (LEFT + 8, usize::midpoint(LEFT, RIGHT), RIGHT - 8);
        let line = format!("M{start} {from}C{middle} {from} {middle} {to} {end} {to}");
        edge(*times, &format!("r{role}"), &format!("d{document}"), &line)
    });
    let mut svg =
        Element::picture("rb-graph", WIDTH, height).with("aria-label", label).line_break().lines(governed);
    // Lines between documents curve around the right side; larger distances have wider curves. The dot marks the cited
    // document.
    let side = RIGHT + 12 + LONGEST * 9;
    for (from, to, times) in &graph.cites {
        let (start, end) = (right(*from), right(*to));
        let bend = side + 20 + start.abs_diff(end) * 150 / height.max(1);
        let line = format!("M{side} {start}C{bend} {start} {bend} {end} {side} {end}");
        svg = svg
            .child(edge(*times, &format!("d{from}"), &format!("d{to}"), &line))
            .child(Element::of("circle", "rb-edge-end").around(side, end, 3))
            .line_break();
    }
    let roles = graph.roles.iter().enumerate();
    let roles = roles.map(|(index, node)| label_of(node, &format!("r{index}"), LEFT, left(index), true));
    let documents = graph.documents.iter().enumerate();
    let documents =
        documents.map(|(index, node)| label_of(node, &format!("d{index}"), RIGHT, right(index), false));
    svg.lines(roles).lines(documents).to_string()
}

fn edge(times: usize, from: &str, to: &str, line: &str) -> Element {
    Element::of("path", &format!("rb-edge rb-edge-{}", weight(times)))
        .with("data-from", from)
        .with("data-to", to)
        .with("d", line)
}

fn label_of(node: &PictureNode, id: &str, x: usize, y: usize, ends: bool) -> Element {
    let (text, anchor) = if ends { (x - 12, "end") } else { (x + 12, "start") };
    Element::link(&node.url)
        .with("class", "rb-node")
        .with("data-node", id)
        .title(&node.label)
        .child(Element::new("circle").around(x, y, 4))
        .child(Element::label(text, y + 5, anchor, &node.cut(LONGEST)))
}

/// Thickness of a line: one, few or many citations.
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
        let node = |label: &str| PictureNode { label: label.into(), url: "x/?a&b".into() };
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
