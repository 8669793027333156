"""Rendered documents, compared with those that GitHub's own Markdown library gives.

    pages.py all|words DOCUMENTS PAGES

DOCUMENTS is a folder of Markdown files, PAGES the folder of their pages in a built site. A document is read as a
list of its words and, with `all`, of the elements that they stand in: headings by level, paragraphs, lists with their
first number, boxes of tasks, quotations, tables with the alignment of each cell, code, emphasis, links and pictures.
Prints, as JSON, how many of each there are, and the documents that differ, each with both sides around the first
difference.

The pages may differ from GitHub's in what is no text of the document:

- front matter is not shown;
- names of emoji become emoji;
- the marker of an alert (`[!NOTE]`) becomes its title;
- links from headings to themselves, and from footnotes back to the text, are the site's;
- the H1 that opens a document stands above the rest of its page, and a document without one is named by its file;
- what has no address that a browser could follow is no link.

Links to addresses with a scheme must be equal, except in how they are escaped. Others lead to pages of the site, and
`references.py` has where.

Comments are no text for either side. Tags that GFM 6.11 filters are text for both; all other tags go, and what stands
between them stays.
"""

import collections
import json
import os
import re
import sys
from urllib.parse import unquote

import cmarkgfm
from cmarkgfm.cmark import Options
from selectolax.lexbor import LexborHTMLParser

