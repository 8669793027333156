//! `governance.lock`: what the handbook was reviewed against. One line a clause, by document and anchor, so
//! that a review of the file reads like a list of clauses.
//!
//! The file holds no sentence of anybody: of each clause its digest, a sketch by which a reworded clause is
//! known again, and its length. The text itself is found in the history of the source it is from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Diagnostic, FileName, Location, code};
use crate::parse::{self, Node, Value};

/// Name of the file, beside `site.toml`.
pub const LOCK: &str = "governance.lock";

/// How a clause was when it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Text of its heading.
    pub title: String,
    /// What it said.
    pub print: Print,
    /// The date of the review, `2026-11-24`.
    pub reviewed: String,
}

/// What a text said, without the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// How many words it has.
    pub words: usize,
    /// The first 128 bits of its SHA-256.
    pub digest: String,
    /// A fingerprint that differs little where texts differ little (simhash, Charikar 2002).
    pub sketch: u64,
}

impl Print {
    /// The print of a text whose white space is evened out.
    pub fn of(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        // Pairs of words: single ones are much the same in all texts of a community.
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

    /// Whether two texts are the same but for a few words. An empty text is like nothing.
    pub fn is_like(&self, other: &Self) -> bool {
        let apart = (self.sketch ^ other.sketch).count_ones();
        let (short, long) = (self.words.min(other.words), self.words.max(other.words));
        short > 0
            && (self.digest == other.digest || (short >= LEAST && apart <= NEAR && long * 3 <= short * 4))
    }
}

/// The digest of a text whose white space is evened out.
pub(super) fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Fewest words of texts that can be alike without being the same.
const LEAST: usize = 8;

/// Bits in which the sketches of near-identical texts may differ. In a community of 965 documents, 14 of 45,784
/// pairs of clauses of one document are nearer, nearly all of them written after one pattern.
const NEAR: u32 = 14;

/// A document as the lock names it: `community:governance.md`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentId {
    /// The title of its source.
    pub source: String,
    /// Its path within the source.
    pub path: String,
}

impl DocumentId {
    /// Reads what [`Display`](fmt::Display) writes; `None` for anything else.
    fn parse(text: &str) -> Option<Self> {
        let (source, path) = text.split_once(':')?;
        Some(Self { source: source.to_owned(), path: path.to_owned() })
    }

    /// Whether a name means the document: all of it, its path, or the end of the path behind a slash.
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

/// What `governance.lock` says: by document, then by anchor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// See [`Lock`].
    pub documents: BTreeMap<DocumentId, Clauses>,
}

impl Lock {
    /// Reads the file.
    ///
    /// # Errors
    /// The first fault, with its place.
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
        // A document of which nothing was reviewed says nothing.
        documents.retain(|_, clauses: &mut Clauses| !clauses.is_empty());
        Ok(Self { documents })
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# The clauses that this handbook cites, as they were when they were reviewed. `rolebook check` says\n\
             # when one has changed since; `rolebook review` shows how, and writes this file.\n",
        );
        for (document, clauses) in self.documents.iter().filter(|(_, clauses)| !clauses.is_empty()) {
            let _ = writeln!(text, "\n[{}]", key(&document.to_string()));
            for (anchor, clause) in clauses {
                let Accepted { title, print, reviewed } = clause;
                let _ = writeln!(
                    text,
                    "{} = {{ title = {}, words = {}, digest = \"{}\", sketch = \"{:016x}\", reviewed = \"{reviewed}\" }}",
                    key(anchor),
                    toml_edit::Value::from(title.as_str()).to_string().trim(),
                    print.words,
                    print.digest,
                    print.sketch
                );
            }
        }
        text
    }

    /// A clause by its document and anchor.
    pub fn clause(&self, document: &DocumentId, anchor: &str) -> Option<&Accepted> {
        self.documents.get(document)?.get(anchor)
    }
}

/// A key as TOML writes it.
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
        print: Print {
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
        let document = DocumentId::parse("community:sig/a.md").unwrap();
        for name in ["community:sig/a.md", "sig/a.md", "/sig/a.md", "a.md"] {
            assert!(document.is_named(name), "{name}");
        }
        for name in ["munity:sig/a.md", "ig/a.md", ".md", "b.md", "other:sig/a.md"] {
            assert!(!document.is_named(name), "{name}");
        }
        assert_eq!(DocumentId::parse("a.md"), None);
    }

    #[test]
    fn a_document_without_clauses_says_nothing() {
        assert_eq!(Lock::parse("[\"up:a.md\"]\n"), Ok(Lock::default()));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut lock = Lock::default();
        for (document, anchor) in [("a:b.md", "chair"), ("a:b.md", "a.b \"c\""), ("ü:é f.md", "x")] {
            let accepted = Accepted {
                title: "A \"title\" \\ with\ttab".into(),
                print: Print::of("some words here"),
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
    fn faults_have_their_place() {
        let error = Lock::parse("[\"a:b.md\"]\nx = { title = 3 }\n").unwrap_err();
        assert_eq!((error.code.name(), error.location.unwrap().line), ("data/invalid-value", 2));
        assert_eq!(Lock::parse("[").unwrap_err().code, "data/syntax");
        assert_eq!(Lock::parse("").unwrap(), Lock::default());
    }

    #[test]
    fn a_few_words_leave_a_text_like_itself() {
        let text = "Leads should remain active and responsive in their roles. Leads taking an extended leave of \
                    one or more months should coordinate with other leads to ensure the role is staffed.";
        let edited = text.replace("one or more months", "four weeks or longer");
        let other = "Subprojects may be created with a simple majority vote of technical leads. The data must be \
                     updated to include the subproject and the files of its owners, as the rules say below here.";
        let print = Print::of(text);
        assert_ne!(Print::of(&edited).digest, print.digest);
        assert!(print.is_like(&Print::of(&edited)));
        assert!(!print.is_like(&Print::of(other)));
        assert!(!Print::of("").is_like(&Print::of("")));
    }
}
