"""The words of rendered documents, compared with those that GitHub's own Markdown library gives.

    words.py DOCUMENTS PAGES

DOCUMENTS is a folder of Markdown files, PAGES the folder of their pages in a built site. Prints, as JSON, how many
documents and words there are, and the documents whose words differ, each with the first words of both sides from
there on.

The pages may differ from GitHub's in what is no text of the document:

- front matter is not shown;
- names of emoji become emoji;
- the marker of an alert (`[!NOTE]`) becomes its title;
- links from headings to themselves, and from footnotes back to the text, are the site's;
- the H1 that opens a document stands above the rest of its page, and a document without one is named by its file.

Comments are no text for either side. Tags that GFM 6.11 filters are text for both; all other tags go, and what stands
between them stays.
"""

import json
import os
import re
import sys

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


def text(node, parts):
    """Collects the text below a node; words of two blocks are apart."""
    for child in children(node):
        if child.tag == "-text":
            parts.append(child.text(deep=False))
        elif child.tag != "-comment" and not is_added(child):
            apart = " " if child.tag in APART else ""
            parts.append(apart)
            text(child, parts)
            parts.append(apart)
    return parts


def words(node):
    # GitHub shows emoji for names between colons, which its Markdown library leaves as they are.
    return EMOJI.sub("", "".join(text(node, []))).split()


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


def compare(documents, pages):
    differences, compared, count = [], 0, 0
    for folder, _, names in sorted(os.walk(documents)):
        for name in sorted(name for name in names if name.endswith(".md")):
            place = os.path.join(folder, name)
            path = os.path.relpath(place, documents)
            with open(place, encoding="utf-8", errors="replace", newline="") as file:
                body = expected(file.read())
            theirs = words(body)
            with open(os.path.join(pages, page_of(path, names)), encoding="utf-8") as file:
                title, article = shown(file.read())
            ours = words(title) if opens_with_title(body) else []
            ours += words(article) if article is not None else []
            compared, count = compared + 1, count + len(theirs)
            if ours != theirs:
                pairs = enumerate(zip(ours + [None], theirs + [None]))
                at = next(at for at, (our, their) in pairs if our != their)
                start = max(0, at - 3)
                differences.append({"path": path, "ours": ours[start : at + 9], "theirs": theirs[start : at + 9]})
    return {"documents": compared, "words": count, "differences": differences}


if __name__ == "__main__":
    print(json.dumps(compare(*sys.argv[1:])))
