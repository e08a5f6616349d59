#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HTML reports as a browser shows them.

    html_report.py RECKON SOURCE_DIR SCRATCH [all|PICTURES]

Chromium opens a few of the reports, or with `all` every one (some minutes), without a network: it
must draw every chart, complain of nothing and ask for nothing, though what its documents say is
hostile. axe-core, where it is installed (a file that AXE_CORE names, or in node_modules here or in
build/axe), must find nothing in the light, the dark and on a phone. The first sheet is one of A4.
With PICTURES, a folder, it also keeps pictures of every report: 360 and 1,280 wide, light and dark.
Skipped without Chromium, and without the script for charts.
"""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

problems = []
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE_PLACES = ("/usr/share/nodejs/axe-core/axe.min.js", "node_modules/axe-core/axe.min.js")
HOSTILE = ["<script>alert(1)</script>", "</script><script>alert(2)</script>", "</svg><img src=x onerror=alert(3)>",
           "javascript:alert(4)", "\u202egnp.exe", "\u2066a\u2069\u200fb\u061c", "<!--", "]]>", "&lt;b&gt;", "\" onload=\"alert(5)", "</title></style>"]


def check(condition, text):
    if not condition:
        problems.append(text)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"{' '.join(map(str, command))}: exit {done.returncode}: {done.stderr}")
    return done


# ------------------------------------------------------------------------ the file

class Reader(html.parser.HTMLParser):
    """Elements, and what could fetch or run something."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.found, self.headings, self.open = {}, [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "srcset", "style", "action") \
                    or (name == "href" and not value.startswith("#")):
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag in ("h1", "h2"):
            self.headings.append(tag)


def read(report, charts):
    text = report.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    name = report.name
    check(not reader.found, f"{name}: {reader.found[:3]}")
    check(reader.tags.get("script", 0) == (2 if charts else 0), f"{name}: {reader.tags.get('script')} scripts")
    check("default-src 'none'" in text, f"{name}: has no policy")
    for tag in ("img", "iframe", "object", "embed", "link", "svg", "base", "form"):
        check(tag not in reader.tags, f"{name}: has <{tag}>")
    marks = re.findall("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    check(not marks, f"{name}: has marks that turn the direction of writing: {marks[:3]!r}")
    check(reader.headings[:1] == ["h1"] and reader.headings.count("h1") == 1, f"{name}: headings {reader.headings[:3]}")
    return text


# ---------------------------------------------------------------------- the browser

def browse(browser, scratch, page, *options, width=1280, height=1200):
    log = scratch / "net.json"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={scratch}/profile", f"--window-size={width},{height}", "--virtual-time-budget=4000",
         "--enable-logging=stderr", "--v=0", f"--log-net-log={log}", *options, page.resolve().as_uri()],
        capture_output=True, text=True, check=False, timeout=180)
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    check(not said, f"{page.name}: the browser says {said[:2]}")
    return done.stdout


def requests(scratch):
    """Addresses that a page asked for."""
    text = (scratch / "net.json").read_text(encoding="utf-8", errors="replace")
    asked = set(re.findall(r'"url":"([^"]+)"', text))
    return {url for url in asked if not url.startswith(("file:", "data:", "chrome", "about:", "devtools:"))}


def drawn(browser, scratch, report, text):
    """Every chart is drawn, and nothing was asked for."""
    charts = json.loads(re.search(r"<script type=\"application/json\" id=charts>(.*?)</script>", text, re.DOTALL)[1])
    # Folded parts are drawn when they are opened.
    page = scratch / f"open-{report.name}"
    page.write_text(text.replace("<details>", "<details open>"), encoding="utf-8")
    dom = browse(browser, scratch, page, "--dump-dom")
    check(dom.count("<svg") == len(charts), f"{report.name}: {dom.count('<svg')} of {len(charts)} charts are drawn")
    own = {url for url in requests(scratch) if "google" not in url and "gvt1" not in url}
    check(not own, f"{report.name}: asks for {sorted(own)[:3]}")
    check("NaN" not in dom.split("id=\"charts\"")[0], f"{report.name}: a chart has NaN")
    return len(charts)


def audit(browser, scratch, report, text, axe, *options, width):
    """What axe-core finds, in a copy without the policy that would keep it out."""
    copy = scratch / f"axe-{report.name}"
    end = ("<script>" + axe + "</script><script>setTimeout(() => axe.run(document, {resultTypes: ['violations']}).then(r =>"
           "{const p = document.createElement('pre'); p.id = 'axe'; p.textContent = JSON.stringify(r.violations.map(v =>"
           " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | '))); document.body.append(p);}),"
           " 500)</script>")
    text = re.sub(r"<meta http-equiv=Content-Security-Policy[^>]*>", "", text).replace("<details>", "<details open>")
    copy.write_text(text.replace("</body>", end + "</body>"), encoding="utf-8")
    dom = browse(browser, scratch, copy, "--dump-dom", *options, width=width)
    found = re.search(r'<pre id="axe">(.*?)</pre>', dom, re.DOTALL)
    check(found is not None and found[1] == "[]", f"{report.name}: axe at {width}: {found[1][:600] if found else 'nothing'}")


