//! Values that expressions read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString};
use cel::common::value::Val;

/// A value that expressions read: a variable, or a part of one. It has the form in which the library evaluates it.
#[derive(Clone, Debug)]
pub struct Datum(pub(super) Box<dyn Val>);

impl Datum {
    /// Null, which counts as absent.
    pub fn null() -> Self {
        Self(Box::new(CelNull))
    }
}

impl PartialEq for Datum {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

impl From<bool> for Datum {
    fn from(value: bool) -> Self {
        Self(Box::new(CelBool::from(value)))
    }
}

impl From<i64> for Datum {
    fn from(value: i64) -> Self {
        Self(Box::new(CelInt::from(value)))
    }
}

impl From<f64> for Datum {
    fn from(value: f64) -> Self {
        Self(Box::new(CelDouble::from(value)))
    }
}

impl From<String> for Datum {
    fn from(value: String) -> Self {
        Self(Box::new(CelString::from(value)))
    }
}

impl From<&str> for Datum {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

/// A value that any number of expressions read.
#[derive(Clone, Debug)]
pub struct Shared(pub(super) Arc<Datum>);

impl Shared {
    /// A copy that becomes part of a list or a map.
    pub fn to_part(&self) -> Datum {
        (*self.0).clone()
    }
}

impl<T: Into<Datum>> From<T> for Shared {
    fn from(value: T) -> Self {
        Self(Arc::new(value.into()))
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// Builds a map; values that are absent are left out, so that an expression that needs them has no value.
#[derive(Default)]
pub struct MapBuilder(HashMap<CelMapKey<'static>, Box<dyn Val>>);

impl MapBuilder {
    /// Adds a value.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Datum>) -> Self {
        self.0.insert(CelMapKey::String(CelString::from(name.into())), value.into().0);
        self
    }

    /// Adds a value if it is present.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Datum>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The map.
    pub fn build(self) -> Datum {
        Datum(Box::new(CelMap::from(self.0)))
    }
}

/// A list of values.
pub fn list(values: impl IntoIterator<Item = Datum>) -> Datum {
    let values: Vec<Box<dyn Val>> = values.into_iter().map(|value| value.0).collect();
    Datum(Box::new(CelList::from(values)))
}

/// A map of values by key.
pub fn map(entries: impl IntoIterator<Item = (String, Datum)>) -> Datum {
    entries.into_iter().fold(MapBuilder::default(), |map, (key, value)| map.with(key, value)).build()
}

/// A value of data. Null counts as absent.
pub fn from_json(value: &serde_json::Value) -> Datum {
    match value {
        serde_json::Value::Null => Datum::null(),
        serde_json::Value::Bool(value) => (*value).into(),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| number.as_f64().unwrap_or_default().into(), Datum::from)
        }
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => list(items.iter().map(from_json)),
        serde_json::Value::Object(entries) => from_object(entries),
    }
}

/// A map of data. Entries that are null are left out.
pub fn from_object(entries: &serde_json::Map<String, serde_json::Value>) -> Datum {
    let entries = entries.iter().filter(|(_, value)| !value.is_null());
    map(entries.map(|(key, value)| (key.clone(), from_json(value))))
}
