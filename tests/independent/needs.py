"""Reads a needs.json as sphinx-needs does: prints errors against its schema, and the needs."""

import json
import re
import sys

from sphinx_needs.needsfile import check_needs_file

# The default of `needs_id_regex`.
ID = re.compile("^[A-Z0-9_]{5,}")

errors = [error.message for error in check_needs_file(sys.argv[1]).schema]
with open(sys.argv[1], encoding="utf-8") as file:
    data = json.load(file)
version = data["versions"][data["current_version"]]
needs = version["needs"]
errors += [f"id {id}" for id in needs if not ID.fullmatch(id)]
errors += [f"{id}: {need['id']}" for id, need in needs.items() if need["id"] != id]
errors += [f"{id}: link {link}" for id, need in needs.items() for link in need["links"] if link not in needs]
if version["needs_amount"] != len(needs):
    errors.append("amount")
print(json.dumps({"errors": errors, "created": data.get("created"), "project": data["project"], "needs": needs}))
