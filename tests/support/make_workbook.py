#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a small .xlsx workbook of CSV files, for tests.

    make_workbook.py OUT.xlsx SHEET=FILE.csv...

A cell of digits becomes a number, "date:42461" a number in a format of dates, "text:1" a text,
"error:#N/A" an error, "formula:2" a formula with its stored value, "formula:" one without; an empty
cell is left out, and any other is a text, "\\n" in it a line break.
"""
import csv
import re
import sys
import zipfile
from xml.sax.saxutils import escape

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?$")


def column(i):
    name = ""
    while i >= 0:
        i, letter = i // 26 - 1, i % 26
        name = chr(65 + letter) + name
    return name


def cell(place, text, strings):
    kind, _, value = text.partition(":")
    if kind == "date":
        return f'<c r="{place}" s="1"><v>{value}</v></c>'
    if kind == "error":
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    if kind == "formula":
        return f'<c r="{place}"><f>A1</f>' + (f"<v>{value}</v>" if value else "") + "</c>"
    if NUMBER.match(text):
        return f'<c r="{place}"><v>{text}</v></c>'
    text = (value if kind == "text" else text).replace("\\n", "\n")
    return f'<c r="{place}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'


def sheet(path, strings):
    rows = []
    with open(path, encoding="utf-8", newline="") as file:
        for r, record in enumerate(csv.reader(file), 1):
            cells = "".join(cell(f"{column(c)}{r}", text, strings)
                            for c, text in enumerate(record) if text)
            if cells:
                rows.append(f'<row r="{r}">{cells}</row>')
    return f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>"


def main(out, *sheets):
    strings = {}
    names = [s.split("=", 1) for s in sheets]
    parts = {f"xl/worksheets/sheet{i}.xml": sheet(path, strings)
             for i, (_, path) in enumerate(names, 1)}
    parts["xl/sharedStrings.xml"] = "<sst>" + "".join(
        f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings) + "</sst>"
    parts["xl/styles.xml"] = ('<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
                              "</styleSheet>")
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
                     for i, (name, _) in enumerate(names, 1))
    parts["xl/workbook.xml"] = f'<workbook xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    n = len(names)
    links = [(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, n + 1)]
    links += [("s", "sharedStrings", "sharedStrings.xml"), ("t", "styles", "styles.xml")]
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="{a}" Type="{OFFICE}/{b}" Target="{c}"/>' for a, b, c in links) + "</Relationships>"
    parts["_rels/.rels"] = (f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
                            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    types = "".join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{MAIN}.worksheet+xml"/>'
                    for i in range(1, n + 1))
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}.sheet.main+xml"/>{types}</Types>')
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(parts):  # no date, so that the same sheets are the same bytes
            archive.writestr(zipfile.ZipInfo(path), parts[path])


if __name__ == "__main__":
    main(*sys.argv[1:])
