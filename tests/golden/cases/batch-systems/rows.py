# SPDX-License-Identifier: MIT
"""What the database of a batch has of a system."""
import sqlite3

database = sqlite3.connect("results.sqlite")
for row in database.execute("SELECT contract, arrangement, total, error FROM results"):
    print(row)
for row in database.execute("SELECT component, period, components.total, label, unit, amount FROM results "
                            "JOIN components USING (result_id) JOIN lines USING (component_id) "
                            "WHERE arrangement = 'fewer'"):
    print(row)
