#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps of a fuzz target's inputs what reaches more than others do, as tests/fuzz/corpus/TARGET.zip.

    scripts/fuzz_keep.py TARGET [FOLDER...]

The inputs are those that are kept already, those of build-fuzz/runs/fuzz_TARGET, and those in the
folders given. Ordinary builds replay what is kept (tests/fuzz/replay.c).
"""
import pathlib
import subprocess
import sys
import tempfile
import zipfile

LONGEST = 3000  # bytes of an input


def main(target, *folders):
    kept = pathlib.Path("tests/fuzz/corpus") / f"{target}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        old, new = pathlib.Path(scratch, "old"), pathlib.Path(scratch, "new")
        old.mkdir()
        new.mkdir()
        if kept.exists():
            zipfile.ZipFile(kept).extractall(old)
        subprocess.run([f"build-fuzz/tests/fuzz/fuzz_{target}", "-set_cover_merge=1", f"-max_len={LONGEST}",
                        "-close_fd_mask=3", new, old, f"build-fuzz/runs/fuzz_{target}/corpus", *folders], check=True)
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(new.iterdir()):
                entry = zipfile.ZipInfo(path.name[:16])  # without a time: the same bytes each time
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
        print(f"{kept}: {len(list(new.iterdir()))} inputs")


if __name__ == "__main__":
    main(*sys.argv[1:])
