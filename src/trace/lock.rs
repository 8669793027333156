//! `governance.lock`: the reviewed version of each cited clause. Each clause has one line, grouped by document, so
//! that a diff of the file is a list of clauses.
//!
//! The file contains no text of clauses. It stores a digest of each clause, a sketch that recognizes a reworded
//! clause, and its length. The text is looked up in the git history of its source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Diagnostic, FileName, Location, code};
use crate::parse::{self, Node, Value};

/// The name of the file, next to `site.toml`.
pub const LOCK: &str = "governance.lock";

/// A clause as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The text of its heading.
    pub title: String,
    /// The fingerprint of its text.
    pub fingerprint: Fingerprint,
    /// The date of the review: `2026-11-24`.
    pub reviewed: String,
}

/// The fingerprint of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Number of words.
    pub words: usize,
    /// The first 128 bits of its SHA-256.
    pub digest: String,
    /// A simhash (Charikar 2002), which differs in few bits for similar texts.
    pub sketch: u64,
}

impl Fingerprint {
    /// Computes the fingerprint of a text with collapsed white space.
    pub fn of(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        // Pairs of words, because the single words of a community's texts are much the same.
        let pairs: BTreeSet<String> =
            words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]).to_lowercase()).collect();
        let mut balance = [0_i32; 64];
        for pair in pairs {
            let hash = Sha256::digest(pair.as_bytes());
            for (bit, count) in balance.iter_mut().enumerate() {
                *count += if hash[bit / 8] >> (bit % 8) & 1 == 1 { 1 } else { -1 };
            }
        }
        let bits = balance.iter().enumerate().filter(|(_, count)| **count > 0);
        Self {
            words: words.len(),
            digest: digest(text),
            sketch: bits.fold(0, |sketch, (bit, _)| sketch | 1 << bit),
        }
    }

    /// True if two texts differ in at most a few words. An empty text is similar to none.
    pub fn is_similar(&self, other: &Self) -> bool {
        let distance = (self.sketch ^ other.sketch).count_ones();
        let (short, long) = (self.words.min(other.words), self.words.max(other.words));
        short > 0
            && (self.digest == other.digest
                || (short >= MIN_WORDS && distance <= MAX_DISTANCE && long * 3 <= short * 4))
    }
}

/// The digest of a text with collapsed white space.
pub(super) fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Minimum number of words of similar texts.
const MIN_WORDS: usize = 8;

/// Maximum number of bits in which the sketches of similar texts differ. In a community of 965 documents, 14 of
/// 45,784 pairs of clauses within a document are closer, nearly all of them written to the same pattern.
const MAX_DISTANCE: u32 = 14;

/// The id of a document in the lock: `community:governance.md`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentId {
    /// The title of its source.
    pub source: String,
    /// The path within the source.
    pub path: String,
}

impl DocumentId {
    /// Parses the format of [`Display`](fmt::Display); `None` for anything else.
    fn parse(text: &str) -> Option<Self> {
        let (source, path) = text.split_once(':')?;
        Some(Self { source: source.to_owned(), path: path.to_owned() })
    }

    /// True if a name refers to the document: the whole id, the path, or the end of the path after a slash.
    pub fn is_named(&self, name: &str) -> bool {
        let (whole, name) = (self.to_string(), name.trim_start_matches('/'));
        whole == name || whole.strip_suffix(name).is_some_and(|rest| rest.ends_with(['/', ':']))
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.path)
    }
}

/// The clauses of a document by anchor.
pub(super) type Clauses = BTreeMap<String, Accepted>;

/// The contents of `governance.lock`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Reviewed clauses by document, then by anchor.
    pub documents: BTreeMap<DocumentId, Clauses>,
}

