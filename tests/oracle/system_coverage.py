# SPDX-License-Identifier: MIT
"""Who pays for what: activity that no component pays for, or that more than one does."""
from contract import in_scope
from system_terms import ONE, ZERO, day, exact, overlap, plain, show

PRICES_ROWS = ("pbr", "price-equals-cost", "cost-and-volume", "claims")


class Payer:
    """A component, or one of the things that it covers, and the days in which it pays."""

    def __init__(self, system, contract, component, covers):
        contracts = system.contracts
        self.contract = contract
        self.name = f"{contract['id']}/{component['id']}"
        mapped = component.get("tables", {}).get("activity", "activity") if covers is None else "activity"
        self.table = system.table_of(contract, mapped)
        self.scopes, self.spans, self.part = [], [contracts.span(contract)], ONE
        if covers is None:
            self.scopes.append(component.get("scope", {}))
        else:
            self.scopes.append(covers.get("scope", {}))
            if "commissioners" in covers:
                self.scopes.append({"commissioner": covers["commissioners"]})
            self.spans.append(covers)
            self.part = exact(covers.get("part", 1))

    def pays(self, row, first, last):
        """The part of a row that this pays for."""
        if not all(in_scope(row, s) for s in self.scopes):
            return ZERO
        if row.get("date"):
            at = day(row["date"])
            return self.part if all(overlap(at, at, span) for span in self.spans) else ZERO
        days = (first, last)
        for span in self.spans:
            days = days and overlap(*days, span)
        if not days:
            return ZERO
        return self.part * ((days[1] - days[0]).days + 1) / ((last - first).days + 1)


def values_of(system, contract, table, column):
    """By point of delivery: what a table that contracts look things up in says, facts before the tariff."""
    tables = [contract["contract"].get("facts", {}), system.root.get("facts", {}),
              system.contracts.inherited(contract, "tariff")["tables"]]
    found = next((t[table] for t in tables if table in t), {"rows": []})
    return {r["pod"]: exact(r[column]) for r in found["rows"] if column in r}


def pays_for_rows(component, components):
    """What a component covers: None for the rows that it prices, or a list of what it says."""
    if component.get("shadow"):
        users = [k for k in components if component["id"] in k.get("of", [])]
        if not any("covers" not in k and pays_for_rows(k, components) is not False for k in users):
            return False
    covers = component.get("covers")
    if covers is not None:
        return [covers] if isinstance(covers, dict) else covers or []
    return None if component["rule"] in PRICES_ROWS else []


def payers(system):
    out = []
    for contract in system.contracts.list:
        components = system.contracts.components(contract)
        for component in components:
            covers = pays_for_rows(component, components)
            for one in [None] if covers is None else covers or []:
                out.append(Payer(system, contract, component, one))
    return out


def value_of(system, contract, row, p):
    """What a unit is worth to a contract: its price, or else what it costs there."""
    for where in (("prices", "price"), ("unit_costs", "efficient_unit_cost")):
        value = values_of(system, contract, *where).get(row["pod"])
        if value is not None:
            return value
    for b in system.root.get("cost_behaviour", []):
        if b["organisation"] == contract["payee"] and in_scope(row, b.get("scope", {"pod": b.get("pod")})):
            return system.calendar.amounts(b["unit_cost"], b.get("index"))[0][p]
    return None


def lines(pointer, system):
    found, all_payers = {}, payers(system)
    readers = {}
    for table, contract in [(p.table, p.contract) for p in all_payers] + [
            (system.table_of(c, "activity"), c) for c in system.contracts.list]:
        readers.setdefault(table, contract)
    for table in (t for t in readers if t in system.rows):
        here = [p for p in all_payers if p.table == table]
        for p, (name, first, last) in enumerate(system.calendar.periods):
            for row in system.rows[table][p]:
                parts = [(payer, payer.pays(row, first, last)) for payer in here]
                whole = sum((part for _, part in parts), ZERO)
                if whole == ONE:
                    continue
                by = list(dict.fromkeys(q.name for q, part in parts if part > 0)) if whole > ONE else []
                quantity = row["count"] * (ONE - whole if whole < ONE else min(whole - ONE, ONE))
                paying = next((q.contract for q, part in parts if part > 0), readers[table])
                value = value_of(system, paying, row, p)
                line = found.setdefault((table[1], name, row["pod"], ", ".join(by)), [len(by), ZERO, ZERO])
                line[1] += quantity
                line[2] = None if value is None or line[2] is None else line[2] + quantity * value
    out = {}
    for i, ((table, period, pod, by), (n, quantity, value)) in enumerate(found.items()):
        here = f"{pointer}/{i}"
        out.update({f"{here}/table": table, f"{here}/period": period, f"{here}/pod": pod, f"{here}/paid_by": by,
                    f"{here}/payers": n, f"{here}/quantity": plain(quantity),
                    f"{here}/value": None if value is None else show(value)})
    return out
