#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes seeds for fuzz_workbook: parts of workbooks with every kind of cell, and archives.

    workbook_seeds.py FOLDER
"""
import pathlib
import sys
import zipfile

SHEET = ('<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
         '<c r="B1" s="1"><v>42627.5</v></c><c r="C1" t="b"><v>1</v></c>'
         '<c r="D1" t="e"><v>#N/A</v></c><c r="E1" t="str"><f>A1</f><v>x_x000A_</v></c></row>'
         '<row><c t="inlineStr"><is><r><t xml:space="preserve"> a </t></r><rPh><t>b</t></rPh></is>'
         '</c><c><f>1</f></c><c t="d"><v>2016-04-01T10:00:00Z</v></c>'
         '<c><v>-1.50000000000000001E-3</v></c></row></sheetData>'
         '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>')
STRINGS = '<sst><si><t>one</t></si><si><r><rPr/><t>t</t></r><r><t>wo</t></r></si></sst>'
STYLES = ('<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-809]dd/mm/yyyy"/></numFmts>'
          '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>')
BOOK = ('<workbook><workbookPr date1904="1"/><sheets><sheet name="S" r:id="r1"/></sheets>'
        '</workbook>')
TYPES = ('<Types><Override PartName="/xl/workbook.xml" '
         'ContentType="spreadsheetml.sheet.main+xml"/>'
         '<Override PartName="/xl/worksheets/sheet1.xml" '
         'ContentType="spreadsheetml.worksheet+xml"/></Types>')
ROOT = '<R><Relationship Type="/officeDocument" Target="xl/workbook.xml"/></R>'
RELATIONS = ('<R><Relationship Id="r1" Type="/worksheet" Target="worksheets/sheet1.xml"/>'
             '<Relationship Id="r2" Type="/sharedStrings" Target="sharedStrings.xml"/>'
             '<Relationship Id="r3" Type="/styles" Target="styles.xml"/></R>')


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    texts = [(SHEET,), (SHEET, STRINGS, STYLES), (SHEET, STRINGS, STYLES, BOOK)]
    for i, parts in enumerate(texts):
        (folder / f"parts-{i}").write_bytes(b"\0".join(p.encode() for p in parts))
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(folder / f"archive-{packing}", "w", packing) as archive:
            for path, text in (("[Content_Types].xml", TYPES), ("_rels/.rels", ROOT),
                               ("xl/workbook.xml", BOOK),
                               ("xl/_rels/workbook.xml.rels", RELATIONS),
                               ("xl/worksheets/sheet1.xml", SHEET),
                               ("xl/sharedStrings.xml", STRINGS), ("xl/styles.xml", STYLES)):
                archive.writestr(path, text)


if __name__ == "__main__":
    main(sys.argv[1])