impl Lock {
    /// Parses the file.
    ///
    /// # Errors
    /// The first fault, with its location.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let file = FileName::site(LOCK);
        let node = parse::toml(&file, text, 0..text.len())?;
        let fault = |node: &Node, message: String| {
            let help = "restore the file from version control, or rewrite it with `rolebook review --all`";
            Diagnostic::new(code::DATA_INVALID_VALUE, message, Location::of(&file, text, node.span.clone()))
                .help(help)
        };
        let mut documents = BTreeMap::new();
        let Value::Table(tables) = &node.value else { return Ok(Self::default()) };
        for (document, node) in tables {
            let Value::Table(clauses) = &node.value else {
                return Err(fault(node, format!("expected a table of clauses for `{}`", document.name)));
            };
            let id = DocumentId::parse(&document.name).ok_or_else(|| {
                fault(node, format!("invalid document name `{}`: expected `source:path`", document.name))
            })?;
            let mut accepted = Clauses::new();
            for (anchor, node) in clauses {
                let clause = self::accepted(node)
                    .ok_or_else(|| fault(node, format!("invalid record of the clause `{}`", anchor.name)))?;
                accepted.insert(anchor.name.clone(), clause);
            }
            documents.insert(id, accepted);
        }
        // Documents without reviewed clauses are dropped.
        documents.retain(|_, clauses: &mut Clauses| !clauses.is_empty());
        Ok(Self { documents })
    }

    /// Writes the contents of the file.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# The clauses that this handbook cites, as they were when they were reviewed. `rolebook check` says\n\
             # when one has changed since; `rolebook review` shows how, and writes this file.\n",
        );
        for (document, clauses) in self.documents.iter().filter(|(_, clauses)| !clauses.is_empty()) {
            let _ = writeln!(text, "\n[{}]", key(&document.to_string()));
            for (anchor, clause) in clauses {
                let Accepted { title, fingerprint, reviewed } = clause;
                let _ = writeln!(
                    text,
                    "{} = {{ title = {}, words = {}, digest = \"{}\", sketch = \"{:016x}\", reviewed = \"{reviewed}\" }}",
                    key(anchor),
                    toml_edit::Value::from(title.as_str()).to_string().trim(),
                    fingerprint.words,
                    fingerprint.digest,
                    fingerprint.sketch
                );
            }
        }
        text
    }

    /// Returns a clause by its document and anchor.
    pub fn clause(&self, document: &DocumentId, anchor: &str) -> Option<&Accepted> {
        self.documents.get(document)?.get(anchor)
    }
}

/// A key in TOML syntax.
fn key(name: &str) -> String {
    toml_edit::Key::new(name).display_repr().into_owned()
}

fn accepted(node: &Node) -> Option<Accepted> {
    let Value::Table(fields) = &node.value else { return None };
    let value = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|(_, node)| &node.value);
    let text = |name: &str| match value(name) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let Some(Value::Integer(words)) = value("words") else { return None };
    Some(Accepted {
        title: text("title")?,
        fingerprint: Fingerprint {
            words: usize::try_from(*words).ok()?,
            digest: text("digest")?,
            sketch: u64::from_str_radix(&text("sketch")?, 16).ok()?,
        },
        reviewed: text("reviewed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_named_by_the_end_of_its_path() {
        let document = DocumentId::parse("community:art/a.md").unwrap();
        for name in ["community:art/a.md", "art/a.md", "/art/a.md", "a.md"] {
            assert!(document.is_named(name), "{name}");
        }
        for name in ["munity:art/a.md", "rt/a.md", ".md", "b.md", "other:art/a.md"] {
            assert!(!document.is_named(name), "{name}");
        }
        assert_eq!(DocumentId::parse("a.md"), None);
    }

    #[test]
    fn documents_without_clauses_are_dropped() {
        assert_eq!(Lock::parse("[\"up:a.md\"]\n"), Ok(Lock::default()));
    }

    #[test]
    fn the_lock_round_trips() {
        let mut lock = Lock::default();
        for (document, anchor) in [("a:b.md", "chair"), ("a:b.md", "a.b \"c\""), ("ü:é f.md", "x")] {
            let accepted = Accepted {
                title: "A \"title\" \\ with\ttab".into(),
                fingerprint: Fingerprint::of("some words here"),
                reviewed: "2026-11-24".into(),
            };
            lock.documents
                .entry(DocumentId::parse(document).unwrap())
                .or_default()
                .insert(anchor.into(), accepted);
        }
        assert_eq!(Lock::parse(&lock.text()).unwrap(), lock);
        assert_eq!(lock.text().lines().filter(|line| line.contains("digest")).count(), 3);
    }

    #[test]
    fn faults_have_a_location() {
        let error = Lock::parse("[\"a:b.md\"]\nx = { title = 3 }\n").unwrap_err();
        assert_eq!((error.code.name(), error.location.unwrap().line), ("data/invalid-value", 2));
        assert_eq!(Lock::parse("[").unwrap_err().code, "data/syntax");
        assert_eq!(Lock::parse("").unwrap(), Lock::default());
    }

    #[test]
    fn texts_that_differ_in_a_few_words_are_similar() {
        let text = "Leads should remain active and responsive in their roles. Leads taking an extended leave of \
                    one or more months should coordinate with other leads to ensure the role is staffed.";
        let edited = text.replace("one or more months", "four weeks or longer");
        let other = "Subprojects may be created with a simple majority vote of technical leads. The data must be \
                     updated to include the subproject and the files of its owners, as the rules say below here.";
        let fingerprint = Fingerprint::of(text);
        assert_ne!(Fingerprint::of(&edited).digest, fingerprint.digest);
        assert!(fingerprint.is_similar(&Fingerprint::of(&edited)));
        assert!(!fingerprint.is_similar(&Fingerprint::of(other)));
        assert!(!Fingerprint::of("").is_similar(&Fingerprint::of("")));
    }
}
