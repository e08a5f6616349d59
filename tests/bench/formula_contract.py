#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a rule document and a contract of many equations, for formula_bench.

    formula_contract.py FOLDER [--equations 300] [--inputs 250] [--seed 1]

FOLDER gets equations.rule.json and contract.json. Each equation uses inputs and equations before
it; the last one is paid. The same arguments give the same files.
"""
import argparse
import json
import pathlib
import random

RULE = {"reckoner": "rule/1", "id": "equations", "version": "1.0.0", "title": "Equations",
        "inputs": "inputs", "equations": "equations", "pays": ["payment"]}

# Each keeps its result small, so that a long chain does not grow without end.
SHAPES = ("ROUND({a} * {b} / 100, 2)", "MIN({a}, {b} + 10)", "IF({a} > {b}, {a} - {b}, {b})",
          "SAFE_DIV({a}, 1 + ABS({b})) * 12.5", "FLOOR({a} / 7) + {b} * 0.25", "({a} + {b}) / 2")


def contract(equations, inputs, seed):
    draw = random.Random(seed)
    names = [f"input_{i}" for i in range(1, inputs + 1)]
    values = [{"name": name, "value": f"{draw.randint(1, 9999) / 100:.2f}"} for name in names]
    formulas = []
    for i in range(1, equations):
        a, b = draw.choice(names), draw.choice(names)
        formula = f"ROUND({draw.choice(SHAPES).format(a=a, b=b)}, 6)"
        formulas.append({"name": f"equation_{i}", "formula": formula})
        names.append(f"equation_{i}")
    formulas.append({"name": "payment", "formula": " + ".join(names[-10:])})
    return {"reckoner": "contract/1", "id": "equations", "currency": "GBP",
            "periods": [{"id": "2022", "start": "2022-01-01", "end": "2022-12-31"}],
            "facts": {"inputs": values, "equations": formulas},
            "arrangements": {"main": [{"id": "equations", "rule": "equations"}]}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--equations", type=int, default=300, help="how many, at least 1")
    parser.add_argument("--inputs", type=int, default=250, help="how many, at least 1")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.equations < 1 or args.inputs < 1:
        parser.error("there must be at least one equation and one input")
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("equations.rule.json", RULE),
                          ("contract.json", contract(args.equations, args.inputs, args.seed))):
        (args.folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
