//! A map of a community as SVG: committees at the top, and below them which groups work for which.

use super::element::Element;
use super::node::PictureNode;

/// A map. Every group is in exactly one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// The group at the top.
    pub top: Option<PictureNode>,
    /// Rows of groups below it.
    pub above: Vec<PictureNode>,
    /// The left column: groups that others work for.
    pub left: Column,
    /// The right column: groups that work for others.
    pub right: Column,
    /// Indexes into the left and the right column.
    pub ties: Vec<(usize, usize)>,
    /// Groups without ties.
    pub below: Vec<PictureNode>,
}

/// A column with its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Its groups.
    pub nodes: Vec<PictureNode>,
}

/// Sizes in units of the picture. A row is large enough for touch even in the smallest rendering.
const ROW: usize = 28;
const WIDTH: usize = 720;
const LEFT: usize = 232;
const RIGHT: usize = 470;
/// Width of a character of the bold name at the top.
const CHARACTER: usize = 9;
const LONGEST: usize = 30;
const GAP: usize = 14;

/// Draws a map. `labelled_by` is the id of its heading. The style sheet sets colours by class. Each group contains
/// copies of its ties, which are visible while it is hovered or focused.
pub fn map(map: &Map, labelled_by: &str) -> String {
    let mut y = 4;
    let top = boxes(map.top.as_slice(), &mut y, "rb-map-box rb-map-top");
    let above = boxes(&map.above, &mut y, "rb-map-box");
    let heading = |x: usize, anchor, text: &str| {
        let heading = Element::of("text", "rb-map-heading").at(x, y + 18).with("text-anchor", anchor);
        heading.text(text)
    };
    let headings =
        [heading(LEFT - 12, "end", &map.left.heading), heading(RIGHT + 12, "start", &map.right.heading)];
    let start = y + ROW;
    let left = |index: usize| start + index * ROW + ROW / 2;
    let right = rows(map, start);
    let tie = |(from, to): &(usize, usize)| {
        let (from, to, middle) = (left(*from), right[*to], usize::midpoint(LEFT, RIGHT));
        let line = format!("M{LEFT} {from}C{middle} {from} {middle} {to} {RIGHT} {to}");
        Element::of("path", "rb-tie").with("d", line)
    };
    let ties = Element::of("g", "rb-ties").children(map.ties.iter().map(tie));
    let tied = |ends: Vec<&(usize, usize)>, end: &dyn Fn(&(usize, usize)) -> Element| {
        let ties = ends.into_iter().flat_map(|ends| [tie(ends), end(ends)]);
        Element::of("g", "rb-tied").children(ties)
    };
    let on_left = map.left.nodes.iter().enumerate().map(|(index, node)| {
        let ends: Vec<_> = map.ties.iter().filter(|(from, _)| *from == index).collect();
        let row = row(node, LEFT, left(index), true, ends.is_empty());
        tied(ends, &|(_, to)| dot(RIGHT, right[*to], "rb-tie-end")).child(row)
    });
    let on_right = map.right.nodes.iter().enumerate().map(|(index, node)| {
        let ends: Vec<_> = map.ties.iter().filter(|(_, to)| *to == index).collect();
        let row = row(node, RIGHT, right[index], false, ends.is_empty());
        tied(ends, &|(from, _)| dot(LEFT, left(*from), "rb-tie-end")).child(row)
    });
    let mut height = start + map.left.nodes.len().max(map.right.nodes.len()) * ROW + GAP;
    let below = boxes(&map.below, &mut height, "rb-map-box");
    Element::picture("rb-map", WIDTH, height)
        .with("aria-labelledby", labelled_by)
        .line_break()
        .lines(top)
        .lines(above)
        .lines(headings)
        .lines([ties])
        .lines(on_left)
        .lines(on_right)
        .lines(below)
        .to_string()
}

/// Vertical positions of the right column's groups: in order, each as close as possible to the mean of its ties.
fn rows(map: &Map, start: usize) -> Vec<usize> {
    let last = map.left.nodes.len().max(map.right.nodes.len());
    let mut free = 0;
    let count = map.right.nodes.len();
    (0..count)
        .map(|index| {
            let ties = map.ties.iter().filter(|(_, to)| *to == index).map(|(from, _)| *from);
            let (sum, number) = ties.fold((0, 0), |(sum, number), from| (sum + from, number + 1));
            // Without ties, groups are spread evenly.
            let even = index * last / count;
            let wish = sum.checked_div(number).map_or(even, |middle| usize::midpoint(middle, even));
            let row = wish.clamp(free, last - (count - index));
            free = row + 1;
            start + row * ROW + ROW / 2
        })
        .collect()
}

