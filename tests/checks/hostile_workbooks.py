#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Workbooks made to do harm: each is an error with its place and a hint, within 64 MiB and 5
seconds, and nothing is written.

    hostile_workbooks.py RECKON SCRATCH [NAME...]

Each workbook is read by evaluate as a table of facts, by inspect and by tariff import. Some are only
large, which is no harm: they must be read, within the same bounds.
"""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import time
import zipfile
import zlib

MEMORY_KB, SECONDS = 64 * 1024, 5
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MIB = 1 << 20
ROWS = '<row r="1"><c r="A1" t="inlineStr"><is><t>label</t></is></c><c r="B1" t="inlineStr"><is><t>amount</t></is></c></row>'
BODY = ROWS + '<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2"><v>12</v></c></row>'


def parts(sheet=None, **others):
    """The parts of a workbook of one sheet, Costs; others by a short name."""
    made = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{PACKAGE}/relationships"/>'
                               f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}.sheet.main+xml"/>'
                               f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MAIN}.worksheet+xml"/>'
                               f'<Override PartName="/xl/sharedStrings.xml" ContentType="{MAIN}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="Costs" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                                      f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet if sheet is not None else f"<worksheet><sheetData>{BODY}</sheetData></worksheet>",
    }
    names = {"strings": "xl/sharedStrings.xml", "workbook": "xl/workbook.xml", "rels": "xl/_rels/workbook.xml.rels", "styles": "xl/styles.xml"}
    for name, text in others.items():
        made[names.get(name, name)] = text
    return made


def pack(path, made, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text in made.items():
            if callable(text):
                with archive.open(name, "w", force_zip64=True) as out:
                    text(out)
            else:
                archive.writestr(name, text)


def repeated(before, text, times, after):
    def write(out):
        out.write(before.encode())
        some = max(1, min(times, MIB // len(text)))
        block = (text * some).encode()
        for _ in range(times // some):
            out.write(block)
        out.write(after.encode())
    return write


def sheet_of(rows):
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


def patched(path, made, change):
    """Packs, and changes bytes of the archive."""
    pack(path, made)
    path.write_bytes(change(bytearray(path.read_bytes())))


def declare_size(name, size):
    """Every header of the part declares this size unpacked."""
    def change(data):
        at = 0
        while (at := data.find(name.encode(), at)) >= 0:
            if data[at - 30:at - 26] == b"PK\3\4":
                data[at - 8:at - 4] = struct.pack("<I", size)
            if data[at - 46:at - 42] == b"PK\1\2":
                data[at - 22:at - 18] = struct.pack("<I", size)
            at += 1
        return data
    return change


def overlap(data):
    """Every part of the directory is the same bytes of the file."""
    at = data.find(b"PK\1\2")
    while at >= 0:
        data[at + 42:at + 46] = struct.pack("<I", 0)
        at = data.find(b"PK\1\2", at + 4)
    return data


def flags(data):
    """Every part is said to be encrypted."""
    for magic, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    return data


def compound(path):
    """What Excel writes of a workbook with a password: a compound file."""
    sector = bytearray(512)
    sector[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    sector[24:34] = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    sector[48:52] = struct.pack("<I", 0)
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(bytes(sector) + name.ljust(512, b"\0"))


def many_parts(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts().items():
            archive.writestr(name, text)
        for i in range(20000):
            archive.writestr(f"xl/media/{i}", "")


def nested(path):
    pack(path, parts())
    inner = path.read_bytes()
    pack(path, {"inner.xlsx": inner, "xl/workbook.xlsx": inner})


def doubled(path):
    pack(path, parts())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", sheet_of(""))


def relation(target, mode=""):
    return (f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" '
            f'Target="{target}"{mode}/></Relationships>')


def zeros(path):
    """A file of nothing behind a zip's first bytes; sparse on the disk."""
    with path.open("wb") as out:
        out.write(b"PK\3\4")
        out.truncate(3 << 30)


DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + ']>'
T = '<c t="s"><v>%d</v></c>'
BAD = {
    "bomb-sheet": lambda p: pack(p, parts(repeated("<worksheet><sheetData>", " ", 1 << 30, "</sheetData></worksheet>"))),
    "bomb-rows": lambda p: pack(p, parts(repeated("<worksheet><sheetData>" + ROWS, "<row/>", 60_000_000, "</sheetData></worksheet>"))),
    "bomb-strings": lambda p: pack(p, parts(strings=repeated("<sst><si><t>", "a", 1 << 30, "</t></si></sst>"))),
    "bomb-workbook": lambda p: pack(p, parts(workbook=repeated("<workbook>", "<x/>", 1 << 27, "</workbook>"))),
    "string-of-1-gib-stored": None,
    "dtd-sheet": lambda p: pack(p, parts(DTD + sheet_of(BODY.replace("x</t>", "&j;</t>")))),
    "dtd-strings": lambda p: pack(p, parts(strings=DTD + "<sst><si><t>&j;</t></si></sst>")),
    "dtd-workbook": lambda p: pack(p, parts(workbook=DTD + f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="&j;" sheetId="1" r:id="r1"/></sheets></workbook>')),
    "dtd-external": lambda p: pack(p, parts('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + sheet_of(BODY.replace("x</t>", "&e;</t>")))),
    "dtd-parameter": lambda p: pack(p, parts('<!DOCTYPE x [<!ENTITY % e SYSTEM "http://localhost/e.dtd"> %e;]>' + sheet_of(BODY))),
    "dtd-content-types": lambda p: pack(p, parts(**{"[Content_Types].xml": DTD + "<Types>&j;</Types>"})),
    "entity-unknown": lambda p: pack(p, parts(sheet_of(BODY.replace("x</t>", "&nbsp;</t>")))),
    "encrypted-office": compound,
    "encrypted-zip": lambda p: patched(p, parts(), flags),
    "column-past-16384": lambda p: pack(p, parts(sheet_of(BODY + '<row r="3"><c r="XFE3"><v>1</v></c></row>'))),
    "columns-16384": lambda p: pack(p, parts(sheet_of('<row r="1">' + "".join(
        f'<c t="inlineStr"><is><t>c{i}</t></is></c>' for i in range(16384)) + "</row><row>" + "<c><v>1</v></c>" * 16384 + "</row>"))),
    "column-endless": lambda p: pack(p, parts(sheet_of(ROWS + '<row r="2"><c r="' + "A" * 5000 + '2"><v>1</v></c></row>'))),
    "row-past-1048576": lambda p: pack(p, parts(sheet_of(BODY + '<row r="1048577"><c r="A1048577"><v>1</v></c></row>'))),
    "row-huge-number": lambda p: pack(p, parts(sheet_of(BODY + '<row r="99999999999999999999"><c><v>1</v></c></row>'))),
    "rows-backwards": lambda p: pack(p, parts(sheet_of('<row r="5"/>' + BODY))),
    "cells-unnumbered": lambda p: pack(p, parts(sheet_of(ROWS + "<row>" + "<c/>" * 20000 + "</row>"))),
    "truncated": lambda p: patched(p, parts(), lambda data: data[:len(data) // 2]),
    "truncated-directory": lambda p: patched(p, parts(), lambda data: data[:-30]),
    "only-magic": lambda p: p.write_bytes(b"PK\3\4"),
    "empty-archive": lambda p: p.write_bytes(b"PK\5\6" + bytes(18)),
    "sparse-3-gib": zeros,
    "missing-part": lambda p: pack(p, {k: v for k, v in parts().items() if "sheet1" not in k}),
    "missing-workbook": lambda p: pack(p, {k: v for k, v in parts().items() if k != "xl/workbook.xml"}),
    "missing-sheet": lambda p: pack(p, parts(workbook=f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="Other" sheetId="1" r:id="r1"/></sheets></workbook>')),
    "no-sheets": lambda p: pack(p, parts(workbook="<workbook><sheets/></workbook>")),
    "sheets-5000": lambda p: pack(p, parts(workbook=f'<workbook xmlns:r="{OFFICE}"><sheets>' + "".join(
        f'<sheet name="S{i}" sheetId="{i}" r:id="r1"/>' for i in range(5000)) + "</sheets></workbook>")),
    "external-sheet": lambda p: pack(p, parts(rels=relation("http://localhost:1/sheet1.xml", ' TargetMode="External"'))),
    "external-file": lambda p: pack(p, parts(rels=relation("file:///etc/passwd", ' TargetMode="External"'))),
    "target-outside": lambda p: pack(p, parts(rels=relation("../../../../etc/passwd"))),
    "target-absolute": lambda p: pack(p, parts(rels=relation("/etc/passwd"))),
    "target-long": lambda p: pack(p, parts(rels=relation("a/" * 4000 + "x.xml"))),
    "target-itself": lambda p: pack(p, parts(rels=relation("workbook.xml"))),
    "path-absolute": lambda p: pack(p, parts(**{"/etc/cron.d/x": "x"})),
    "path-outside": lambda p: pack(p, parts(**{"xl/../../../x": "x"})),
    "path-backslash": lambda p: pack(p, parts(**{"..\\..\\x": "x"})),
    "path-drive": lambda p: pack(p, parts(**{"C:/x": "x"})),
    "part-twice": doubled,
    "parts-20000": many_parts,
    "nested-zip": nested,
    "overlapping": lambda p: patched(p, parts(), overlap),
    "size-too-small": lambda p: patched(p, parts(), declare_size("xl/worksheets/sheet1.xml", 10)),
    "size-too-large": lambda p: patched(p, parts(), declare_size("xl/worksheets/sheet1.xml", 0x7FFFFFF0)),
    "size-4-gib": lambda p: patched(p, parts(), declare_size("xl/worksheets/sheet1.xml", 0xFFFFFFFE)),
    "checksum": lambda p: patched(p, parts(), lambda d: d.replace(struct.pack("<I", zlib.crc32(parts()["xl/worksheets/sheet1.xml"].encode())), b"\1\2\3\4")),
    "deep": lambda p: pack(p, parts("<worksheet>" + "<a>" * 300_000 + "</a>" * 300_000 + "</worksheet>")),
    "deep-strings": lambda p: pack(p, parts(strings="<sst><si>" + "<r>" * 300_000 + "</r>" * 300_000 + "</si></sst>")),
    "attribute-huge": lambda p: pack(p, parts('<worksheet x="' + "abcdefgh" * (6 * MIB) + f'"><sheetData>{BODY}</sheetData></worksheet>'), zipfile.ZIP_STORED),
    "attributes-many": lambda p: pack(p, parts("<worksheet " + " ".join(f'a{i}="{i}"' for i in range(600_000)) + f"><sheetData>{BODY}</sheetData></worksheet>")),
    "name-huge": lambda p: pack(p, parts("<worksheet><" + "n" * (24 * MIB) + "/></worksheet>")),
    "names-many": lambda p: pack(p, parts("<worksheet>" + "".join(f"<n{i}/>" for i in range(900_000)) + f"<sheetData>{BODY}</sheetData></worksheet>")),
    "comment-huge": lambda p: pack(p, parts("<worksheet><!--" + "ab" * (12 * MIB) + f"--><sheetData>{BODY}</sheetData></worksheet>")),
    "namespaces-many": lambda p: pack(p, parts("<worksheet " + " ".join(f'xmlns:n{i}="urn:{i}"' for i in range(300_000)) + f"><sheetData>{BODY}</sheetData></worksheet>")),
    "cell-huge": lambda p: pack(p, parts(sheet_of(ROWS + '<row r="2"><c r="A2" t="inlineStr"><is><t>' + "abcdefg" * (3 * MIB) + "</t></is></c></row>")), zipfile.ZIP_STORED),
    "string-huge": lambda p: pack(p, parts(strings="<sst><si><t>" + "abcdefg" * (3 * MIB) + "</t></si></sst>"), zipfile.ZIP_STORED),
    "string-missing": lambda p: pack(p, parts(sheet_of(ROWS + '<row r="2">' + T % 0 + T % 7 + "</row>"), strings="<sst><si><t>x</t></si></sst>")),
    "string-index-huge": lambda p: pack(p, parts(sheet_of(ROWS + '<row r="2">' + '<c t="s"><v>99999999999999999999</v></c></row>'), strings="<sst><si><t>x</t></si></sst>")),
    "row-of-texts": lambda p: pack(p, parts(sheet_of(ROWS + '<row r="2">' + (T % 0) * 16000 + "</row>"), strings="<sst><si><t>" + "x" * 32000 + "</t></si></sst>")),
    "not-utf-8": lambda p: pack(p, parts(b'<?xml version="1.0" encoding="utf-8"?><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>\xff\xfe</t></is></c></row></sheetData></worksheet>')),
    "encoding-unknown": lambda p: pack(p, parts('<?xml version="1.0" encoding="utf-7"?>' + sheet_of(BODY))),
    "nul": lambda p: pack(p, parts(sheet_of(BODY.replace("x</t>", "\0</t>")))),
    "not-xml": lambda p: pack(p, parts("label,amount\nx,12\n")),
    "xml-cut": lambda p: pack(p, parts(f"<worksheet><sheetData>{BODY}")),
    "formats-many": lambda p: pack(p, parts(sheet_of(ROWS + '<row r="2"><c r="A2" s="9"><v>1</v></c></row>'), styles="<styleSheet><numFmts>" + "".join(
        f'<numFmt numFmtId="{i + 200}" formatCode="yyyy"/>' for i in range(200_000)) + "</numFmts></styleSheet>",
        rels=relation("worksheets/sheet1.xml").replace("</Rel", f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Rel', 1)
        if False else f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                      f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>')),
}
BAD = {name: make for name, make in BAD.items() if make is not None}


def bomb_stored(path):
    """A shared string of 1 GiB that is not packed, so that no ratio gives it away: sparse on the disk."""
    made = parts(strings="<sst><si><t>@</t></si></sst>")
    made["xl/sharedStrings.xml"] = made.pop("xl/sharedStrings.xml")
    pack(path, made, zipfile.ZIP_STORED)
    data = path.read_bytes()
    name = data.index(b"xl/sharedStrings.xml")
    head, text = name - 30, data.index(b"@", name)
    size = (1 << 30) + len(made["xl/sharedStrings.xml"]) - 1
    directory = data.index(b"PK\1\2")
    with path.open("wb") as out:
        out.write(data[:text])
        out.truncate(text + (1 << 30))
        out.seek(text + (1 << 30))
        shift = (1 << 30) - 1
        tail = bytearray(data[text + 1:])
        at = directory - text - 1
        entry = tail.index(b"xl/sharedStrings.xml", at) - 46
        tail[entry + 20:entry + 28] = struct.pack("<II", size, size)
        end = tail.rindex(b"PK\5\6")
        tail[end + 16:end + 20] = struct.pack("<I", directory + shift)
        out.write(tail)
        out.seek(head + 18)
        out.write(struct.pack("<II", size, size))


BAD["string-of-1-gib-stored"] = bomb_stored
# Large and sound: read, within the same bounds. The rows of costs come to 12.
GOOD = {
    "plain": lambda p: pack(p, parts()),
    "columns-4096": lambda p: pack(p, parts(sheet_of(
        '<row r="1">' + ROWS[len('<row r="1">'):-len("</row>")] + "".join(f'<c t="inlineStr"><is><t>c{i}</t></is></c>' for i in range(2, 4096)) + "</row>"
        + '<row r="2"><c t="inlineStr"><is><t>x</t></is></c><c><v>12</v></c>' + "<c><v>1</v></c>" * 4094 + "</row>"))),
    "strings-1000000": lambda p: pack(p, parts(
        sheet_of(ROWS + f'<row r="2">{T % 999_999}<c><v>12</v></c></row>'), strings="<sst>" + "".join(f"<si><t>text {i}</t></si>" for i in range(1_000_000)) + "</sst>")),
    "blank-rows-1048576": lambda p: pack(p, parts(sheet_of(BODY + "".join(f'<row r="{i}"/>' for i in range(3, 1_048_577))))),
    "unused-external-link": lambda p: pack(p, parts(rels=(
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r9" Type="{OFFICE}/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'))),
}
PROFILE = {"reckoner": "import/1", "id": "p", "tariffs": [{"id": "t", "tables": {"costs": {"key": "label", "from": [
    {"sheet": "Costs", "header": {"label": "label", "amount": "amount"}, "rows": [{"label": "label", "amount": "amount"}]}]}}}]}
CONTRACT = {"reckoner": "contract/1", "id": "c", "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
            "facts": {"costs": {"file": "w.xlsx", "sheet": "Costs"}},
            "arrangements": {"a": [{"id": "sum", "rule": "block", "params": {"amount": "12"}}]}}


def run(command, folder):
    """Exit code, output, errors, seconds and KiB at the peak."""
    with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
    return child.returncode, (folder / "stdout").read_text(errors="replace"), (folder / "stderr").read_text(errors="replace"), \
        usage.ru_utime + usage.ru_stime, took, usage.ru_maxrss


def complaints(reckon, folder, name, good):
    before = {"w.xlsx", "c.json", "p.json", "stdout", "stderr"}
    for command in (["evaluate", "c.json", "-q", "-o", "out.txt"], ["inspect", "w.xlsx", "--sheet", "Costs", "-o", "out.txt"],
                    ["tariff", "import", "w.xlsx", "--profile", "p.json", "-o", "out"]):
        code, _, err, cpu, took, kib = run([reckon, *command], folder)
        where = f"{name}: {command[0]}"
        if kib > MEMORY_KB:
            yield f"{where}: {kib // 1024} MiB"
        # Of the processor: a machine that is busy with other tests is no fault of the workbook.
        if cpu > SECONDS:
            yield f"{where}: {cpu:.1f} s ({took:.1f} s in all)"
        written = {p.name for p in folder.iterdir()} - before
        if good:
            if code not in (0, 1):
                yield f"{where}: exit {code}: {err[:300]}"
        elif code != 3 and not (command[0] == "inspect" and name.startswith(("missing-sheet",)) and code == 2):
            yield f"{where}: exit {code}, not 3: {err[:300]}"
        else:
            if "w.xlsx" not in err:
                yield f"{where}: no place: {err[:300]}"
            if "hint: " not in err:
                yield f"{where}: no hint: {err[:300]}"
            if written:
                yield f"{where}: wrote {sorted(written)}"
        for leftover in written:
            path = folder / leftover
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def main(reckon, scratch, *names):
    folder = pathlib.Path(scratch)
    wrong, n = [], 0
    for name in {**BAD, **GOOD}:
        if names and name not in names:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "c.json").write_text(json.dumps(CONTRACT))
        (folder / "p.json").write_text(json.dumps(PROFILE))
        # In a process of its own: a child counts the memory that its parent had when it began.
        subprocess.run([sys.executable, __file__, "--make", name, folder / "w.xlsx"], check=True)
        wrong += complaints(os.path.abspath(reckon), folder, name, name in GOOD)
        n += 1
    shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(wrong))
    print(f"{n} workbooks, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "--make":
        {**BAD, **GOOD}[sys.argv[2]](pathlib.Path(sys.argv[3]))
    else:
        sys.exit(main(*sys.argv[1:]))
