"""An independent reading of the references in a checkout: other parser, other slugs, other resolver.

    references.py CHECKOUT REPOSITORY ALIAS... < references.json

Prints, as JSON:

- `comparison`: how many references lead into the checkout, and those that one side finds and the other does
  not, or judges otherwise. Addresses of people are left out: they are not listed.
- `documents`: the references of every document in the order of its page, each with the styles it is written
  in and with what has to be found by whoever follows it.
"""

import collections
import json
import os
import posixpath
import re
import sys
import unicodedata
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urljoin

from markdown_it import MarkdownIt
from markdown_it.token import Token

INDEXES = ("README.md", "_index.md", "index.md", "readme.md")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico")
# What a path may hold as it is, by RFC 3986.
SAFE = "/:@!$&'()*+,;="
BARE = re.compile(
    r"(?P<web>(?<![a-z])(?:https?|ftp)://[\w-][^\s<]*)|(?P<www>(?<![^\s*_~(])www\.[\w-][^\s<]*)"
    r"|(?P<mail>[a-z0-9._+-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+)",
    re.IGNORECASE,
)
SURROUNDINGS = {"table": "in a table", "li": "in a list", "blockquote": "in a quotation"}
SURROUNDINGS.update({f"h{level}": "in a heading" for level in range(1, 7)})


class Page(HTMLParser):
    """What stands on a page, in order: links and pictures, and places that have a name."""

    def __init__(self, title):
        super().__init__()
        self.links, self.places = [], {}
        self.line, self.syntax = 0, "HTML"
        # Places are told apart by the heading before them; it is a list because its text is still to come.
        self.section, self.heading, self.link, self.around = [title], None, None, []
        self.title = self.section

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        if tag in SURROUNDINGS:
            self.around.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.heading = self.section = [""]
        if tag == "a" and "href" in attributes:
            self.link = self.add(tag, attributes["href"], "")
        elif tag == "img" and "src" in attributes:
            self.add(tag, attributes["src"], attributes.get("alt", ""))
        for name in (attributes.get("id"), attributes.get("name") if tag == "a" else None):
            if name:
                kind = "named place" if self.syntax == "HTML" else attributes["data-kind"]
                self.places.setdefault(name.lower(), (kind, self.section))

    def add(self, tag, written, text):
        syntax = f"picture, {self.syntax}" if tag == "img" else self.syntax
        styles = {syntax} | {SURROUNDINGS[around] for around in self.around}
        self.links.append({"line": self.line, "tag": tag, "written": written, "text": text, "styles": styles})
        return self.links[-1]

    def handle_endtag(self, tag):
        if tag in self.around:
            del self.around[len(self.around) - 1 - self.around[::-1].index(tag)]
        if tag == "a":
            self.link = None
        if re.fullmatch("h[1-6]", tag):
            self.heading = None

    def handle_data(self, data):
        if self.link:
            self.link["text"] += data
        if self.heading:
            self.heading[0] += data


def slug(heading):
    kept = []
    for character in heading.lower():
        category = unicodedata.category(character)
        if character in " -":
            kept.append("-")
        elif category[0] in "LNM" or category == "Pc":
            kept.append(character)
    return "".join(kept)


def plain(token):
    breaks = ("softbreak", "hardbreak")
    return "".join(
        " " if child.type in breaks else child.content
        for child in token.children or []
        if child.type in breaks + ("text", "code_inline")
    )


def without_punctuation(address):
    """What GFM leaves out at the end of a bare address, and the end of brackets around it."""
    while True:
        if address[-1] in "?!.,:*_~'\"":
            address = address[:-1]
        elif address[-1] == ")" and address.count(")") > address.count("("):
            address = address[:-1]
        elif address[-1] == "]" and address.count("]") > address.count("["):
            address = address[:-1]
        elif entity := re.search(r"&[a-zA-Z0-9]+;\Z", address):
            address = address[: entity.start()]
        else:
            return address.removesuffix(";")


def link_bare_addresses(state):
    for block in state.tokens:
        tokens, links = [], 0
        for token in block.children or []:
            html = token.content.lower() if token.type == "html_inline" else ""
            links += token.type == "link_open" or html.startswith("<a ")
            links -= token.type == "link_close" or html == "</a>"
            done, text = 0, token.content
            for found in BARE.finditer(text if token.type == "text" and not links else ""):
                address = without_punctuation(found[0])
                href = {"www": "http://", "mail": "mailto:"}.get(found.lastgroup, "") + address
                tokens.append(Token("text", "", 0, content=text[done : found.start()]))
                tokens.append(Token("link_open", "a", 1, attrs={"href": href}, markup="bare"))
                tokens.append(Token("text", "", 0, content=address))
                tokens.append(Token("link_close", "a", -1))
                done = found.start() + len(address)
            tokens.append(token)
            if done:
                tokens[-1] = Token("text", "", 0, content=text[done:])
        if block.children is not None:
            block.children = tokens


