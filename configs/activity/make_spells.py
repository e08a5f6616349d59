#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes spells-2016-17.csv: made-up hospital spells, the same on every run.

The spells are drawn at random (seed fixed) over the HRGs of
../tariffs/ntps-2016-17-sample.json, under column names as an extract of the
Secondary Uses Service has them. A few things are there on purpose:

  * codes that the sample tariff does not price (UZ01Z, which no tariff prices,
    and LB56A, which the sample leaves out)
  * stays longer than the trim point, and emergency stays of a day or less
  * days of critical care, which are paid elsewhere
  * specialised orthopaedic spells, and hip fractures with and without best practice
  * a provider for whom the tariff has no market forces factor (ZZ9)
  * discharges after the last day of the contract

    ./make_spells.py > spells-2016-17.csv

Other numbers of spells, another seed, and without what is wrong on purpose:

    ./make_spells.py --spells 100000 --seed 7 --clean > spells.csv
"""
import argparse
import csv
import datetime
import random
import sys

SPELLS = 400
FIRST_DAY = datetime.date(2016, 4, 1)
PROVIDERS = ["RHW"] * 8 + ["RTH"] * 4 + ["RDU"] * 2 + ["RJ1", "RK9", "ZZ9"]

# HRG, point of delivery, weight, youngest, oldest, shortest stay, longest stay
DAY_CASES = [
    ("BZ02Z", "DC", 9, 58, 90, 0, 0),
    ("FZ51Z", "DC", 7, 30, 85, 0, 0),
    ("FZ60Z", "DC", 6, 25, 85, 0, 0),
    ("FZ18C", "DC", 4, 25, 80, 0, 0),
]
ELECTIVES = [
    ("FZ18C", "EL", 2, 25, 80, 1, 3),
    ("GA10D", "EL", 3, 22, 75, 1, 3),
    ("HB12C", "EL", 4, 50, 88, 3, 14),
    ("HB21C", "EL", 4, 50, 88, 3, 13),
    ("CZ05T", "EL", 2, 3, 18, 1, 2),
]
EMERGENCIES = [
    ("DZ11A", "NEL", 3, 55, 95, 4, 38),
    ("DZ11B", "NEL", 5, 17, 92, 0, 27),
    ("DZ21K", "NEL", 5, 45, 90, 0, 15),
    ("EB03H", "NEL", 4, 60, 95, 0, 45),
    ("EB08H", "NEL", 4, 40, 95, 0, 10),
    ("LA04E", "NEL", 5, 30, 95, 2, 22),
    ("LA04G", "NEL", 4, 19, 90, 0, 1),
    ("AA22A", "NEL", 3, 50, 95, 1, 48),
    ("KB01B", "NEL", 2, 17, 69, 0, 9),
    ("PA29Z", "NEL", 3, 2, 17, 0, 6),
    ("HA11A", "NEL", 3, 68, 97, 6, 90),
]
UNPRICED = [("UZ01Z", "NEL", 1, 20, 90, 1, 6), ("LB56A", "DC", 1, 40, 80, 0, 0)]

COLUMNS = [
    "SPELL_ID", "PROVIDER_CODE", "DISCHARGE_DATE", "POD", "SPELL_CORE_HRG", "ADMISSION_METHOD",
    "AGE_ON_ADMISSION", "SPELL_LOS", "CRITICAL_CARE_DAYS", "SPEC_SERVICE", "BPT_FLAG", "BPT_MET",
]


def between(draw, low, high, lean=1.0):
    """A whole number from low to high; lean above 1 makes low ones likelier."""
    return low + int((draw.random() ** lean) * (high - low + 1))


def pick(draw, kinds):
    """One of the kinds, by weight."""
    left = draw.random() * sum(kind[2] for kind in kinds)
    for kind in kinds:
        left -= kind[2]
        if left < 0:
            return kind
    return kinds[-1]


def spell(draw, number, clean=False):
    share = draw.random()
    if share < 0.02 and not clean:
        kinds = UNPRICED
    else:
        kinds = DAY_CASES if share < 0.34 else ELECTIVES if share < 0.5 else EMERGENCIES
    hrg, pod, _, youngest, oldest, shortest, longest = pick(draw, kinds)
    stay = between(draw, shortest, longest, 2.2)
    row = {
        "SPELL_ID": f"S{number:05d}",
        "PROVIDER_CODE": PROVIDERS[between(draw, 0, len(PROVIDERS) - 1 - clean)],
        "DISCHARGE_DATE": FIRST_DAY + datetime.timedelta(days=between(draw, 0, 364 if clean else 366)),
        "POD": pod,
        "SPELL_CORE_HRG": hrg,
        "ADMISSION_METHOD": "21" if pod == "NEL" else "11",
        "AGE_ON_ADMISSION": between(draw, youngest, oldest),
        "SPELL_LOS": stay,
        "CRITICAL_CARE_DAYS": "",
        "SPEC_SERVICE": "",
        "BPT_FLAG": "",
        "BPT_MET": "",
    }
    if pod == "NEL" and stay > 6 and draw.random() < 0.12:
        row["CRITICAL_CARE_DAYS"] = between(draw, 1, 4)
    if hrg == "HB12C" and draw.random() < 0.3:
        row["SPEC_SERVICE"] = "orthopaedic"
    if hrg == "HA11A":
        row["BPT_FLAG"] = "BP01"
        row["BPT_MET"] = "Y" if draw.random() < 0.7 else "N"
    return row


def main():
    options = argparse.ArgumentParser(description="made-up hospital spells")
    options.add_argument("--spells", type=int, default=SPELLS)
    options.add_argument("--seed", type=int, default=201617)
    options.add_argument("--clean", action="store_true", help="nothing that is wrong on purpose")
    given = options.parse_args()
    draw = random.Random(given.seed)
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number in range(1, given.spells + 1):
        writer.writerow(spell(draw, number, given.clean))


if __name__ == "__main__":
    main()
