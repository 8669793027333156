//! Generates random documents of Markdown and raw HTML.

use std::fmt::Write as _;

use fastrand::Rng;

/// Names of raw tags: allowed and dropped HTML, SVG and MathML, and unknown names.
const TAGS: [&str; 64] = [
    "b",
    "i",
    "kbd",
    "sub",
    "sup",
    "span",
    "code",
    "details",
    "summary",
    "div",
    "p",
    "center",
    "font",
    "a",
    "h2",
    "h4",
    "ul",
    "li",
    "tr",
    "td",
    "dl",
    "dt",
    "dd",
    "q",
    "ins",
    "ruby",
    "rt",
    "section",
    "article",
    "nav",
    "form",
    "button",
    "select",
    "option",
    "label",
    "fieldset",
    "dialog",
    "video",
    "object",
    "noscript",
    "template",
    "svg",
    "math",
    "path",
    "text",
    "desc",
    "image",
    "none",
    "list",
    "domain",
    "int",
    "annotation-xml",
    "mi",
    "circle",
    "g",
    "foreignobject",
    "name",
    "your",
    "file.txt",
    "x-y",
    "marquee",
    "blink",
    "main",
    "address",
];

/// Tags that are rendered as text.
const FILTERED: [&str; 9] =
    ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"];

/// Text before bare addresses. Not `[`, as GitHub makes no links within square brackets and rolebook does.
const BEFORE: [&str; 10] = ["", "", "", "", "(", "*", "\"", "x", "é", ":"];

/// Beginnings of bare addresses, and text that resembles them.
const SCHEMES: [&str; 15] = [
    "http\\://",
    "www\\.",
    "http://",
    "https://",
    "https://",
    "ftp://",
    "HTTP://",
    "git://",
    "www.",
    "www.",
    "mailto:",
    "xmpp:",
    "",
    "a@",
    "http:",
];

/// Hosts, and text that resembles them.
const HOSTS: [&str; 9] = [
    "a.example",
    "a.example",
    "a.example",
    "a_b.c.example",
    "a.b_c.example",
    "localhost",
    "é.example/",
    "a-b.example:80/",
    ".example",
];

/// Text within addresses. No backticks: if code follows, the first pass reads the text between them as code.
const PIECES: [&str; 23] = [
    "/x", "/x", "/x", "_y", "_y_", "*z", "*z*", "(a)", "(a", "/[b]", "/&amp;", "/&c=d", "/&copy", "?q=1",
    "#f", "/%20", "/\\_", "/\\-", "__c__", "'", ",x", "é", ".",
];

/// Text after addresses.
const AFTER: [&str; 19] =
    ["", "", "", "", ".", ",", ")", "))", ";", "&amp;", "&x;y", "*", "/_", "~", "!", "?", "'", "\"", ":"];

/// Delimiters of emphasis, code and links that may or may not match. Without addresses, see [`BEFORE`]. Without `~`:
/// GitHub's library and CommonMark's rules of emphasis differ where `~` and `~~` meet.
const SOUP: [&str; 24] = [
    "*", "*", "**", "**", "***", "_", "_", "__", "`", "``", "[", "]", "](#x)", "![", "(", ")", "\\", "a",
    "b", " ", " ", ".", "&amp;", "é",
];

/// Content of table cells, apart from words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cells {
    Words,
    Ticks,
    Addresses,
}

/// Generates documents of Markdown and raw HTML from a seed.
pub(crate) struct Generator {
    rng: Rng,
    has_tags: bool,
    text: String,
    cells: Cells,
    words: usize,
    notes: usize,
}

