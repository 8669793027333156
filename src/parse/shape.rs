//! Declarations of the data that people write: the fields of each table with their shapes.
//!
//! Readers read fields as they are declared and report all others. The JSON Schemas and the lists of keys in docs/ are
//! made from the same declarations.

/// A table of a file that people write.
pub struct Record {
    /// A noun phrase in Markdown.
    pub about: &'static str,
    /// The fields of its own, then those that it shares with other records. Of fields with the same key, the first
    /// counts.
    pub parts: &'static [&'static FieldSet],
    /// The fields whose names the community chooses.
    pub rest: Option<CommunityFields>,
}

/// Fields of one or several records.
pub struct FieldSet {
    /// The name of its list of keys in docs/.
    pub name: &'static str,
    /// The fields.
    pub fields: &'static [Field],
}

/// A field of a [`Record`].
pub struct Field {
    /// The name.
    pub key: &'static str,
    /// The shape of the value.
    pub shape: Shape,
    /// The condition under which a record must have it.
    pub need: Presence,
    /// The meaning: a phrase in Markdown. Links are relative to docs/.
    pub about: &'static str,
}

/// Conditions under which a record must have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The record may lack it.
    Optional,
    /// The record must have it.
    Required,
    /// The record must have it or one of the fields of [`Record::rest`].
    OrRest,
    /// The record must have exactly one of its fields with this condition or [`Presence::OneOfLabeled`].
    OneOf,
    /// Like [`Presence::OneOf`]. A record with the field must have the field `label`, too.
    OneOfLabeled,
    /// The record must have it if its id is not one of the built-in ones, see [`Shape::Kinds`].
    OfNew,
}

/// Fields whose names the community chooses.
pub struct CommunityFields {
    /// Their names.
    pub names: Names,
    /// The shape of their values.
    pub shape: &'static Shape,
    /// The meaning, as in [`Field::about`].
    pub about: &'static str,
}

/// Names that come from the vocabulary of a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Ids of kinds of account.
    Accounts,
    /// Keys of kinds of channel.
    Channels,
    /// Keys and ids of kinds of channel.
    ChannelsOrIds,
    /// Ids of kinds of channel.
    ChannelIds,
    /// Ids of kinds of group.
    Kinds,
}

/// The shape of a value.
pub enum Shape {
    /// A text. An empty text counts as absent.
    Text,
    /// A text that must not be empty.
    Filled,
    /// A text in the Common Expression Language.
    Condition,
    /// A name of the community.
    Name(Names),
    /// One of several texts.
    Choice(fn() -> Vec<&'static str>),
    /// A text that begins with the given one.
    Prefixed(&'static str),
    /// A date, as a date of TOML or as text.
    Date,
    /// True or false.
    Boolean,
    /// A whole number from the first to the second.
    Integer(i64, i64),
    /// Any data.
    Any,
    /// A list.
    List(&'static Shape),
    /// A list with at least one item.
    Items(&'static Shape),
    /// A list of two items.
    Pair(&'static Shape),
    /// A table.
    Table(&'static Record),
    /// A table whose keys the author chooses.
    Entries(&'static Shape),
    /// A table whose keys the author chooses. The built-in names stand for records that the entry changes.
    Kinds(Names, &'static Record),
    /// Any of several shapes.
    Either(&'static [Shape]),
    /// A shape that many fields have, with its name.
    Shared(&'static str, &'static Shape),
}

/// Any whole number.
pub(crate) const INTEGER: Shape = Shape::Integer(i64::MIN, i64::MAX);
/// A list of texts.
pub(crate) const TEXTS: Shape = Shape::List(&Shape::Text);
/// A text or a list of texts.
pub(crate) const ONE_OR_MANY: Shape = Shape::Either(&[Shape::Text, TEXTS]);

impl Record {
    /// The name of its own fields.
    pub fn name(&self) -> &'static str {
        self.parts.first().map_or(self.about, |part| part.name)
    }

    /// All fields with a fixed name.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let parts = self.parts;
        parts.iter().enumerate().flat_map(move |(index, part)| {
            let is_new = move |field: &&Field| {
                !parts[..index].iter().any(|part| part.fields.iter().any(|other| other.key == field.key))
            };
            part.fields.iter().filter(is_new)
        })
    }

    /// The shape of a field.
    pub(super) fn shape(&self, key: &str) -> Option<&'static Shape> {
        let field = self.fields().find(|field| field.key == key);
        field.map(|field| &field.shape).or_else(|| self.rest.as_ref().map(|rest| rest.shape))
    }
}

impl Shape {
    /// True if one of its forms fits.
    pub(super) fn is(&self, fits: &impl Fn(&Shape) -> bool) -> bool {
        match self {
            Self::Either(shapes) => shapes.iter().any(|shape| shape.is(fits)),
            Self::Shared(_, shape) => shape.is(fits),
            shape => fits(shape),
        }
    }

    /// True if a text may have it.
    pub(super) fn is_text(&self) -> bool {
        self.is(&|shape| {
            matches!(
                shape,
                Self::Text
                    | Self::Filled
                    | Self::Condition
                    | Self::Name(_)
                    | Self::Choice(_)
                    | Self::Prefixed(_)
                    | Self::Date
            )
        })
    }

    /// The shape of the items of its lists.
    pub(super) fn items(&self) -> Option<&'static Shape> {
        match self {
            Self::List(items) | Self::Items(items) | Self::Pair(items) => Some(items),
            Self::Either(shapes) => shapes.iter().find_map(Self::items),
            Self::Shared(_, shape) => shape.items(),
            _ => None,
        }
    }

    /// The record of its tables.
    pub(super) fn record(&self) -> Option<&'static Record> {
        match self {
            Self::Table(record) => Some(record),
            Self::Either(shapes) => shapes.iter().find_map(Self::record),
            Self::Shared(_, shape) => shape.record(),
            _ => None,
        }
    }
}

/// A kind of file that people write.
pub(crate) struct FileKind {
    /// The name of its schema.
    pub name: &'static str,
    /// The path, with `*` for the name of the file.
    pub files: &'static str,
    /// Its content.
    pub record: &'static Record,
}

impl FileKind {
    /// True if files at the path are of the kind.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        match self.files.split_once('*') {
            Some((folder, extension)) => path
                .strip_prefix(folder)
                .and_then(|name| name.strip_suffix(extension))
                .is_some_and(|name| !name.contains('/')),
            None => path == self.files,
        }
    }
}

/// Declares fields: `"key": shape, need, "meaning";`, where a field without a need is optional.
macro_rules! fields {
    ($($key:expr => $shape:expr, $($need:ident,)? $about:literal;)*) => {
        &[$($crate::parse::shape::Field {
            key: $key,
            shape: $shape,
            need: $crate::parse::shape::need!($($need)?),
            about: $about,
        }),*]
    };
}

macro_rules! need {
    () => {
        $crate::parse::shape::Presence::Optional
    };
    ($need:ident) => {
        $crate::parse::shape::Presence::$need
    };
}

pub(crate) use {fields, need};
