"""Which field is the code, by the names the Office for National Statistics gives."""

from __future__ import annotations

import pytest

from geo.area_fields import find_code_field, find_name_field, find_vintage
from graph.errors import GeoError

WARD_FILE = ["FID", "WD25CD", "WD25NM", "WD25NMW", "LAD25CD", "LAD25NM", "LADCD_ACTIVE"]


@pytest.mark.parametrize(
    ("fields", "kind", "code", "name", "vintage"),
    [
        (WARD_FILE, "ward", "WD25CD", "WD25NM", "2025"),
        (WARD_FILE, "lad", "LAD25CD", "LAD25NM", "2025"),
        (["lad17cd", "lad17nm"], "lad", "lad17cd", "lad17nm", "2017"),
        (["LTLA23CD", "LTLA23NM"], "lad", "LTLA23CD", "LTLA23NM", "2023"),
        (["PFA23CD", "PFA23NM"], "force", "PFA23CD", "PFA23NM", "2023"),
        (["LAD91CD"], "lad", "LAD91CD", None, "1991"),
        (["id", "LAD13CD", "LAD13NM"], "lad", "LAD13CD", "LAD13NM", "2013"),
        (["id", "name", "type"], "force", "id", "name", "unstated"),
        (["id", "Code", "Name"], "custom", "Code", "Name", "unstated"),
    ],
)
def test_code_name_and_vintage_are_found(
    fields: list[str], kind: str, code: str, name: str | None, vintage: str
) -> None:
    found = find_code_field(fields, kind=kind)
    assert (found, find_name_field(fields, code_field=found)) == (code, name)
    assert find_vintage(found, kind=kind) == vintage


@pytest.mark.parametrize("fields", [["LAD25CD"], [], ["LSOA21NM"], ["XLSOA21CD"], ["LSOA2021CD"]])
def test_nothing_is_guessed_when_no_field_fits(fields: list[str]) -> None:
    with pytest.raises(GeoError, match="no field looks like"):
        find_code_field(fields, kind="lsoa")


def test_several_vintages_are_not_chosen_between() -> None:
    with pytest.raises(GeoError, match="LSOA11CD, LSOA21CD"):
        find_code_field(["LSOA11CD", "LSOA21CD"], kind="lsoa")
