# SPDX-License-Identifier: MIT
"""Draws what each arrangement of a contract pays, and its difference from the first.

    compare_arrangements.py CONTRACT PICTURE.png
"""
# %% What is needed: matplotlib, and the package `reckoner` (docs/how-to/python.md)
import sys

import matplotlib
import reckoner

matplotlib.use("Agg")  # a picture, no window
from matplotlib import pyplot  # noqa: E402 (after the choice of what draws)

contract, picture = sys.argv[1:3]

# %% Every arrangement on the same facts
comparison = reckoner.compare(contract)
rows = comparison.rows()
names = [row["arrangement"] for row in rows]
currency = comparison.baseline.currency
for row in rows:
    print(f"{row['arrangement']:<20} {row['total']:>18,} {row['difference']:>+18,}")

# %% Payment and, where it is known, cost
figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 0.6 * len(rows) + 2), layout="constrained")
left.barh(names, [float(row["total"]) for row in rows], color="#31688e")
cost = comparison.baseline.cost
if cost is not None:
    left.axvline(float(cost), color="#444444", linestyle="--", label="cost")
    left.legend()
left.invert_yaxis()
left.set_title(f"Payment, {currency}")
left.xaxis.set_major_formatter("{x:,.0f}")
left.tick_params(axis="x", rotation=30)

# %% The components that make the difference
components = sorted({c.id for result in comparison for p in result.periods for c in p.components if not c.shadow})
start = [0.0] * len(rows)
for component in components:
    paid = [float(sum(c.total or 0 for p in result.periods for c in p.components
                      if c.id == component and not c.shadow)) for result in comparison]
    right.barh(names, paid, left=start, label=component)
    start = [a + b for a, b in zip(start, paid)]
right.invert_yaxis()
right.set_yticks([])
right.set_title("By component")
right.xaxis.set_major_formatter("{x:,.0f}")
right.tick_params(axis="x", rotation=30)
right.legend(fontsize="small")
if comparison.baseline.basis in (None, "illustrative"):
    figure.supxlabel("Illustrative figures", fontsize="small")
figure.savefig(picture, dpi=120)
