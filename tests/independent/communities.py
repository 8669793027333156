"""Prints what the snapshot of a community says of its groups and their people, read with PyYAML and tomllib.

communities.py COMMUNITY DIR

One JSON object, everything in it sorted:

- `groups`: kind and name by id
- `seats`: [group, role, person]
- `vacant`: [group, role] where a text says that there is nobody
- `former`: [group, person]
- `people`: full names by person, or the name of the account, as it was first written, where none is
  known
- `meetings`: [group, title or null, schedule]
- `contacts`: [group, kind of channel, value]
- `parents`: [group, id of the group that it is part of]

A person is the GitHub handle in lower case. In communities without handles it is the nick on IRC as a slug, or the
slug of the full name. What stands where a person would, to say that there is none,
is nobody.
"""

import json
import pathlib
import re
import sys
import tomllib

import yaml

NOBODY = {"", "appointment needed", "n/a", "no nick supplied", "none", "tba", "tbd"}
TEMPLATE = "sig-template"
KINDS = {"sigs": "sig", "workinggroups": "wg", "usergroups": "ug", "committees": "committee"}
LEADERS = {"chairs": "chair", "tech_leads": "technical-lead", "leads": "lead"}
CHANNELS = {"slack": "slack", "mailing_list": "mailing-list", "private_mailing_list": "private-mailing-list"}
SCHEDULE = ("day", "time", "tz", "frequency")


def slug(text):
    words = re.sub(r"\s+", "-", text.strip().lower())
    return "".join(char for char in words if char.isalnum() or char in "-_")


def kebab(text):
    return re.sub(r"([A-Z])", r"-\1", text).replace("_", "-").strip("-").lower()


def singular(text):
    return text[:-3] + "y" if text.endswith("ies") else text.removesuffix("s")


def somebody(text):
    """The text, unless it says that there is nobody."""
    return None if text is None or text.strip().lower() in NOBODY else text.strip()


def load(path):
    with open(path, "rb") as file:
        return tomllib.load(file) if path.suffix == ".toml" else yaml.safe_load(file)


class Reading:
    def __init__(self):
        self.groups, self.people, self.accounts, self.meetings = {}, {}, {}, []
        self.seats, self.former, self.contacts, self.parents = set(), set(), set(), set()
        self.vacant = set()

    def group(self, group, kind, name):
        self.groups[group] = {"kind": kind, "name": name.strip()}

    def person(self, name=None, github=None, irc=None):
        """Takes note of the person and returns the key, or nothing if this is nobody."""
        name, github, irc = somebody(name), somebody(github), somebody(irc)
        if not (name or github):
            return None
        key = github.lower() if github else slug(irc or name)
        self.accounts.setdefault(key, github or irc or name)
        if name and name != github:
            self.people.setdefault(key, set()).add(name)
        return key

    def seat(self, group, role, **person):
        if key := self.person(**person):
            self.seats.add((group, role, key))
        elif any(person.values()):
            self.vacant.add((group, role))

    def leave(self, group, **person):
        if key := self.person(**person):
            self.former.add((group, key))

    def contact(self, group, channel, value):
        if value:
            self.contacts.add((group, channel, value.strip()))

    def print(self):
        named = {key for _, _, key in self.seats} | {key for _, key in self.former}
        result = {
            "groups": self.groups,
            "people": {key: sorted(self.people.get(key) or [self.accounts[key]]) for key in named},
            "meetings": sorted(self.meetings, key=lambda meeting: (meeting[0], meeting[1] or "", meeting[2])),
        }
        self.vacant -= {(group, role) for group, role, _ in self.seats}
        for key in "seats", "vacant", "former", "contacts", "parents":
            result[key] = sorted(getattr(self, key))
        print(json.dumps(result, sort_keys=True))


def kubernetes(reading, folder):
    """The file with all groups, as in kubernetes/community. Subprojects are left out."""
    data = next(load(folder / name) for name in ("sigs.yaml", "wgs.yaml") if (folder / name).exists())
    for of_kind, kind in KINDS.items():
        for entry in data.get(of_kind) or []:
            group = (entry.get("dir") or f"{kind}-{slug(entry['name'])}").strip("/")
            if group.lower() == TEMPLATE:
                continue
            reading.group(group, kind, entry["name"])
            leaders = {key: entry[key] for key in LEADERS if key in entry} | (entry.get("leadership") or {})
            for key, people in leaders.items():
                for person in people or []:
                    person = {"github": person.get("github"), "name": person.get("name")}
                    if key == "emeritus_leads":
                        reading.leave(group, **person)
                    else:
                        reading.seat(group, LEADERS.get(key) or kebab(singular(key)), **person)
            for meeting in entry.get("meetings") or []:
                schedule = " ".join(str(meeting[key]) for key in SCHEDULE if meeting.get(key))
                reading.meetings.append((group, meeting.get("description"), schedule))
            contact = {"slack": entry.get("chat_link")} | (entry.get("contact") or {})
            for key, channel in CHANNELS.items():
                reading.contact(group, channel, contact.get(key))


