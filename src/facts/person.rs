//! People.

use crate::parse::At;

/// A person as a data file names them. An e-mail address in the file is not kept anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// GitHub handle, in the case of the file.
    pub handle: At<String>,
    /// Full name; the handle where the file has none.
    pub name: String,
    /// Employer, as written.
    pub company: Option<String>,
}
