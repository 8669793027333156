//! SVG pictures: those the site draws, and sanitized ones from sources.

mod dots;
mod element;
mod graph;
mod heat;
mod map;
mod node;
mod sanitize;

pub use dots::{Dots, LOOKS, Mark, dots};
pub use graph::{Graph, graph};
pub use heat::{HeatCell, HeatMap, HeatRow, heat_map};
pub use map::{Column, Map, map};
pub use node::Node;
pub use sanitize::sanitized;
