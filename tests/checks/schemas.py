#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every shipped document passes the schema that the command prints for its kind.

    schemas.py RECKON SOURCE_DIR
"""
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

# Fixtures that are wrong on purpose are elsewhere: these folders hold what users are shown.
FOLDERS = ("configs/contracts", "configs/systems", "configs/tariffs", "configs/vectors", "plugins")


def main(reckon, source):
    validators, ids, wrong, n = {}, set(), [], 0
    for kind in ("contract", "tariff", "system", "vector"):
        schema = json.loads(subprocess.run([reckon, "schema", kind], check=True, capture_output=True).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft202012Validator(schema)
        ids.add(schema["$id"])
    for folder in FOLDERS:
        for path in sorted((pathlib.Path(source) / folder).rglob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            kind = document.get("reckoner", "").partition("/")[0] if isinstance(document, dict) else ""
            if kind not in validators:
                continue
            n += 1
            # A vector that expects an error has a contract that may be wrong.
            refused = kind == "vector" and any("error" in c.get("expect", {}) for c in document["cases"])
            found = [] if refused else list(validators[kind].iter_errors(document))
            wrong += [f"{path}: /{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in found[:3]]
            # Editors bind a schema by this key.
            for e in [] if refused else validators[kind].iter_errors({"$schema": "x.json", **document}):
                wrong.append(f"{path}: with $schema: {e.message[:200]}")
                break
    print("\n".join(wrong + [f"{n} documents, {len(wrong)} problems"]))
    return 1 if wrong or n < 20 or len(ids) != 4 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