impl Generator {
    /// Creates a generator. The same seed gives the same document, with or without tags of raw HTML.
    pub(crate) fn new(seed: u64, has_tags: bool) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            has_tags,
            text: String::new(),
            cells: Cells::Words,
            words: 0,
            notes: 0,
        }
    }

    /// Generates a document.
    pub(crate) fn document(mut self) -> String {
        let first = self.word();
        self.text = format!("{}{first}\n\n", self.one(&["", "# ", "## ", "<!-- c -->\n\n# "]));
        for _ in 0..self.rng.usize(1..8) {
            let block = self.block(0);
            self.text.push_str(&block);
            self.text.push('\n');
        }
        for note in 1..=self.notes {
            let inline = self.inline(1);
            let _ = write!(self.text, "[^N{note}]: {inline}\n\n");
        }
        self.text.push_str("[r]: https://a.example/r_r_ 'title'\n");
        self.text
    }

    fn word(&mut self) -> String {
        self.words += 1;
        let special = ["", "", "", "", "", "&amp;", "&copy", "é", "&#x41;", "&lt;b&gt;", "."];
        let end = self.one(&special);
        format!("w{}{end}", self.words)
    }

    fn tag(&mut self) -> &'static str {
        let names: &[&str] = if self.rng.u8(0..8) == 0 { &FILTERED } else { &TAGS };
        self.one(names)
    }

    fn attributes(&mut self) -> &'static str {
        let some = [
            "",
            "",
            "",
            " concerns",
            " class=x",
            " id=\"rb-x\"",
            " href='x.md'",
            " align=\"center\"",
            " a=\"b>c\"",
        ];
        self.one(&some)
    }

    fn inline(&mut self, depth: usize) -> String {
        let count = self.rng.usize(1..5);
        let parts: Vec<String> = (0..count).map(|_| self.part(depth)).collect();
        parts.join(" ")
    }

    fn part(&mut self, depth: usize) -> String {
        let kind = self.rng.u8(if depth > 3 { 0..5 } else { 0..27 });
        match kind {
            0..=3 => self.word(),
            4 => format!("`{} <list>`", self.word()),
            // Characters that may delimit emphasis are tested elsewhere.
            5 => format!("*{} {} {}*", self.word(), self.inline(depth + 1), self.word()),
            6 => format!("**{} {} {}**", self.word(), self.inline(depth + 1), self.word()),
            7 => format!("[{}](#x)", self.word()),
            8 => format!("![{}](p.png)", self.word()),
            9..=12 if !self.has_tags => self.word(),
            9 | 10 => {
                let (tag, attributes) = (self.tag(), self.attributes());
                format!("<{tag}{attributes}>{}</{tag}>", self.inline(depth + 1))
            }
            11 => format!("<{}{}> {}", self.tag(), self.attributes(), self.word()),
            12 => format!("</{}>", self.tag()),
            13 => format!("<!-- {} -->", self.word()),
            14 => "<br>".into(),
            15 if self.notes < 4 => {
                self.notes += 1;
                format!("{}[^n{}]", self.word(), self.notes)
            }
            16 => format!("a < {} & b", self.word()),
            17..=19 => self.address(),
            20 => format!("`{}`{}", self.word(), self.address()),
            21 => self.link(),
            22 => {
                let escaped =
                    ["\\~", "\\*", "\\_", "\\`", "\\$", "\\-", "\\[", "\\<", "\\&amp;", "\\\\", "\\a"];
                format!("{}{}", self.word(), self.one(&escaped))
            }
            23 => format!("{}{}\n{}", self.word(), self.one(&["", "  ", "\\"]), self.word()),
            24 => format!("__{} _{}_ {}__", self.word(), self.word(), self.word()),
            25 => format!("`` {} ` {} ``", self.word(), self.word()),
            _ => format!("~~{}~~", self.word()),
        }
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(0..of.len())]
    }

    fn some(&mut self, of: &[&'static str], limit: usize) -> String {
        (0..self.rng.usize(0..=limit)).map(|_| self.one(of)).collect()
    }

    /// A bare address, or text that resembles one.
    fn address(&mut self) -> String {
        let [before, scheme, host, after] = [&BEFORE[..], &SCHEMES, &HOSTS, &AFTER].map(|of| self.one(of));
        let name = if matches!(scheme, "mailto:" | "xmpp:" | "") { "a.b_c@" } else { "" };
        // GitHub's library differs from the specification of GFM (6.9) about where the resource of a chat ends.
        let pieces = if scheme == "xmpp:" { String::new() } else { self.some(&PIECES, 4) };
        format!("{before}{scheme}{name}{host}{pieces}{after}")
    }

    fn soup(&mut self) -> String {
        self.some(&SOUP, 12)
    }

    /// A link or image in any syntax.
    fn link(&mut self) -> String {
        let text = self.inline(4);
        let word = self.word();
        match self.rng.u8(0..9) {
            0 => format!(
                "[{text}](https://a.example/{}x \"{word}\")",
                self.some(&["_y_", "(a)", "&amp;", "\\_", "%20", "*"], 3)
            ),
            1 => format!("[{text}](<p x.md>)"),
            2 => format!("[{text}][r]"),
            3 => format!("[{word}] [r] [R][]"),
            4 => "<https://a.example/x_y_?a=b&amp;c>".into(),
            5 => "<a.b@c.example>".into(),
            6 => format!("[![{word}](p.png)](https://a.example/)"),
            7 => format!("![*{word}* `{word}`](p.png 'title')"),
            _ => format!("[{word}]({word} x)"),
        }
    }

    /// A table, optionally after a line of text, with rows of too few and too many cells.
    fn table(&mut self) -> String {
        let columns = self.rng.usize(1..4);
        // Where cells and tables end depends on addresses, which the first pass may not see. So a table with
        // addresses has no unmatched backticks and no lines that are indented as code.
        self.cells = self.one(&[Cells::Words, Cells::Ticks, Cells::Addresses]);
        let mut rows = vec![self.row(columns, Self::cell, false), self.row(columns, Self::delimiter, true)];
        for _ in 0..self.rng.usize(0..4) {
            let cells = (columns + self.rng.usize(0..3)).saturating_sub(1).max(1);
            let row = self.row(cells, Self::cell, true);
            rows.push(row);
        }
        if self.rng.u8(0..3) == 0 {
            let line = self.inline(1);
            rows.insert(0, format!("{}\n", line.replace('\n', " ")));
        }
        rows.concat()
    }

    fn row(&mut self, cells: usize, cell: fn(&mut Self) -> String, may_be_code: bool) -> String {
        let cells: Vec<_> = (0..cells).map(|_| cell(self)).collect();
        let indents = ["", "", "", "", "", " ", "  ", "   ", "    ", "\t"];
        let may_be_code = may_be_code && self.cells == Cells::Words;
        let indent = self.one(&indents[..if may_be_code { 10 } else { 6 }]);
        // Text that is not a table may have bars in addresses.
        let separators = [" | ", "\t| ", " | \t", "|", "\t|", "| \t"];
        let separator = self.one(&separators[..if self.cells == Cells::Addresses { 3 } else { 6 }]);
        let (start, end) = self.one(&[("| ", " |"), ("|", " |"), ("", ""), ("| ", ""), ("", " |")]);
        format!("{indent}{start}{}{end}\n", cells.join(separator))
    }

    fn cell(&mut self) -> String {
        let word = self.word();
        match self.rng.u8(0..14) {
            _ if self.cells == Cells::Words => word,
            0 => format!("{word}\\|x"),
            1 => format!("`{word}\\|x`"),
            2 if self.cells == Cells::Ticks => format!("`{word}"),
            3 => String::new(),
            2 | 4 if self.cells == Cells::Addresses => self.address(),
            5 => format!("**{word}**"),
            6 => format!("[{word}](https://a.example/)"),
            7 => format!("{word}\\\\ "),
            _ => word,
        }
    }

    fn delimiter(&mut self) -> String {
        // A single dash may begin a list.
        let dashes = "-".repeat(self.rng.usize(2..4));
        let [start, end] = [0, 1].map(|_| if self.rng.u8(0..3) == 0 { ":" } else { "" });
        format!("{start}{dashes}{end}")
    }

    /// A list of any kind whose items are blocks.
    fn list(&mut self, depth: usize) -> String {
        let mark = self.one(&["-", "*", "+", "1.", "1)", "0.", "7.", "10)"]);
        let mark = format!("{mark}{}", " ".repeat(self.rng.usize(1..4)));
        let between = self.one(&["", "", "\n"]);
        // GitHub's library recognizes checkboxes only in the first item on a line, and not after `)`.
        let are_tasks = depth == 0 && !mark.contains(')') && self.rng.u8(0..3) == 0;
        let mut items = Vec::new();
        for _ in 0..self.rng.usize(1..4) {
            let mut item = self.block(depth + 1);
            if are_tasks {
                let state = self.one(&["[ ] ", "[x] ", "[X] ", "[x]", "[] "]);
                item = format!("{state}{}\n\n{item}", self.inline(1));
            } else if self.rng.u8(0..3) == 0 {
                // Raw HTML extends to the next blank line, and so does a paragraph that may contain a table.
                let more = self.block(depth + 1);
                let is_apart = self.has_tags || item.contains('|') || more.contains('|');
                item = format!("{item}{}{more}", if is_apart { "\n" } else { between });
            }
            items.push(format!("{mark}{}", indented(&item, &" ".repeat(mark.len()))));
        }
        items.join(between)
    }

    fn block(&mut self, depth: usize) -> String {
        let kind = self.rng.u8(if depth > 2 { 0..6 } else { 0..29 });
        match kind {
            0..=2 => format!("{}\n", self.inline(0)),
            3 => format!("{} {}\n", "#".repeat(self.rng.usize(1..5)), self.inline(1)),
            4 => format!("{}\n{}\n", self.word(), self.one(&["===", "---", " ="])),
            5 => self.table(),
            27 => {
                let items: Vec<_> = (0..self.rng.usize(1..4)).map(|_| self.block(depth + 1)).collect();
                items.iter().map(|item| format!("- {}", indented(item, "  "))).collect()
            }
            6 => {
                let block = self.block(depth + 1);
                format!("> {}", indented(&block, "> "))
            }
            7 => format!("> [!NOTE]\n> {}\n", self.word()),
            8 => format!("```html\n<list> {}\n```\n", self.word()),
            9 => format!(
                "| {} | {} |\n|---|---|\n| {} | {} |\n",
                self.word(),
                self.word(),
                self.word(),
                self.part(4)
            ),
            // In GitHub's library, an item that ends with a thematic break does not make a list loose.
            10 if depth > 0 => format!("{}\n", self.word()),
            10 => "---\n".into(),
            11..=14 | 26 if !self.has_tags => self.table(),
            11 => {
                let level = self.rng.u8(1..5);
                format!("<h{level} align=\"center\">{}</h{level}>\n", self.inline(2))
            }
            12 => {
                // A block of raw HTML with unchanged content.
                let tag = self.tag();
                format!(
                    "<{tag}{}>\n{} & <b>{}</b>\n</{tag}>\n",
                    self.attributes(),
                    self.word(),
                    self.inline(2)
                )
            }
            13 => {
                // Raw tags around Markdown.
                let (tag, block) = (self.tag(), self.block(depth + 1));
                format!("<{tag}{}>\n\n{block}\n</{tag}>\n", self.attributes())
            }
            14 => format!(
                "<table>\n<tr><td>{} <list></td><th>{}</th></tr>\n</table>\n",
                self.word(),
                self.word()
            ),
            15 => format!("<!-- {}\n\n<list> {} -->\n", self.word(), self.word()),
            16..=18 => self.table(),
            19..=22 => self.list(depth),
            23 => format!("    {} *x*\n", self.word()),
            28 => format!("{} {}\n", self.word(), self.soup()),
            24 => format!("> {}\n{}\n", self.inline(1), self.word()),
            25 => format!("~~~ sh\n{} *x*\n\n{}\n~~~\n", self.word(), self.word()),
            _ => format!("<div>\n<!-- {} -->\n<? {} ?>{}\n</div>\n", self.word(), self.word(), self.word()),
        }
    }
}

fn indented(block: &str, with: &str) -> String {
    let lines: Vec<_> = block.trim_end().split('\n').collect();
    lines.join(&format!("\n{with}")) + "\n"
}
