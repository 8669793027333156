//! SVG pictures: those the site draws, and sanitized ones from sources.

mod dot_matrix;
mod element;
mod graph;
mod heat;
mod map;
mod node;
mod sanitize;

pub use dot_matrix::{DotMatrix, LOOKS, Mark, dot_matrix};
pub use graph::{Graph, graph};
pub use heat::{HeatCell, HeatMap, HeatRow, heat_map};
pub use map::{Column, Map, map};
pub use node::PictureNode;
pub use sanitize::sanitized;
