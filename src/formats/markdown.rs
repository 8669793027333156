//! A source that contains only documents.

use super::{DataFile, Format, Trust};
use crate::facts::Records;

/// See the module documentation.
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn trust(&self) -> Trust {
        Trust::Mounted
    }

    fn holds(&self, _: &str) -> Option<&'static str> {
        None
    }

    fn read(&self, _: &DataFile) -> Records {
        Records::default()
    }
}
