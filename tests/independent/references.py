"""An independent reading of the references in a checkout: other parser, other slugs, other resolver.

    references.py CHECKOUT REPOSITORY ALIAS... < references.json

Prints, as JSON, how many references lead into the checkout, and those that one side finds and the other
does not, or judges otherwise. Addresses of people are left out: they are not listed.
"""

import collections
import json
import os
import posixpath
import re
import sys
import unicodedata
from html.parser import HTMLParser
from urllib.parse import unquote

from markdown_it import MarkdownIt

INDEXES = ("README.md", "_index.md", "index.md", "readme.md")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.ids = [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.links.append(attributes.get("href"))
            self.ids.append(attributes.get("name"))
        if tag == "img":
            self.links.append(attributes.get("src"))
        self.ids.append(attributes.get("id"))


def slug(heading):
    kept = []
    for character in heading.strip().lower():
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


def read(text):
    parser = MarkdownIt("gfm-like")
    parser.options["html"] = True
    parser.normalizeLink = lambda address: address
    parser.validateLink = lambda address: True
    # GFM links bare addresses with a scheme or `www.` only.
    parser.linkify.set({"fuzzy_link": False})
    text = re.sub(r"\A---\r?\n.*?\n---[ \t]*\r?\n", "", text, flags=re.S)
    tags, links, ids, counts = Tags(), [], set(), {}
    tokens = parser.parse(text)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            first = slug(plain(tokens[index + 1]))
            name = first
            while name in counts:
                counts[first] += 1
                name = f"{first}-{counts[first]}"
            counts[name] = 0
            ids.add(name)
        elif token.type == "html_block":
            tags.feed(token.content)
        for child in token.children or []:
            if child.type == "link_open":
                links.append(child.attrGet("href"))
            elif child.type == "image":
                links.append(child.attrGet("src"))
            elif child.type == "html_inline":
                tags.feed(child.content)
    links = [link or "" for link in links] + [link for link in tags.links if link]
    return links, ids | {name.lower() for name in tags.ids if name}


def main(root, repository, aliases):
    files, folders, documents = set(), set(), {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            files.add(path)
            while path:
                path = posixpath.dirname(path)
                folders.add(path)
    for path in files:
        if path.endswith(".md"):
            with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
                documents[path] = read(file.read())

    def document_at(path):
        if path in documents:
            return path
        return next((index for name in INDEXES if (index := posixpath.join(path, name)) in documents), None)

    def status(source, written):
        path, _, fragment = written.partition("#")
        pinned = False
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", written):
            bare = re.sub(r"\Ahttps?://", "", path)
            commit = re.match(re.escape(repository) + r"/(?:blob|tree)/[0-9a-f]{7,40}/?(.*)", bare)
            alias = next((alias for alias in aliases if bare.startswith(alias) or bare == alias[:-1]), None)
            if not re.match(r"https?:", written):
                return "external"
            if bare.rstrip("/") == repository:
                path = "/"
            elif alias is not None:
                path = "/" + bare[len(alias) :]
            elif commit:
                path, pinned = "/" + commit[1], True
            else:
                return "external"
        elif written.startswith("//"):
            return "external"
        elif not written:
            return "broken"
        path = unquote(path.split("?")[0])
        if not path:
            target = source
        elif path.startswith("/"):
            target = posixpath.normpath(path).lstrip("/")
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if target.startswith(".."):
            return "external"
        target = "" if target == "." else target
        missing = "external" if pinned else "broken"
        if target in files and target not in documents:
            return "external" if pinned else "resolved"
        document = document_at(target)
        if document is None:
            return "resolved" if target in folders else missing
        anchor = re.sub("^user-content-", "", unquote(fragment).lower())
        known = not anchor or anchor in documents[document][1] or anchor == "top"
        return "resolved" if known or re.fullmatch(r"l\d+(-l\d+)?", anchor) else missing

    theirs, ours = collections.Counter(), collections.Counter()
    is_person = lambda written: "@" in written and "/" not in written
    for source, (links, _) in documents.items():
        for written in map(str.strip, links):
            if not is_person(written) and (judged := status(source, written)) != "external":
                theirs[source, written, judged] += 1
    for reference in json.load(sys.stdin):
        source, written = reference["from"], reference["raw"].strip()
        if source["source"] == "community" and reference["status"] != "external" and not is_person(written):
            ours[source["path"], written, reference["status"]] += 1
    print(
        json.dumps(
            {
                "references": sum(theirs.values()),
                "broken": sum(count for key, count in theirs.items() if key[2] == "broken"),
                "only theirs": sorted((theirs - ours).elements()),
                "only ours": sorted((ours - theirs).elements()),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