EXTENSIONS = ["table", "autolink", "tagfilter", "strikethrough", "tasklist"]
INDEXES = ("README.md", "_index.md", "index.md", "readme.md")
# Words before, in and after these are apart; tags that go part no words.
APART = set(
    "blockquote br caption center dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hgroup hr li ol p pre section"
    " summary table tbody td tfoot th thead tr ul".split()
)
# What GitHub's sanitiser keeps (html-pipeline), what its Markdown library writes, and `center`, which pages keep.
KEPT = set(
    "a abbr b bdo blockquote br caption center cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr"
    " i img input ins kbd li mark ol p picture pre q rp rt ruby s samp section small source span strike strong sub"
    " summary sup table tbody td tfoot th thead time tr tt ul var wbr".split()
)
ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?=\n|\Z)", re.IGNORECASE)
# Elements that are compared; others are only what stands in them.
MARKS = set(
    "a blockquote br code del dd dl dt em h1 h2 h3 h4 h5 h6 hr i b s strike img input ins kbd li ol p pre strong sub sup table tbody td th thead tr ul".split()
)
VOID = {"br", "hr", "input"}
# Elements that are nothing without content.
MEANINGLESS = {"p", "tbody"}
COUNTED = {
    "links": {"a"},
    "pictures": {"img"},
    "tables": {"table"},
    "headings": {"h1", "h2", "h3", "h4", "h5", "h6"},
    "lists": {"ul", "ol"},
}
# Where files of the documents are on the web.
WEB = "https://example.org/"
# What the site or GitHub's library adds to the text.
ADDED = {"rb-anchor", "rb-cites", "rb-alert-title", "footnote-backref"}
EMOJI = re.compile(
    r":[a-z0-9_+-]+:|[#*0-9]\ufe0f?\u20e3|[\u200d\ufe0f\u2049\u203c\u20e3\u2100-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
FRONT_MATTER = re.compile(
    r"\ufeff?(?:---[ \t]*\r?\n(?=[\w.\"'-]+:|#|---)(?:.*\n)*?---|\+\+\+[ \t]*\r?\n(?:.*\n)*?\+\+\+)[ \t]*(?:\r?\n|\Z)"
)


def children(node):
    child = node.child
    while child is not None:
        yield child
        child = child.next


def classes(node):
    return set((node.attributes.get("class") or "").split())


def is_added(node):
    return bool(classes(node) & ADDED) or (node.attributes.get("href") or "").startswith("#fnref.")


class Reader:
    """Reads a rendered document as a list of words and of marks (`<em>`, `</em>`), and counts what it holds."""

    def __init__(self, aspect):
        self.has_marks = aspect == "all"
        self.found, self.text, self.counts = [], [], dict.fromkeys(["words", *COUNTED], 0)

    def flush(self):
        # GitHub shows emoji for names between colons, which its Markdown library leaves as they are.
        words = EMOJI.sub("", "".join(self.text)).split()
        self.counts["words"] += len(words)
        self.found += words
        self.text = []

    def mark(self, mark):
        self.flush()
        self.found.append(mark)

    def read(self, node):
        for child in children(node):
            if child.tag == "-text":
                self.text.append(child.text(deep=False))
            elif child.tag == "img":
                self.picture(child)
            elif child.tag != "-comment" and not is_added(child):
                self.element(child)

    def picture(self, node):
        if not self.has_marks:
            return
        self.counts["pictures"] += 1
        kind = kind_of_picture(node)
        # Where a picture has no address, and where it is written out, its description is shown.
        if kind is None or kind.startswith("data:"):
            return self.text.append(node.attributes.get("alt") or "")
        self.mark(f"<img {kind}>")
        self.text.append(node.attributes.get("alt") or "")
        self.mark("</img>")

    def element(self, node):
        name = name_of(node)
        for counted, names in COUNTED.items():
            self.counts[counted] += name is not None and node.tag in names
        if name is None or not self.has_marks:
            apart = " " if node.tag in APART else ""
            self.text.append(apart)
            self.read(node)
            return self.text.append(apart)
        self.mark(f"<{name}>")
        if node.tag == "input" and re.fullmatch("<(p|h[1-6])>", "".join(self.found[-2:-1])):
            # GitHub's library writes the box of a task before the block of its text, pages within it.
            self.found[-2:] = reversed(self.found[-2:])
        self.read(node)
        self.flush()
        if self.found[-1] == f"<{name}>" and name in MEANINGLESS:
            self.found.pop()
        elif node.tag not in VOID:
            self.mark(f"</{name.split(' ')[0]}>")


def name_of(node):
    """The name of an element with what matters of its attributes; `None` where it is not compared."""
    attributes = node.attributes
    if node.tag == "a":
        kind = kind_of_link(attributes.get("href") or "")
        return kind and f"a {kind}"
    if node.tag in ("td", "th"):
        align = attributes.get("align") or " ".join(sorted(classes(node))).removeprefix("rb-")
        return f"{node.tag} {align}".strip()
    if node.tag == "ol":
        return f"ol {attributes.get('start') or 1}"
    if node.tag == "input":
        return "input checked" if "checked" in attributes else "input"
    if node.tag == "div":
        return "blockquote" if "rb-alert" in classes(node) else None
    if node.tag == "p" and node.parent.tag == "li" and node.parent.parent.css_first("table"):
        # For GitHub's library, a list is loose if something follows a table in it.
        return None
    return node.tag if node.tag in MARKS else None


def kind_of_link(href):
    """An address with a scheme as it is compared, of others that they are of the site; `None` for what is no address."""
    href = unquote(href).strip()
    scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", href)
    if href.startswith(WEB) or scheme is None:
        is_person = "@" in href and not re.search(r"/|\.md\b", href.split("#")[0])
        return None if not href or href[0] in "([" or is_person else "relative"
    host = re.match(r"[a-zA-Z]+://[^/?#]*", href)
    return host[0].lower() + (href[host.end() :] or "/") if host else href


def kind_of_picture(node):
    # Pictures of other repositories are shown from where they are kept.
    kind = kind_of_link(node.attributes.get("src") or "")
    return "absolute" if re.match("https?:", kind or "") else kind


def opens_with_title(node):
    """Whether the first that says something is an H1, in no quotation, list or table; `None` if nothing does."""
    for child in children(node):
        if child.tag == "h1":
            return True
        if child.tag == "-text" and child.text(deep=False).strip():
            return False
        if child.tag.startswith("-"):
            continue
        found = opens_with_title(child)
        if found is not None:
            return found and child.tag not in ("blockquote", "ul", "ol", "table")
        if child.tag in ("h2", "h3", "h4", "h5", "h6"):
            return False
    return None


def gone(tag):
    return tag[0] if tag[2].lower() in KEPT else f"<{tag[1]}x-gone"


def expected(markdown):
    front_matter = FRONT_MATTER.match(markdown)
    if front_matter:
        markdown = markdown[front_matter.end() :]
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    html = cmarkgfm.markdown_to_html_with_extensions(markdown, options, EXTENSIONS)
    # All other tags go, whatever a browser would make of them.
    html = re.sub(r"<(/?)([a-zA-Z][^\s/>]*)", gone, html)
    body = LexborHTMLParser("<body>" + html).body
    for paragraph in body.css("blockquote > p:first-child"):
        first = paragraph.child
        if first is not None and first.tag == "-text":
            marker = ALERT.match(first.text(deep=False))
            if marker:
                first.replace_with(first.text(deep=False)[marker.end() :])
    return body


def shown(page):
    main = LexborHTMLParser(page).css_first("main")
    return main.css_first("h1"), main.css_first("article.rb-prose")


def page_of(path, names):
    folder, name = os.path.split(path)
    index = next((index for index in INDEXES if index in names), None)
    return os.path.join(folder if name == index else path.removesuffix(".md"), "index.html")


def compare(aspect, documents, pages):
    differences, count = [], collections.Counter()
    for folder, _, names in sorted(os.walk(documents)):
        for name in sorted(name for name in names if name.endswith(".md")):
            place = os.path.join(folder, name)
            path = os.path.relpath(place, documents)
            with open(place, encoding="utf-8", errors="replace", newline="") as file:
                body = expected(file.read())
            with open(os.path.join(pages, page_of(path, names)), encoding="utf-8") as file:
                title, article = shown(file.read())
            ours, theirs = Reader(aspect), Reader(aspect)
            if opens_with_title(body):
                heading = body.css_first("h1")
                for side, found in ((ours, title), (theirs, heading)):
                    side.element(found)
                heading.decompose()
            theirs.read(body)
            theirs.flush()
            if article is not None:
                ours.read(article)
                ours.flush()
            count.update(theirs.counts, documents=1)
            if ours.found != theirs.found:
                pairs = enumerate(zip(ours.found + [None], theirs.found + [None]))
                at = next(at for at, (our, their) in pairs if our != their)
                around = slice(max(0, at - 8), at + 9)
                differences.append({"path": path, "ours": ours.found[around], "theirs": theirs.found[around]})
    return {**count, "differences": differences}


if __name__ == "__main__":
    print(json.dumps(compare(*sys.argv[1:])))