def cilium(reading, folder):
    """The file with all groups, and a file for each team, some of which are teams of those groups."""
    kubernetes(reading, folder)
    for path in sorted(folder.glob("ladder/teams/*.yaml")):
        if path.stem not in reading.groups:
            reading.group(path.stem, "team", path.stem)
        for key, people in load(path).items():
            for person in people or []:
                reading.seat(path.stem, kebab(singular(key)), github=person)


def rust_team(reading, folder):
    """Who is a member by a rule, not by name, is left out, and so are the teams in the archive."""
    files = [load(path) for path in sorted(folder.glob("people/*.toml"))]
    names = {person["github"].lower(): person["name"] for person in files}

    def listed(people, key):
        for entry in people.get(key, []):
            entry = {"github": entry} if isinstance(entry, str) else entry
            yield {"github": entry["github"], "name": names.get(entry["github"].lower())}, entry.get("roles", [])

    for path in sorted(folder.glob("teams/*.toml")):
        team = load(path)
        group, website = team["name"], team.get("website", {})
        reading.group(group, team.get("kind", "team"), website.get("name", group))
        for person, _ in listed(team["people"], "leads"):
            reading.seat(group, "lead", **person)
        for person, roles in listed(team["people"], "members"):
            for role in ["member", *roles]:
                reading.seat(group, role, **person)
        for person, _ in listed(team["people"], "alumni"):
            reading.leave(group, **person)
        reading.contact(group, "zulip", website.get("zulip-stream"))
        if parent := team.get("subteam-of"):
            reading.parents.add((group, parent))


def openstack(reading, folder):
    """Projects, the special interest groups that are neither archived nor completed, and the technical committee."""

    def seat(group, role, person):
        reading.seat(group, role, name=person["name"], irc=person["irc"])

    for name, project in load(folder / "reference/projects.yaml").items():
        group = slug(name)
        reading.group(group, "project", name)
        if project.get("ptl"):
            seat(group, "ptl", project["ptl"])
        for key, people in (project.get("liaisons") or {}).items():
            for person in people or []:
                seat(group, f"{key.removesuffix('-liaison')}-liaison", person)
        reading.contact(group, "irc", project.get("irc-channel"))
    for name, sig in load(folder / "reference/sigs/sigs.yaml").items():
        group = f"sig-{slug(name)}" if slug(name) in reading.groups else slug(name)
        reading.group(group, "sig", name)
        for person in sig.get("chairs") or []:
            seat(group, "chair", person)
    reading.group("technical-committee", "committee", "Technical Committee")
    for person in load(folder / "reference/members.yaml"):
        seat("technical-committee", person["role"] or "member", person)


def open_telemetry(reading, folder):
    data = load(folder / "people.yml")
    names = {key.lower(): person.get("name") for key, person in data["people"].items()}

    def seat(group, role, github):
        reading.seat(group, role, github=github, name=names.get(github.lower()))

    for key, people in data["teams"].items():
        reading.group(key, "team", key.replace("-", " ").title())
        for person in people:
            seat(key, "member", person)
    for entry in load(folder / "workstreams.yml"):
        group = entry["id"]
        reading.group(group, entry["kind"], entry["name"])
        for [[role, person]] in map(dict.items, entry["people"]):
            seat(group, kebab(role), person if isinstance(person, str) else person["username"])
        for [[kind, value]] in map(dict.items, entry.get("resources") or []):
            if kind == "meeting":
                reading.meetings.append((group, None, value["schedule"].strip()))
            elif kind == "slack":
                reading.contact(group, "slack", value["name"].removeprefix("#"))
        if parent := somebody(entry.get("parent")):
            reading.parents.add((group, parent))


COMMUNITIES = {
    "cilium": cilium,
    "kubeflow": kubernetes,
    "kubevirt": kubernetes,
    "open-telemetry": open_telemetry,
    "openstack": openstack,
    "rust-team": rust_team,
}

result = Reading()
COMMUNITIES[sys.argv[1]](result, pathlib.Path(sys.argv[2]))
result.print()