def says(token):
    """Whether there are words in a token."""
    if token.type == "html_block":
        return bool(re.sub(r"(?s)<!--.*?-->|<[^>]*>", "", token.content).strip())
    return token.type in ("fence", "code_block") or token.type == "inline" and bool(plain(token).strip())


def syntax(token):
    if token.type in ("html_block", "html_inline"):
        return "HTML"
    if token.type == "link_open" and token.markup:
        return token.markup
    return "reference" if token.meta.get("label") else "inline"


def name_in_words(path):
    name = posixpath.basename(path)
    name = posixpath.basename(posixpath.dirname(path)) if name in INDEXES else name.removesuffix(".md")
    name = name.replace("-", " ").replace("_", " ")
    return name[:1].upper() + name[1:]


def read(path, text):
    parser = MarkdownIt("commonmark", {"store_labels": True}).enable(["table", "strikethrough"])
    parser.normalizeLink = parser.normalizeLinkText = lambda address: address
    parser.validateLink = lambda address: True
    parser.core.ruler.push("bare addresses", link_bare_addresses)
    front_matter = re.match(r"\A---\r?\n(.*?\n)---[ \t]*\r?\n", text, flags=re.S)
    title, first_line, counts, top = None, 1, {}, None
    if front_matter:
        title = re.search(r"""^title: *["']?(.*?)["']? *(?:#.*)?$""", front_matter[1], flags=re.M)
        first_line += front_matter[0].count("\n")
        text = text[front_matter.end() :]
    tokens = parser.parse(text)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            first = slug(plain(tokens[index + 1]))
            name = first
            while name in counts:
                counts[first] += 1
                name = f"{first}-{counts[first]}"
            counts[name] = 0
            token.attrSet("id", name)
            token.attrSet("data-kind", "heading" if name == first else "repeated heading")
            first_heading = not any(before.type == "heading_open" for before in tokens[:index])
            if token.tag == "h1" and token.level == 0 and first_heading and not any(map(says, tokens[:index])):
                top = index
    page = Page(title[1] if title else name_in_words(path))

    def show(tokens):
        for token in tokens:
            page.line = first_line + token.map[0] if token.map else page.line
            for part in [token] if token.children is None else token.children:
                page.syntax = syntax(part)
                page.feed(parser.renderer.render([part], parser.options, {}))
                page.line += part.type in ("softbreak", "hardbreak")

    if top is not None:
        # A page begins with the heading of the first level that opens its document.
        show(tokens[top : top + 3])
        page.title = page.section
        del tokens[top : top + 3]
    show(tokens)
    page.close()
    return page


