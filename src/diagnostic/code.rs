//! All diagnostic codes with their names and default severities. Each has a page of documentation.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Severity;

/// The code of a diagnostic, with its default severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    name: &'static str,
    severity: Severity,
}

impl Code {
    /// `area/kebab-name`
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The part of the name before the slash.
    pub fn area(self) -> &'static str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The default severity; a rule may use another one.
    pub fn severity(self) -> Severity {
        self.severity
    }

    /// The address of its documentation, for this version.
    pub fn address(self) -> String {
        let (repository, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
        format!("{repository}/blob/v{version}/docs/diagnostics/{}.md", self.name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        let code = CODES.iter().find(|code| code.name == name).copied();
        code.ok_or_else(|| serde::de::Error::custom(format!("unknown code `{name}`")))
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, name: &&str) -> bool {
        self.name == *name
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The documentation of a code, in Markdown.
pub fn page(code: Code) -> &'static str {
    CODES.iter().position(|other| *other == code).map_or("", |index| PAGES[index])
}

/// Declares codes. A code without a page below `docs/diagnostics/` does not compile.
macro_rules! codes {
    ($($constant:ident = $name:literal, $severity:ident;)*) => {
        $(
            #[doc = concat!("[`", $name, "`](../../../docs/diagnostics/", $name, ".md)")]
            pub const $constant: Code = Code { name: $name, severity: Severity::$severity };
        )*

        /// All codes, sorted by name.
        pub const CODES: &[Code] = &[$($constant),*];

        /// The documentation of each of [`CODES`].
        const PAGES: &[&str] = &[$(include_str!(concat!("../../docs/diagnostics/", $name, ".md"))),*];
    };
}

codes! {
    CONFORMANCE_EXPRESSION = "conformance/expression", Error;
    CONFORMANCE_FAILED = "conformance/failed", Warning;
    CONFORMANCE_NO_SUBJECT = "conformance/no-subject", Warning;
    CONFORMANCE_UNMET = "conformance/unmet", Warning;
    CONFORMANCE_UNUSED_BASELINE = "conformance/unused-baseline", Info;
    DATA_DIFFERS = "data/differs", Warning;
    DATA_DUPLICATE_ID = "data/duplicate-id", Error;
    DATA_INCLUDE_CYCLE = "data/include-cycle", Error;
    DATA_INVALID_VALUE = "data/invalid-value", Error;
    DATA_MISSING_FIELD = "data/missing-field", Error;
    DATA_NAME_DIFFERS = "data/name-differs", Info;
    DATA_ROLE_WITHOUT_SKILLS = "data/role-without-skills", Error;
    DATA_SYNTAX = "data/syntax", Error;
    DATA_UNKNOWN_CHECKLIST = "data/unknown-checklist", Error;
    DATA_UNKNOWN_FIELD = "data/unknown-field", Error;
    DATA_UNKNOWN_FILE = "data/unknown-file", Warning;
    DATA_UNKNOWN_GROUP = "data/unknown-group", Error;
    DATA_UNKNOWN_PLACEHOLDER = "data/unknown-placeholder", Error;
    DATA_UNKNOWN_ROLE = "data/unknown-role", Error;
    DATA_UNKNOWN_SKILL = "data/unknown-skill", Error;
    DATA_UNKNOWN_ZONE = "data/unknown-zone", Error;
    DATA_UNMATCHED_ACCEPTANCE = "data/unmatched-acceptance", Warning;
    DATA_UNREAD = "data/unread", Info;
    DATA_UNREADABLE_DAY = "data/unreadable-day", Error;
    DATA_UNREADABLE_TIME = "data/unreadable-time", Error;
    DATA_WRONG_TYPE = "data/wrong-type", Error;
    GOVERNANCE_CONTRADICTION = "governance/contradiction", Warning;
    GOVERNANCE_DRIFT = "governance/drift", Warning;
    GOVERNANCE_UNCHECKED = "governance/unchecked", Info;
    GOVERNANCE_UNREVIEWED = "governance/unreviewed", Info;
    HTML_TOO_COMPLEX = "html/too-complex", Warning;
    LINK_CASE_MISMATCH = "link/case-mismatch", Error;
    LINK_EMPTY = "link/empty", Error;
    LINK_LEFT_OUT = "link/left-out", Error;
    LINK_MALFORMED = "link/malformed", Error;
    LINK_MISSING_ANCHOR = "link/missing-anchor", Error;
    LINK_MISSING_DOCUMENT = "link/missing-document", Error;
    LINK_MOVED = "link/moved", Info;
    LINK_NOT_CHECKED = "link/not-checked", Info;
    LINK_NOT_COPIED = "link/not-copied", Error;
    LINK_REDIRECT_PAGE = "link/redirect-page", Warning;
    LINK_SCHEME = "link/scheme", Error;
    LINK_SHADOWED_DEFINITION = "link/shadowed-definition", Error;
    LINK_UNDEFINED_LABEL = "link/undefined-label", Error;
    LINK_UNREACHABLE = "link/unreachable", Warning;
    LINK_UNUSED_DEFINITION = "link/unused-definition", Info;
    OUTPUT_FOREIGN_FILE = "output/foreign-file", Error;
    OUTPUT_FOREIGN_FOLDER = "output/foreign-folder", Error;
    OUTPUT_MANIFEST = "output/manifest", Warning;
    OUTPUT_WRITE = "output/write", Error;
    PAGES_DUPLICATE_URL = "pages/duplicate-url", Error;
    PAGES_HIDDEN_ENTRY = "pages/hidden-entry", Warning;
    PAGES_INVALID_ADDRESS = "pages/invalid-address", Warning;
    PAGES_TOO_LARGE = "pages/too-large", Error;
    ROSTER_EXTRA_PERSON = "roster/extra-person", Warning;
    ROSTER_FORMER_LEAD = "roster/former-lead", Warning;
    ROSTER_MISSING_LIST = "roster/missing-list", Warning;
    ROSTER_MISSING_PERSON = "roster/missing-person", Warning;
    ROSTER_RETIRED_GROUP = "roster/retired-group", Warning;
    SOURCE_ABSENT = "source/absent", Info;
    SOURCE_MISSING = "source/missing", Error;
    SOURCE_NO_RECORDS = "source/no-records", Warning;
    SOURCE_NOT_UTF8 = "source/not-utf8", Error;
    SOURCE_OUTSIDE = "source/outside", Warning;
    SOURCE_SHALLOW_HISTORY = "source/shallow-history", Info;
    SOURCE_TOO_DEEP = "source/too-deep", Warning;
    SOURCE_TOO_LARGE = "source/too-large", Warning;
    SOURCE_UNREADABLE = "source/unreadable", Error;
    TEMPLATE_RENDER = "template/render", Error;
    TEMPLATE_SYNTAX = "template/syntax", Error;
    THEME_LOW_CONTRAST = "theme/low-contrast", Warning;
    THEME_NO_STRINGS = "theme/no-strings", Info;
    THEME_UNKNOWN = "theme/unknown", Error;
    THEME_UNKNOWN_STRING = "theme/unknown-string", Warning;
    TRACE_DIGEST_DIFFERS = "trace/digest-differs", Warning;
    TRACE_UNCOVERED_OBLIGATION = "trace/uncovered-obligation", Error;
    TRACE_UNKNOWN_OBLIGATION = "trace/unknown-obligation", Error;
    TRACE_UNMATCHED_PATTERN = "trace/unmatched-pattern", Warning;
}
