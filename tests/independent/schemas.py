"""Validates TOML files by JSON Schemas. Reads {"schemas": {name: text}, "files": [[name, text]]} from standard input, and
writes a list with the first error of each file, or null."""

import datetime
import json
import sys
import tomllib

import jsonschema


def plain(value):
    """The value as editors pass it to a schema: dates are texts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


given = json.load(sys.stdin)
validators = {}
for name, text in given["schemas"].items():
    schema = json.loads(text)
    jsonschema.Draft7Validator.check_schema(schema)
    validators[name] = jsonschema.Draft7Validator(schema)


def error(name, text):
    errors = validators[name].iter_errors(plain(tomllib.loads(text)))
    first = next(errors, None)
    return first and f"{'.'.join(map(str, first.absolute_path))}: {first.message[:200]}"


json.dump([error(name, text) for name, text in given["files"]], sys.stdout)