def first_page(browser, scratch, report):
    """The board's page is one sheet: what follows it begins on the second."""
    pdf = scratch / f"{report.stem}.pdf"
    browse(browser, scratch, report, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    if shutil.which("pdftotext") is None or not pdf.exists():
        return
    size = re.search(r"Page size: .*", run("pdfinfo", pdf).stdout)
    check(size is not None and "(A4)" in size[0], f"{report.name}: is not printed on A4: {size and size[0]}")
    pages = run("pdftotext", "-layout", pdf, "-").stdout.split("\f")
    text = report.read_text(encoding="utf-8")
    titles = re.findall(r'<section id="t[0-9]+">\n<h2>(.*?)</h2>', text)
    second = html.unescape(titles[0]) if titles else None
    squeezed = [" ".join(page.split()) for page in pages]
    check(len(pages) > 1 and (second is None or second[:40] in squeezed[1]),
          f"{report.name}: the second sheet does not begin with '{second}'")


# -------------------------------------------------------------------------- documents

def hostile_document(folder):
    path = folder / "hostile.json"
    document = {
        "reckoner": "contract/1", "id": "hostile", "title": " ".join(HOSTILE), "basis": "actual",
        "provider": HOSTILE[0], "commissioner": HOSTILE[2],
        "periods": [{"id": HOSTILE[4], "start": "2016-04-01", "end": "2017-03-31"}],
        "facts": {"activity": [{"pod": pod, "count": 2 + i, "price": "100"} for i, pod in enumerate(HOSTILE)] + [
            {"pod": HOSTILE[5], "hrg": pod, "count": 1} for pod in HOSTILE]},
        "arrangements": {
            HOSTILE[0]: [{"id": HOSTILE[2], "rule": "pbr", "title": HOSTILE[1], "params": {"mff": False}}],
            HOSTILE[5]: [{"id": HOSTILE[3], "title": HOSTILE[4], "rule": "block", "params": {"amount": "5000"}}]},
        "notes": HOSTILE[3],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def hostile_system(folder):
    path = folder / "hostile-system.json"
    every = " ".join(HOSTILE)
    document = {
        "reckoner": "system/1", "id": "hostile", "title": every, "basis": "actual", "notes": every,
        "periods": [{"id": HOSTILE[5], "start": "2016-04-01", "end": "2017-03-31"}],
        "organisations": [{"id": "a", "kind": "commissioner", "title": HOSTILE[2]}, {"id": "b", "kind": "trust", "title": every}],
        "contracts": [{"id": "c", "payer": "a", "payee": "b", "contract": {"arrangements": {HOSTILE[1]: [
            {"id": HOSTILE[4], "rule": "block", "title": HOSTILE[0], "params": {"amount": "100"}}]}}}]}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def plan_and_actual(folder):
    path = folder / "months.json"
    plan = [{"period": f"2016-{m:02}", "pod": p, "count": 3 + m % k, "local_unit_price": 100 * k}
            for m in (4, 5, 6) for k, p in enumerate(("DC", "EL", HOSTILE[0]), 2)]
    actual = [{**row, "count": row["count"] + i % 3 - 1, "local_unit_price": row["local_unit_price"] + i} for i, row in enumerate(plan[:7])]
    path.write_text(json.dumps({
        "reckoner": "contract/1", "id": "months", "basis": "illustrative", "periods": {"months": {"from": "2016-04", "to": "2016-06"}},
        "facts": {"plan": plan, "activity": actual},
        "arrangements": {"a": [{"id": "acute", "rule": "pbr"}], "b": [{"id": "acute", "rule": "block", "params": {"amount": "9"}}]}}),
        encoding="utf-8")
    return path


def two_extracts(folder):
    for name, n in ("flex", 5), ("freeze", 7):
        rows = [f'{i},S{i},{i % 3},"{HOSTILE[i % 6].replace(chr(34), "")}",{i * 10 + n}.00,\n' for i in range(1, n)]
        (folder / f"{name}.csv").write_text("row,spell_id,los,pod,amount,reason\n" + "".join(rows), encoding="utf-8")
    (folder / "rules.json").write_text(json.dumps({"reckoner": "challenges/1", "challenges": [
        {"id": "short", "title": HOSTILE[1], "where": {"los": {"below": 2}}}]}), encoding="utf-8")
    return folder / "flex.csv", folder / "freeze.csv", "--challenges", folder / "rules.json"


def reports_of(reckon, source, scratch):
    contracts = sorted((source / "configs" / "contracts").glob("*.json"))
    systems = sorted((source / "configs" / "systems").glob("*.json"))
    care = source / "configs" / "systems" / "accountable-care-system.json"
    spells = source / "configs" / "contracts" / "spells-2016-17.json"
    commands = [(f"compare-{c.stem}", "compare", c) for c in contracts] + \
        [(f"system-{s.stem}", "system", s) for s in systems] + [
            ("hostile", "compare", hostile_document(scratch), "--group-by", "pod"),
            ("hostile-system", "system", hostile_system(scratch)),
            ("variance", "variance", plan_and_actual(scratch), "--plan", "plan", "--actual", "activity", "--by", "pod",
             "--forecast", "straight-line"),
            ("by", "report", scratch / "months.json", "--by", "pod"),
            ("diff", "diff", *two_extracts(scratch)),
            ("evaluate", "evaluate", spells, "--group-by", "provider,pod"),
            ("incentives", "incentives", source / "configs" / "contracts" / "risk-mix.json", "--fixed", "40%"),
            ("sensitivity", "sensitivity", care, "--vary", "delivery=60%,100%"),
            ("solve", "solve", care, "--vary", "delivery", "--until", "system=0"),
            ("sweep", "sweep", care, "--vary", "delivery=0:100%:10%")]
    for name, *command in commands:
        report = scratch / f"{name}.html"
        run(reckon, *command, "-q", "-o", report)
        if report.exists():
            yield report


def pictures(browser, scratch, report, folder):
    for width in (360, 1280):
        for dark in ("light", "dark"):
            options = ["--blink-settings=preferredColorScheme=0"] if dark == "dark" else []
            browse(browser, scratch, report, f"--screenshot={folder}/{report.stem}-{width}-{dark}.png", *options,
                   width=width, height=3600 if width == 360 else 2400)


def all_zero(scratch, charts):
    """Where every bar would be 0, a sentence says so instead."""
    text = (scratch / "system-vanguard-funding.html").read_text(encoding="utf-8")
    check(("Surplus or deficit of each organisation: as-before: all are 0." in text) == charts, "a chart of zeros")
    check(("Surplus or deficit of each organisation: half-saved: all are 0." not in text), "a chart of more than zeros")


def explained(reckon, source, scratch):
    """The report of a system has, folded, what `explain` says of each organisation in each scenario."""
    system = source / "configs" / "systems" / "accountable-care-system.json"
    text = (scratch / "system-accountable-care-system.html").read_text(encoding="utf-8").partition("<section id=steps>")[2]
    found = json.loads(run(reckon, "explain", system, "--organisation", "acute", "--period", "2017-18", "-f", "json").stdout)
    check(len(found["steps"]) == 3, f"explain: {len(found['steps'])} scenarios")
    for step in found["steps"]:
        value = int(step["value"])
        value = f"({-value:,})" if value < 0 else f"{value:,}"
        check(re.search(re.escape(html.escape(step["label"])) + f" = [^<]* = {re.escape(value)}<", text) is not None,
              f"the report does not explain {step['label']} = {step['value']}")
    check(text.count("<details>") == 21, f"{text.count('<details>')} folded positions")
    check("<li>receipt from " in text and "sum of the lines, rounded once" in text, "no ledger lines below what is received")


def main(reckon, source, scratch, folder=None):
    source, scratch = pathlib.Path(source), pathlib.Path(scratch).resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    browser = next((shutil.which(b) for b in BROWSERS if shutil.which(b)), None)
    charts = (pathlib.Path(reckon).parent / "report" / "charts.js").exists()
    places = [os.environ.get("AXE_CORE", ""), *AXE_PLACES, str(source / AXE_PLACES[1]),
              str(source / "build" / "axe" / AXE_PLACES[1])]
    axe = next((pathlib.Path(p).read_text(encoding="utf-8") for p in places if p and pathlib.Path(p).is_file()), None)
    reports = [(report, read(report, charts)) for report in reports_of(reckon, source, scratch)]
    explained(reckon, source, scratch)
    all_zero(scratch, charts)
    count = 0
    if browser is None or not charts:
        print("skipped: reports are not opened: Chromium or the script for charts is missing")
    else:
        few = {"hostile", "variance", "compare-risk-mix", "system-accountable-care-system"}
        for report, text in reports:
            if folder is None and report.stem not in few:
                continue
            count += drawn(browser, scratch, report, text)
            first_page(browser, scratch, report)
            if axe is not None:
                audit(browser, scratch, report, text, axe, width=1280)
                audit(browser, scratch, report, text, axe, "--blink-settings=preferredColorScheme=0", width=360)
            if folder not in (None, "all"):
                pictures(browser, scratch, report, folder)
        if axe is None:
            print("skipped: accessibility of reports: axe-core is not installed (AXE_CORE names its file)")
        check(count > (40 if folder is not None else 10), f"only {count} charts")
    print("\n".join([*problems[:40], f"{len(reports)} reports, {count} charts, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
