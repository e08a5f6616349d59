# SPDX-License-Identifier: MIT
"""Writes spells.csv and spells.json: made-up spells of the tariff's own HRGs and providers."""
import csv
import json
import random
import sys

folder = sys.argv[1]
with open(folder + "/prices-2016-17.csv", encoding="utf-8-sig", newline="") as file:
    prices = [row for row in csv.DictReader(file) if row["price"]]
with open(folder + "/mff-2016-17.csv", encoding="utf-8-sig", newline="") as file:
    providers = [row["provider"] for row in csv.DictReader(file)]
pick = random.Random(20162017)
services = ["", "", "", "", "", "", "spinal", "neurosciences", "orthopaedic", "children-low", "children-high"]
with open("spells.csv", "w", encoding="utf-8", newline="") as file:
    table = csv.writer(file)
    table.writerow(["spell", "provider", "pod", "hrg", "count", "los", "age", "critical_care_days", "service"])
    for number in range(5000):
        price = pick.choice(prices)
        los = pick.choice(["", 0, 1, 2, pick.randint(3, 12), pick.randint(10, 90)])
        hrg = "QQ99Z" if number % 1000 == 7 else price["hrg"]
        provider = "ZZ9" if number % 500 == 3 else pick.choice(providers)
        table.writerow([f"S{number:05}", provider, price["pod"], hrg, pick.choice([1, 1, 1, 1, 2]), los,
                        pick.choice(["", pick.randint(0, 99)]), pick.choice(["", "", "", 0, 1, 4]), pick.choice(services)])
with open("spells.json", "w", encoding="utf-8") as file:
    json.dump({"reckoner": "contract/1", "id": "spells",
               "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
               "tariff": folder + "/ntps-2016-17.json", "facts": {"activity": {"file": "spells.csv"}},
               "arrangements": {"pbr": [{"id": "acute", "rule": "pbr"}]}}, file)
with open("folder", "w", encoding="utf-8") as file:
    file.write(folder)