/// Groups in boxes, several per line.
fn boxes(nodes: &[PictureNode], y: &mut usize, class: &str) -> Vec<Element> {
    let width = |node: &PictureNode| node.cut(LONGEST).chars().count() * CHARACTER + 24;
    let mut boxes = Vec::new();
    let mut rest = nodes;
    while !rest.is_empty() {
        let mut used = 0;
        let fit = rest.iter().take_while(|node| {
            used += width(node) + GAP;
            used <= WIDTH + GAP
        });
        let (line, later) = rest.split_at(fit.count().max(1));
        let total = line.iter().map(|node| width(node) + GAP).sum::<usize>() - GAP;
        let mut x = WIDTH.saturating_sub(total) / 2;
        for node in line {
            let link = Element::of("a", class)
                .with("href", &node.url)
                .child(Element::rect(x, *y, width(node), 32).with("rx", 8))
                .child(Element::label(x + width(node) / 2, *y + 21, "middle", &node.cut(LONGEST)));
            boxes.push(link);
            x += width(node) + GAP;
        }
        *y += 32 + GAP;
        rest = later;
    }
    boxes
}

fn dot(x: usize, y: usize, class: &str) -> Element {
    Element::of("circle", class).around(x, y, 5)
}

/// A group of a column: its name beside a dot, within a larger pointer target.
fn row(node: &PictureNode, x: usize, y: usize, ends: bool, lone: bool) -> Element {
    let (area, text, anchor) = if ends { (0, x - 12, "end") } else { (x - 8, x + 12, "start") };
    let width = if ends { x + 8 } else { WIDTH - area };
    Element::of("a", "rb-map-node")
        .with("href", &node.url)
        .children(node.title(LONGEST))
        .child(Element::of("rect", "rb-map-area").size(area, y - ROW / 2, width, ROW).with("rx", 6))
        .child(dot(x, y, if lone { "rb-map-lone" } else { "rb-map-dot" }))
        .child(Element::label(text, y + 5, anchor, &node.cut(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str) -> PictureNode {
        PictureNode { label: label.into(), url: (*format!("../{}/?a&b", label.len())).into() }
    }

    #[test]
    fn every_group_is_linked_once_and_every_tie_is_drawn() {
        let drawn = map(
            &Map {
                top: Some(node("Top")),
                above: (0..9).map(|index| node(&format!("Committee number {index}"))).collect(),
                left: Column {
                    heading: "Those & others".into(),
                    nodes: ["A", "B", "<script>C"].map(node).into(),
                },
                right: Column { heading: "Workers".into(), nodes: ["X", "Y \"Z\""].map(node).into() },
                ties: vec![(0, 0), (2, 0), (2, 1)],
                below: vec![node("Apart")],
            },
            "rb-map",
        );
        assert_eq!(drawn.matches("<a ").count(), 1 + 9 + 3 + 2 + 1);
        assert_eq!(drawn.matches("rb-map-lone").count(), 1, "B has no tie");
        // Each tie is drawn three times: once for everyone, and once with each of its ends.
        assert_eq!(drawn.matches("class=\"rb-tie\"").count(), 3 * 3);
        assert!(drawn.contains("&lt;script&gt;C") && drawn.contains("Y &quot;Z&quot;"), "{drawn}");
        assert!(drawn.contains("Those &amp; others") && !drawn.contains("?a&b"));
    }

    #[test]
    fn groups_of_the_right_column_neither_overlap_nor_leave_the_picture() {
        for (left, right) in [(1, 1), (1, 5), (5, 1), (9, 4), (0, 3)] {
            let column = |count| Column {
                heading: String::new(),
                nodes: (0..count).map(|index: usize| node(&index.to_string())).collect(),
            };
            // All of them are attracted to the last row.
            let ties = if left == 0 { vec![] } else { (0..right).map(|to| (left - 1, to)).collect() };
            let rows = rows(&Map { left: column(left), right: column(right), ties, ..Map::default() }, 100);
            assert!(rows.windows(2).all(|pair| pair[1] >= pair[0] + ROW), "{rows:?}");
            assert!(rows.iter().all(|row| *row > 100 && *row < 100 + left.max(right) * ROW), "{rows:?}");
        }
    }
}
