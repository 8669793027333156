"""An independent reading of GitHub issue forms, and what GitHub would say against them.

    issue_forms.py FOLDER

The rules are those of GitHub's documentation of its form schema and of common validation errors, with the
lengths that it enforces without documenting them: 200 characters for a description, 65,536 for an issue.
Prints, as JSON, what is wrong and, for each form, its groups, its labels and how many items it has.
"""

import json
import os
import re
import sys

import yaml

TOP = {"name", "description", "title", "labels", "assignees", "projects", "type", "body"}
ATTRIBUTES = {
    "markdown": {"value"},
    "input": {"label", "description", "placeholder", "value"},
    "textarea": {"label", "description", "placeholder", "value", "render"},
    "dropdown": {"label", "description", "multiple", "options", "default"},
    "checkboxes": {"label", "description", "options"},
}
FORBIDDEN = {"password", "passwd", "secret", "credential"}


def is_text(value):
    return isinstance(value, str) and value.strip() != ""


def parameterized(label):
    return re.sub(r"[\W]+", "-", label.lower()).strip("-")


def judge(form):
    def texts(where, values):
        for key, value in values:
            if not is_text(value):
                yield f"{where}: {key} is no text"

    if not isinstance(form, dict):
        yield "no mapping"
        return
    for key in set(form) - TOP:
        yield f"{key} is not permitted"
    yield from texts("form", ((key, form.get(key)) for key in ("name", "description", "title")))
    if len(form["description"]) > 200:
        yield "description is too long"
    if len(form["title"]) > 250:
        yield "title is too long"
    labels = form.get("labels", ["x"])
    if not labels or not all(is_text(label) and len(label) <= 50 for label in labels):
        yield "labels are no list of texts"
    body = form.get("body")
    if not isinstance(body, list) or all(block.get("type") == "markdown" for block in body):
        yield "body asks for nothing"
        return
    ids, seen, length = set(), set(), 0
    for index, block in enumerate(body):
        where = f"body[{index}]"
        kind = block.get("type")
        if kind not in ATTRIBUTES:
            yield f"{where}: type {kind}"
            continue
        allowed = {"type", "attributes"}
        if kind != "markdown":
            allowed |= {"id"}
        if kind in ("input", "textarea", "dropdown"):
            allowed |= {"validations"}
        for key in set(block) - allowed:
            yield f"{where}: {key} is not permitted"
        attributes = block["attributes"]
        for key in set(attributes) - ATTRIBUTES[kind]:
            yield f"{where}: attribute {key} is not permitted"
        yield from texts(where, ((k, v) for k, v in attributes.items() if k not in ("options", "multiple", "default")))
        if kind == "markdown":
            continue
        if set(block.get("validations", {})) - {"required"}:
            yield f"{where}: validations"
        name = block.get("id")
        if name is not None:
            if not is_text(name) or not re.fullmatch(r"[A-Za-z0-9_-]+", name) or name in ids:
                yield f"{where}: id {name}"
            ids.add(name)
        label = attributes.get("label")
        if not is_text(label) or parameterized(label) in seen:
            yield f"{where}: label {label}"
        seen.add(parameterized(label))
        length += len(f"### {label}\n\n\n\n")
        if kind in ("input", "textarea") and any(word in label.lower() for word in FORBIDDEN):
            yield f"{where}: label contains forbidden word"
        options = attributes.get("options", [])
        if kind == "dropdown":
            if not options or len({parameterized(option) for option in options}) != len(options) or not all(map(is_text, options)):
                yield f"{where}: options"
            if any(option.lower() == "none" for option in options):
                yield f"{where}: none is reserved"
            length += max(map(len, options))
        if kind == "checkboxes":
            if not options:
                yield f"{where}: options"
            for option in options:
                if set(option) - {"label", "required"} or not is_text(option.get("label")):
                    yield f"{where}: option {option}"
                    continue
                text = option["label"]
                if "\n" in text or parameterized(text) in seen:
                    yield f"{where}: option {text}"
                prose = re.sub(r"`[^`]*`", "", text)
                if re.search(r"\]\((?!https?://|mailto:|<https?://)", prose) or "rolebook:" in text:
                    yield f"{where}: relative link in {text}"
                if re.search(r"\{[a-z]+\.[a-z_]+\}", text):
                    yield f"{where}: placeholder in {text}"
                seen.add(parameterized(text))
                length += len(f"- [ ] {text}\n")
    if length > 65536:
        yield "an issue made of it is too long"


wrong, forms, names = [], {}, set()
for file in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], file), encoding="utf-8") as text:
        form = yaml.safe_load(text)
    wrong += [f"{file}: {fault}" for fault in judge(form)]
    if form["name"] in names:
        wrong.append(f"{file}: another form has its name")
    names.add(form["name"])
    if file.lower() in ("config.yml", "config.yaml"):
        wrong.append(f"{file}: this name is reserved")
    boxes = [block for block in form["body"] if block["type"] == "checkboxes"]
    forms[file] = {
        "groups": [b["attributes"]["options"] for b in form["body"] if b["type"] == "dropdown"][0],
        "labels": form.get("labels", []),
        "items": sum(len(block["attributes"]["options"]) for block in boxes),
    }
print(json.dumps({"wrong": wrong, "forms": forms}))
