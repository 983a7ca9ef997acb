"""A file that cannot be read is refused in one clear message, and the workspace is as it was."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.app.desk import CHILD, Desk, incident, person, pupil_number, tie
from tests.ingest.builders import POLICE_HEADER, write_csv

ROW = ",2025-01,Example Police,Example Police,-2.5,53.2,On or near Park,,,Burglary,,"
GOOD = f"{POLICE_HEADER}\n{ROW}\n"
NOT_UTF8 = f"{GOOD}{ROW.replace('Park', 'Café')}\n".encode("cp1252")
LONG_ROW = f"{ROW}{'x' * 5_000}\n"
PEOPLE = "person_ref,agency,agreement,agreement_expires,given_name,date_of_birth"
AREA = '{"type": "Feature", "properties": {"LAD25CD": "E1"}, "geometry": null}'
WITHOUT_SHAPE = f'{{"type": "FeatureCollection", "features": [{AREA}]}}'.encode()
BIRTHS = ["2011-02-30", "01/02/2011", "2011-02-01", "2999-01-01"]
GREAT_BRITAIN = "longitude and latitude in Great Britain (WGS 84 degrees), or both blank"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace that holds something."""
    desk = Desk(tmp_path_factory.mktemp("filled"))
    people = [f"P{n}" for n in range(10)]
    desk.load(
        "people",
        [person(ref, given_name="Amy", date_of_birth=CHILD, upn=pupil_number(1)) for ref in people[:2]],
    )
    circles = (people[:5], people[5:])
    desk.load(
        "associations",
        [tie(a, b, date="2025-05-01") for five in circles for a in five for b in five if a < b],
    )
    desk.load("police_uk", [incident(f"c{n}", -2.6, 53.15) for n in range(40)])
    return desk.folder


@pytest.fixture
def desk(tmp_path: Path, filled: Path) -> Desk:
    """Return a desk at a copy of it."""
    return Desk(tmp_path, like=filled)


# Words that nothing live stands on stay in the dictionaries of labels and terms, where nobody reads them.
USED = {"label": "WHERE touched > 0", "terms": "WHERE id IN (SELECT terms FROM claim)"}


def _dump(desk: Desk) -> dict[str, Any]:
    """Return every row of ledger and identity file, and what a user is told."""
    held: dict[str, Any] = {}
    for name in ("ledger.db", "identity.db"):
        with closing(sqlite3.connect(desk.folder / name)) as file:
            tables = [
                row[0]
                # The index of names is told by what it finds, not by how it is kept.
                for row in file.execute(
                    "SELECT name FROM pragma_table_list "
                    "WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite%' ORDER BY 1"
                )
            ]
            for table in tables:
                held[f"{name} {table}"] = file.execute(
                    f"SELECT * FROM {table} {USED.get(table, '')} ORDER BY 1"
                ).fetchall()
    for command in (["clusters", "--resolution", "0.4"], ["hotspots"]):
        held[command[0]] = desk.run(*command, "--json").out
    return held


def _written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _packed(path: Path, pieces: Iterator[bytes]) -> Path:
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(packer.compress(piece))
        file.write(packer.flush())
    return path


def _long_line(path: Path) -> Path:
    def pieces() -> Iterator[bytes]:
        yield GOOD.encode()
        for _ in range(300):
            yield b"0123456789" * 100_000

    return _packed(path.with_suffix(".csv.gz"), pieces())


def _gzip_bomb(path: Path) -> Path:
    return _packed(
        path.with_suffix(".csv.gz"), iter([f"{POLICE_HEADER}\n".encode(), *[LONG_ROW.encode() * 500] * 20])
    )


def _zip_bomb(path: Path) -> Path:
    path = path.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("a.csv", f"{POLICE_HEADER}\n" + LONG_ROW * 10_000)
    return path


