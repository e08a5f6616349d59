# SPDX-License-Identifier: MIT
"""batch_content.py: what `reckon batch` wrote, to compare two runs."""
import sqlite3

TIMES = ("second", "seconds", "time", "created")


def content(path, *others):
    """The bytes of a file; of a database, its rows but for columns that end as times do, or as `others`."""
    if path.suffix != ".sqlite":
        return path.read_bytes()
    with sqlite3.connect(path) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows = {}
        for table in tables:
            columns = [c[1] for c in db.execute(f"PRAGMA table_info({table})") if not c[1].endswith((*TIMES, *others))]
            rows[table] = db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    return rows