class Checkout:
    """A folder of documents that refer to one another, and to the repository that it is a checkout of."""

    def __init__(self, root, repository, aliases):
        self.root, self.repository, self.aliases = root, repository, aliases
        self.files, self.folders, self.documents = set(), {""}, {}
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), root)
                self.files.add(path)
                while path := posixpath.dirname(path):
                    self.folders.add(path)
        for path in sorted(self.files):
            if path.endswith(".md"):
                with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
                    self.documents[path] = read(path, file.read())

    def document_at(self, path):
        if path in self.documents:
            return path
        indexes = (posixpath.join(path, name) for name in INDEXES)
        return next((index for index in indexes if index in self.documents), None)

    def web(self, path, view="blob"):
        return f"https://{self.repository}/{view}/main/{quote(path, safe=SAFE)}"

    def address(self, document):
        folder = posixpath.dirname(document)
        path = folder if self.document_at(folder) == document else document.removesuffix(".md")
        return path + "/" if path else ""

    def judge(self, source, link):
        """Whether a link is resolved, external or broken, what whoever follows it finds, and its styles."""
        written = link["written"].strip()
        path, _, fragment = written.partition("#")
        as_written = {"address": written}
        address, pinned = None, False
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", written):
            bare = same_case(re.sub(r"\Ahttps?://", "", path, flags=re.IGNORECASE), self.repository)
            commit = re.match(re.escape(self.repository) + r"/(?:blob|tree)/[0-9a-f]{7,40}/?(.*)", bare)
            aliases = (alias for alias in self.aliases if bare.startswith(alias) or bare == alias[:-1])
            alias = next(aliases, None)
            # GitHub shows no picture that is written out in a document, and neither does a page.
            if written.startswith("data:"):
                return "broken", None, {"other scheme"}
            if not re.match(r"https?:", written, flags=re.IGNORECASE):
                return "external", as_written, {"other scheme"}
            if bare.rstrip("/") == self.repository:
                address, path = "repository root", "/"
            elif alias is not None:
                address, path = alias, "/" + bare[len(alias) :]
            elif commit:
                address, path, pinned = "pinned", "/" + commit[1], True
            else:
                return "external", as_written, {"elsewhere"}
        elif written.startswith("//"):
            return "external", as_written, {"elsewhere"}
        elif not written or written[0] in "([" or is_person(path) and not path.endswith(".md"):
            return "broken", None, {"malformed"}
        styles = {address or ("this page" if not path else "root-absolute" if path[0] == "/" else "relative")}
        if "%" in written:
            styles.add("percent-encoded")
        path = unquote(path.split("?")[0])
        if not path:
            target = source
        elif path.startswith("/"):
            target = posixpath.normpath(path).lstrip("/")
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if target.startswith(".."):
            return "external", {"address": urljoin(self.web(source), written)}, styles | {"above the root"}
        target = "" if target == "." else target

        def found(what, **kinds):
            return "external" if pinned else "resolved", as_written if pinned else kinds, styles | {what}

        if target in self.files and target not in self.documents:
            if target.lower().endswith(PICTURES):
                empty = os.path.getsize(os.path.join(self.root, target)) == 0
                return found("picture", picture=target, empty=empty)
            fragment = "#" + fragment if fragment else ""
            return found("line of a file" if fragment else "file", address=self.web(target) + fragment)
        document = self.document_at(target)
        if document is None and target in self.folders:
            if not any(path.startswith(target + "/") for path in self.documents):
                return found("folder of files", address=self.web(target, "tree"))
            name = name_in_words(posixpath.join(target, "README.md"))
            return "resolved", {"page": target + "/", "title": name}, styles | {"folder without README"}
        if document is None:
            if any(path.lower() == target.lower() for path in self.files | self.folders):
                styles.add("path in another case")
            expected = as_written if pinned else {"address": self.web(target)}
            return "external" if pinned else "broken", expected, styles | {"missing document"}
        page = self.documents[document]
        expected = {"page": self.address(document), "title": page.title[0]}
        styles.add("document" if document == target else "folder with README")
        anchor = re.sub("^user-content-", "", unquote(fragment.split(":~:")[0]))
        if anchor.lower() == "readme" and document != target and "readme" not in page.places:
            anchor = ""
        if not anchor:
            return "resolved", expected, styles
        if anchor.lower() in page.places:
            kind, section = page.places[anchor.lower()]
            expected["place"], expected["section"] = anchor.lower(), section[0]
            if anchor != anchor.lower():
                styles.add("place in another case")
            return "resolved", expected, styles | {kind}
        if anchor.lower() == "top" or re.fullmatch(r"l\d+(c\d+)?(-l\d+(c\d+)?)?", anchor.lower()):
            return "resolved", expected, styles | {"line of a document"}
        if pinned:
            return "external", as_written, styles | {"missing place"}
        return "broken", expected, styles | {"missing place"}


def same_case(bare, repository):
    """An address with its host in lower case, and with the repository as it is called, if it is that."""
    host, slash, rest = bare.partition("/")
    bare = re.sub(r"\Awww\.(?=github\.com\Z)", "", host.lower()) + slash + rest
    if bare[: len(repository)].lower() == repository.lower():
        return repository + bare[len(repository) :]
    return bare


def is_person(written):
    return "@" in written and "/" not in written


def compare(checkout, references):
    theirs, ours = collections.Counter(), collections.Counter()
    for source, page in checkout.documents.items():
        for link in page.links:
            written = link["written"].strip()
            status = checkout.judge(source, link)[0]
            if not is_person(written) and status != "external":
                theirs[source, written, status] += 1
    for reference in references:
        source, written = reference["from"], reference["raw"].strip()
        if source["source"] == "community" and reference["status"] != "external" and not is_person(written):
            ours[source["path"], written, reference["status"]] += 1
    return {
        "references": sum(theirs.values()),
        "broken": sum(count for key, count in theirs.items() if key[2] == "broken"),
        "only theirs": sorted((theirs - ours).elements()),
        "only ours": sorted((ours - theirs).elements()),
    }


def listing(checkout):
    documents = []
    for source, page in checkout.documents.items():
        links = []
        for link in page.links:
            status, expected, styles = checkout.judge(source, link)
            styles = sorted(styles | link["styles"])
            links.append({**link, "status": status, "expected": expected, "styles": styles})
        documents.append({"path": source, "page": checkout.address(source), "links": links})
    return documents


if __name__ == "__main__":
    root, repository, *aliases = sys.argv[1:]
    checkout = Checkout(root, repository, aliases)
    comparison = compare(checkout, json.load(sys.stdin))
    print(json.dumps({"comparison": comparison, "documents": listing(checkout)}))
