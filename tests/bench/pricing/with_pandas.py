# SPDX-License-Identifier: MIT
"""The benchmark's totals by pandas: with_pandas.py FOLDER OUT (it has one thread)."""
import sys

import pandas as pd

folder, out = sys.argv[1:3]
text = {name: "category" for name in ("provider", "pod", "hrg", "admission_method")}
numbers = {name: "int64" for name in ("los", "age", "count")}
a = pd.read_csv(f"{folder}/activity.csv", usecols=[*text, *numbers], dtype={**text, **numbers})
p = pd.read_csv(f"{folder}/prices.csv")
m = pd.read_csv(f"{folder}/mff.csv", dtype={"mff": str})
# Looked up by code: the merge of three columns of text takes four times as long.
p = p.set_index(["hrg", "pod"])
hrgs, pods = a.hrg.cat.categories, a.pod.cat.categories
grid = pd.MultiIndex.from_product([hrgs, pods])
place = a.hrg.cat.codes.to_numpy().astype("int64") * len(pods) + a.pod.cat.codes.to_numpy()
p = p.reindex(grid)
take = lambda column, scale: (p[column] * scale).to_numpy()[place]
price, short, trim, daily = take("price", 100), take("short_stay_price", 100), take("trim_point", 1), take("per_diem", 100)
factors = m.set_index("provider").mff.str.replace(".", "", regex=False).astype("int64").reindex(a.provider.cat.categories)
factor = factors.to_numpy()[a.provider.cat.codes.to_numpy()]
urgent = a.admission_method.isin(["21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"])
is_short = (urgent & (a.los < 2) & (a.age >= 19)).to_numpy() & ~pd.isna(short)
base = price.copy()
base[is_short] = short[is_short]
base = (base * a["count"].to_numpy()).astype("int64")
excess = ((a.los.to_numpy() - trim).clip(0) * daily * a["count"].to_numpy()).astype("int64")
amount = ((base + excess) * factor + 500000) // 1000000
frame = pd.DataFrame({"provider": a.provider, "pod": a.pod, "hrg": a.hrg, "quantity": a["count"], "base": base,
                      "excess_bed_days": excess, "market_forces": amount - base - excess, "amount": amount})
totals = frame.groupby(["provider", "pod", "hrg"], observed=True, sort=False).sum().reset_index()
for column in ("base", "excess_bed_days", "market_forces", "amount"):
    totals[column] /= 100
totals.to_csv(out, index=False, float_format="%.2f")
