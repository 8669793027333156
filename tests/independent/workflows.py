"""An independent reading of workflows and actions.

    workflows.py FILE…

Prints what the files say as a list of JSON, with every value as it is written. (YAML 1.1 would read the key
`on` as true.)
"""

import json
import sys

import yaml

documents = []
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        documents.append(yaml.load(file, yaml.BaseLoader))
json.dump(documents, sys.stdout)