def _cut_short(path: Path) -> Path:
    whole = gzip.compress(GOOD.encode() + f"{ROW}\n".encode() * 3_000)
    return _written(path.with_suffix(".csv.gz"), whole[: len(whole) // 2])


REFUSED: dict[str, tuple[Callable[[Path], Path] | str | bytes, str]] = {
    "empty": (b"", "the file is empty: it has no header"),
    "wrong encoding": (
        NOT_UTF8,
        f"row 3: byte {NOT_UTF8.index(0xE9)} is not UTF-8: it looks like cp1252, "
        "which --encoding cp1252 accepts",
    ),
    "utf-16": (GOOD.encode("utf-16"), "not UTF-8: it starts as utf-16; --encoding utf-16 accepts it"),
    "missing column": (
        GOOD.replace("Longitude,", "").replace("-2.5,", ""),
        "row 1, column Longitude: missing column",
    ),
    "duplicate header": (
        GOOD.replace("Month,", "Month,Month,"),
        "row 1, column Month: column 3 has the name of column 2",
    ),
    "NUL in the header": (GOOD.replace("Month", "Mo\0nth"), "row 1: the name of column 2 holds a NUL byte"),
    "unclosed quote": (f'{GOOD}"{ROW}\n{ROW}\n', "row 3: a quoted field that starts here is never closed"),
    "a line of 300 MB": (_long_line, "row 3: a line of more than 1,000,000 characters"),
    "a gzip bomb": (_gzip_bomb, "unpacks to more than 200 times its size: refused as a zip bomb"),
    "a zip bomb": (_zip_bomb, "unpacks to more than 200 times its size: refused as a zip bomb"),
    "cut short": (_cut_short, ""),
    "no such archive": (b"PK\x03\x04" + b"\0" * 100, ""),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("beside", [False, True])
def test_a_file_that_cannot_be_read_is_refused_and_nothing_stays(desk: Desk, name: str, beside: bool) -> None:
    content, message = REFUSED[name]
    suffix = ".zip" if name == "no such archive" else ".csv"
    path = desk.files / f"bad{suffix}"
    path = content(path) if callable(content) else _written(path, content)
    good = _written(desk.files / "good.csv", GOOD + f"{ROW}\n" * 50)
    before = _dump(desk)
    ran = desk.run(
        "import",
        *([good] if beside else []),
        path,
        "--mapping",
        "police_uk",
        "--report",
        desk.files / "r.json",
    )
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("kithmap: ") and ran.err.count("\n") == 1 and path.name in ran.err
    assert message in ran.err and "Traceback" not in ran.err
    assert not (desk.files / "r.json").exists()
    assert _dump(desk) == before


ROWS: dict[str, tuple[str, str, list[tuple[int, str, str]]]] = {
    "impossible dates": (
        "people",
        "\n".join([PEOPLE, *(f"P2{n},A,I,none,Amy,{day}" for n, day in enumerate(BIRTHS)), ""]),
        [
            (2, "date_of_birth", "no such day in the calendar"),
            (3, "date_of_birth", "not a date written yyyy-mm-dd"),
            (5, "date_of_birth", "after the day of import"),
        ],
    ),
    "coordinates outside Great Britain": (
        "police_uk",
        GOOD
        + ROW.replace("-2.5,53.2", "53.2,-2.5")
        + "\n"
        + ROW.replace("-2.5,53.2", "0,0")
        + "\n"
        + ROW.replace("53.2", "")
        + "\n",
        [(3, "Longitude", GREAT_BRITAIN), (4, "Longitude", GREAT_BRITAIN), (5, "Longitude", GREAT_BRITAIN)],
    ),
    "ragged rows and NULs": (
        "police_uk",
        f"{POLICE_HEADER}\n{ROW[:-1]}\n{ROW}\n{ROW},\n{ROW.replace('Park', 'P' + chr(0) + 'rk')}\n",
        [
            (2, "Context", "too few fields: 11 of 12"),
            (4, "", "too many fields: 13 for 12 columns"),
            (5, "Location", "holds a NUL byte"),
        ],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_break_a_rule_are_named_and_the_rest_is_loaded(desk: Desk, name: str) -> None:
    mapping, content, faults = ROWS[name]
    path, out = _written(desk.files / "rows.csv", content), desk.files / "r.json"
    before = _dump(desk)
    ran = desk.run("import", path, "--mapping", mapping, "--strict", "--report", out)
    assert ran.code == 5 and "nothing was loaded" in ran.err and _dump(desk) == before
    assert json.loads(out.read_text("utf-8"))["totals"]["rejected"] == len(faults)
    ran = desk.run("import", path, "--mapping", mapping, "--dry-run")
    assert ran.code == 0 and _dump(desk) == before
    ran = desk.run("import", path, "--mapping", mapping, "--report", out)
    report = json.loads(out.read_text("utf-8"))
    assert ran.code == 0
    assert [(r["row"], r["column"], r["rule"]) for r in report["rejections"]] == faults
    assert {Path(r["file"]).name for r in report["rejections"]} == {"rows.csv"}
    totals = report["totals"]
    assert totals["rows"] == totals["accepted"] + len(faults) and totals["accepted"] == 1
    for row, column, rule in faults:
        assert f"rows.csv, row {row}" in ran.err and column in ran.err and rule in ran.err
    assert not [
        value
        for value in ("2011-02-30", "01/02/2011", "2999", "53.2,-2.5")
        if value in ran.err + out.read_text("utf-8")
    ]
    assert _dump(desk) != before


def test_ten_thousand_bad_rows_are_counted_and_the_screen_stays_short(desk: Desk) -> None:
    rows = [person(f"Z{n}", date_of_birth="2011-02-30") for n in range(12_000)]
    path, out = write_csv(desk.files / "many.csv", rows), desk.files / "r.json"
    before = _dump(desk)
    ran = desk.run("import", path, "--mapping", "people", "--report", out)
    report = json.loads(out.read_text("utf-8"))
    assert ran.code == 0 and ran.err.count("\n") < 30 and "11,980 more rejected rows" in ran.err
    assert (len(report["rejections"]), report["rejections_left_out"]) == (10_000, 2_000)
    assert report["totals"] == {
        "rows": 12_000,
        "accepted": 0,
        "rejected": 12_000,
        "duplicate": 0,
        "set_aside": 0,
    }
    assert _dump(desk) == before


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("nonsense", "nonsense"),
        ("../people", "people"),
        ("bad.yaml", "bad.yaml"),
        ("absent.yaml", "absent.yaml"),
        ("empty.yaml", "empty.yaml"),
    ],
)
def test_a_mapping_that_is_wrong_is_named(
    desk: Desk, mapping: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.files)
    _written(desk.files / "bad.yaml", "name: x\nversion: [1\n")
    _written(desk.files / "empty.yaml", "")
    path = _written(desk.files / "rows.csv", GOOD)
    before = _dump(desk)
    ran = desk.run("import", path, "--mapping", mapping)
    assert (ran.code, ran.out) == (2, "") and said in ran.err and "Traceback" not in ran.err
    assert _dump(desk) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection"}',
        b"\xff\xfe",
        b"\x1f\x8b" + b"x" * 50,
        WITHOUT_SHAPE,
    ],
)
def test_a_file_of_areas_that_cannot_be_read_changes_nothing(desk: Desk, content: bytes) -> None:
    path = _written(desk.files / "areas.geojson", content)
    before = _dump(desk)
    ran = desk.run("areas", "load", path, "--kind", "lad")
    assert (ran.code, ran.out) == (2, "") and "areas.geojson" in ran.err and "Traceback" not in ran.err
    assert _dump(desk) == before
