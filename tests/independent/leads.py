"""Prints who leads which group of a community, read from its list of groups with PyYAML: [group, role, handle], sorted.

leads.py FILE
"""

import json
import re
import sys

import yaml

KINDS = {"sigs": "sig", "workinggroups": "wg", "usergroups": "ug", "committees": "committee"}
ROLES = {"chairs": "chair", "tech_leads": "technical-lead", "leads": "lead"}

seats = []
with open(sys.argv[1], encoding="utf-8") as file:
    data = yaml.safe_load(file)
for kind, prefix in KINDS.items():
    for group in data.get(kind) or []:
        name = re.sub(r"[^a-z0-9]+", "-", group["name"].lower()).strip("-")
        folder = group.get("dir") or f"{prefix}-{name}"
        for key, role in ROLES.items():
            for person in (group.get("leadership") or {}).get(key) or []:
                seats.append([folder, role, person["github"]])
print(json.dumps(sorted(seats)))
