"""Reads a feed with the `feedparser` package and prints what it says, as JSON.

feed.py FEED
"""

import json
import sys
from pathlib import Path

import feedparser

read = feedparser.parse(Path(sys.argv[1]).read_bytes())
entry = lambda entry: {
    "id": entry.id,
    "title": entry.title,
    "link": entry.link,
    "updated": entry.updated,
    "authors": [author.name for author in entry.get("authors", [])],
    "category": entry.tags[0].term,
    "summary": entry.get("summary"),
}
json.dump(
    {
        "version": read.version,
        "problem": str(read.bozo_exception) if read.bozo else None,
        "title": read.feed.title,
        "id": read.feed.id,
        "self": next(link.href for link in read.feed.links if link.rel == "self"),
        "updated": read.feed.updated,
        "entries": [entry(found) for found in read.entries],
    },
    sys.stdout,
)
