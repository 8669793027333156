//! Fields of a mapping: where a value is in a record.

use super::keys::FIXED;
use super::path::Path;
use crate::parse::{At, Node, Reader, Value};

/// A place to look for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A path into the record.
    Path(Path),
    /// `@key`: the key of the record in the table that it is a value of.
    Key,
    /// `@stem`: the name of the file without its extension.
    Stem,
    /// `@folder`: the name of the folder of the file.
    Folder,
    /// `{ is = "…" }`: a text that is the same in all records.
    Fixed(String),
}

/// The places of a value, of which the first that has one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldMapping(pub(super) Vec<Place>);

impl FieldMapping {
    /// True if the mapping does not give the field.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The paths among its places.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter_map(|place| match place {
            Place::Path(path) => Some(path),
            _ => None,
        })
    }

    /// Reads a place or a list of places.
    pub(super) fn read(reader: &mut Reader, name: &str, node: &Node) -> Self {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        Self(items.iter().filter_map(|item| Place::read(reader, name, item)).collect())
    }

    /// Places given by paths that are right.
    pub(super) fn of(paths: &[&str]) -> Self {
        Self(paths.iter().filter_map(|path| Some(Place::Path(Path::read(path).ok()?))).collect())
    }
}

impl Place {
    fn read(reader: &mut Reader, name: &str, node: &Node) -> Option<Self> {
        match &node.value {
            Value::Text(text) => match text.as_str() {
                "@key" => Some(Self::Key),
                "@stem" => Some(Self::Stem),
                "@folder" => Some(Self::Folder),
                _ => path(reader, &At { value: text.clone(), span: node.span.clone() }).map(Self::Path),
            },
            Value::Table(_) => {
                let mut fields = reader.fields(name, node, &FIXED)?;
                let text = fields.required(reader, "is");
                fields.finish(reader);
                text.map(|text| Self::Fixed(text.value))
            }
            _ => {
                reader.wrong_type(name, node, "a path");
                None
            }
        }
    }
}

/// Reads a path and reports what is wrong with it.
pub(super) fn path(reader: &mut Reader, text: &At<String>) -> Option<Path> {
    match Path::read(&text.value) {
        Ok(path) => Some(path),
        Err(fault) => {
            let help = "write keys with dots between them, `[]` for the items of a list and `{}` for the \
                        values of a table, such as `leadership.chairs[]`";
            reader.invalid(text, format!("invalid path `{}`: {fault}", text.value), Some(help));
            None
        }
    }
}
