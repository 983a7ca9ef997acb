"""Areas: every public layer reads, bad files are refused plainly, points fall where geopandas puts them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from geo import area_layers
from geo.areas import AreaLocator, AreaTable, area_union, read_areas
from geo.crs import to_grid
from graph.errors import CRSMismatchError, GeoError, OutsideAreaError
from tests.geo.towns import cheshire_areas, cheshire_events, on_grid

SQUARE = [[-2.5, 53.2], [-2.4, 53.2], [-2.4, 53.3], [-2.5, 53.3], [-2.5, 53.2]]
BOWTIE = [[-2.5, 53.2], [-2.4, 53.3], [-2.4, 53.2], [-2.5, 53.3], [-2.5, 53.2]]


def feature(code: str | None, ring: list[list[float]] | None = SQUARE, **more: Any) -> dict[str, Any]:
    geometry = None if ring is None else {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"LSOA21CD": code, **more}, "geometry": geometry}


def written(path: Path, *features: dict[str, Any], **more: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": list(features)}))
    return path


def shifted(east: float, north: float = 0.0) -> list[list[float]]:
    return [[x + east, y + north] for x, y in SQUARE]


def squares(*rings: list[list[float]]) -> AreaTable:
    shapes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    codes = tuple(f"A{place}" for place in range(len(rings)))
    return AreaTable("custom", "unstated", codes, codes, shapes)


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "kind", "vintage", "number", "first", "repaired"),
    [
        ("nw_lsoa21.geojson.gz", "lsoa", "2021", 4365, "E01018386", 0),
        ("nw_lsoa11.geojson.gz", "lsoa", "2011", 4281, "E01018386", 0),
        ("nw_msoa21.geojson.gz", "msoa", "2021", 898, "E02003811", 1),
        ("nw_ward25.geojson.gz", "ward", "2025", 868, "E05008610", 0),
        ("cheshire_lsoa21.geojson.gz", "lsoa", "2021", 678, "E01018386", 0),
        ("cheshire_lsoa11.geojson.gz", "lsoa", "2011", 652, "E01018386", 0),
        ("cheshire_msoa21.geojson.gz", "msoa", "2021", 140, "E02003811", 0),
        ("cheshire_ward25.geojson.gz", "ward", "2025", 137, "E05008610", 0),
        ("england_lad13.topojson", "lad", "2013", 326, "E06000001", 250),
        ("police_force_areas.geojson", "force", "unstated", 43, "E23000001", 3),
        ("local_authorities_simple.geojson", "lad", "unstated", 331, "E06000001", 5),
    ],
)
def test_every_public_layer_reads(
    data_dir: Path, file: str, kind: str, vintage: str, number: int, first: str, repaired: int
) -> None:
    table = read_areas(data_dir / "boundaries" / file, kind=kind)
    assert (table.kind, table.vintage, len(table.codes), table.codes[0]) == (kind, vintage, number, first)
    assert table.repaired == repaired
    assert shapely.is_valid(table.geometry).all()
    assert set(shapely.get_type_id(table.geometry)) <= {3, 6}
    assert all(table.names)


@pytest.mark.data
def test_repairing_leaves_the_ground_as_it_was(data_dir: Path) -> None:
    table = read_areas(data_dir / "boundaries" / "england_lad13.topojson", kind="lad")
    square_km = shapely.area(on_grid(table.geometry)) / 1e6
    assert square_km.sum() == pytest.approx(130_310, rel=0.01)  # England to the water's edge
    assert square_km.min() > 2  # the City of London


@pytest.mark.data
def test_points_fall_where_geopandas_puts_them(data_dir: Path) -> None:
    table, events = cheshire_areas(data_dir), cheshire_events(data_dir)
    at = AreaLocator(table).locate(events["Longitude"], events["Latitude"])
    layer = geopandas.GeoDataFrame({"code": table.codes}, geometry=table.geometry, crs=4326)
    points = geopandas.GeoDataFrame(
        geometry=geopandas.points_from_xy(events["Longitude"], events["Latitude"], crs=4326)
    )
    joined = geopandas.sjoin(points, layer, predicate="intersects")["index_right"]
    assert joined.index.has_duplicates  # some points lie on a shared border: the first area has them
    theirs = joined.groupby(level=0).min().reindex(points.index, fill_value=-1)
    assert at.tolist() == theirs.tolist()
    assert (at >= 0).sum() > 54_000


@pytest.mark.data
def test_vintages_are_kept_apart(data_dir: Path) -> None:
    old = read_areas(data_dir / "boundaries" / "cheshire_lsoa11.geojson.gz", kind="lsoa")
    new = cheshire_areas(data_dir)
    assert (len(set(new.codes) - set(old.codes)), len(set(old.codes) - set(new.codes))) == (49, 23)
    events = cheshire_events(data_dir)[["Longitude", "Latitude"]].to_numpy()
    codes = [
        np.array([*table.codes, ""])[AreaLocator(table).locate(events[:, 0], events[:, 1])]
        for table in (old, new)
    ]
    assert 0.02 < (codes[0] != codes[1]).mean() < 0.2


def test_a_point_on_a_shared_border_belongs_to_the_first_area() -> None:
    table = squares(SQUARE, shifted(0.1), shifted(-0.1))
    lon, lat = [-2.4, -2.5, -2.45, -2.35, -2.2, np.nan], [53.25, 53.25, 53.25, 53.25, 53.25, 53.25]
    assert AreaLocator(table).locate(lon, lat).tolist() == [0, 0, 0, 1, -1, -1]


def test_no_points_and_no_areas_are_no_trouble() -> None:
    assert AreaLocator(squares(SQUARE)).locate([], []).tolist() == []
    assert AreaLocator(squares()).locate([-2.45], [53.25]).tolist() == [-1]


def test_many_points_are_placed_in_parts_as_in_one_go() -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-2.6, -2.2, 250_000), rng.uniform(53.1, 53.4, 250_000)
    at = AreaLocator(squares(SQUARE, shifted(0.1))).locate(lon, lat)
    in_rows = (lat >= 53.2) & (lat <= 53.3)
    assert np.array_equal(at == 0, in_rows & (lon >= -2.5) & (lon <= -2.4))
    assert np.array_equal(at == 1, in_rows & (lon > -2.4) & (lon <= -2.3))


def test_rows_give_the_same_areas_back() -> None:
    table = squares(SQUARE, shifted(0.1))
    again = AreaTable.from_rows(table.kind, table.vintage, table.to_rows())
    assert (again.codes, again.names, again.kind, again.vintage) == (
        table.codes,
        table.names,
        "custom",
        "unstated",
    )
    assert shapely.equals_identical(again.geometry, table.geometry).all()
    assert AreaTable.from_rows("lad", "2025", []).codes == ()


def test_a_union_joins_what_is_named() -> None:
    table = squares(SQUARE, shifted(0.1), shifted(0.5))
    assert area_union(table, ["A0", "A1"]).equals(shapely.box(-2.5, 53.2, -2.3, 53.3))
    with pytest.raises(OutsideAreaError, match="A9"):
        area_union(table, ["A0", "A9"])
    with pytest.raises(OutsideAreaError, match="no code"):
        area_union(table, [])


def test_all_faults_of_a_file_are_told_together(tmp_path: Path) -> None:
    point = {
        "type": "Feature",
        "properties": {"LSOA21CD": "P"},
        "geometry": {"type": "Point", "coordinates": [-2, 53]},
    }
    file = written(
        tmp_path / "bad.geojson",
        feature("A"),
        feature("A"),
        feature(None),
        feature("B", None),
        feature(" "),
        point,
    )
    with pytest.raises(GeoError) as raised:
        read_areas(file, kind="lsoa")
    assert str(raised.value) == (
        "bad.geojson: feature 2 LSOA21CD repeats that of feature 1; feature 3 LSOA21CD is empty; "
        "feature 4 has no geometry; feature 5 LSOA21CD is empty; feature 6 is not a polygon"
    )


def test_a_long_list_of_faults_is_cut_and_counted(tmp_path: Path) -> None:
    file = written(tmp_path / "bad.geojson", *(feature(None) for _ in range(50)))
    with pytest.raises(GeoError, match=r"feature 20 .* and 30 more"):
        read_areas(file, kind="lsoa")


def test_an_invalid_shape_is_repaired_and_counted(tmp_path: Path) -> None:
    table = read_areas(written(tmp_path / "a.geojson", feature("A", BOWTIE), feature("B")), kind="lsoa")
    assert table.repaired == 1
    assert table.geometry[0].geom_type == "MultiPolygon"


def test_a_shape_without_any_area_is_a_fault(tmp_path: Path) -> None:
    flat = [[-2.5, 53.2], [-2.4, 53.2], [-2.5, 53.2], [-2.5, 53.2]]
    with pytest.raises(GeoError, match="feature 1 encloses no area"):
        read_areas(written(tmp_path / "a.geojson", feature("A", flat)), kind="lsoa")


def test_a_layer_on_the_national_grid_is_brought_to_degrees(tmp_path: Path) -> None:
    east, north = to_grid(*np.array(SQUARE).T)
    ring = np.column_stack([east, north]).tolist()
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    table = read_areas(written(tmp_path / "a.geojson", feature("A", ring), crs=crs), kind="lsoa")
    assert shapely.get_coordinates(table.geometry) == pytest.approx(np.array(SQUARE), abs=1e-6)


def test_grid_metres_that_claim_to_be_degrees_are_refused(tmp_path: Path) -> None:
    ring = [[380e3, 350e3], [381e3, 350e3], [381e3, 351e3], [380e3, 350e3]]
    with pytest.raises(CRSMismatchError, match=r"a\.geojson"):
        read_areas(written(tmp_path / "a.geojson", feature("A", ring)), kind="lsoa")


def test_swapped_coordinates_are_told(tmp_path: Path) -> None:
    ring = [[y, x] for x, y in SQUARE]
    with pytest.raises(OutsideAreaError, match="swapped"):
        read_areas(written(tmp_path / "a.geojson", feature("A", ring)), kind="lsoa")


def topology(x: float, y: float) -> dict[str, Any]:
    arcs = [[[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y]]]
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"LSOA21CD": "A"}}
    return {
        "type": "Topology",
        "objects": {"areas": {"type": "GeometryCollection", "geometries": [shape]}},
        "arcs": arcs,
    }


def test_a_topology_without_coordinate_system_is_read_when_it_lies_in_great_britain(tmp_path: Path) -> None:
    file = tmp_path / "a.topojson"
    file.write_text(json.dumps(topology(-2.5, 53.2)))
    assert read_areas(file, kind="lsoa").codes == ("A",)
    file.write_text(json.dumps(topology(380_000, 350_000)))
    with pytest.raises(CRSMismatchError, match="states no coordinate system"):
        read_areas(file, kind="lsoa")


def test_a_geopackage_reads_and_its_layer_must_be_plain(tmp_path: Path) -> None:
    file = tmp_path / "a.gpkg"
    layer = geopandas.GeoDataFrame(
        {"LAD25CD": ["E1"], "LAD25NM": ["Town"]}, geometry=[shapely.Polygon(SQUARE)], crs=4326
    )
    layer.to_crs(27700).to_file(file, layer="first", engine="pyogrio")
    table = read_areas(file, kind="lad")
    assert (table.codes, table.names, table.vintage) == (("E1",), ("Town",), "2025")
    layer.to_file(file, layer="second", engine="pyogrio")
    with pytest.raises(GeoError, match="first, second"):
        read_areas(file, kind="lad")
    assert read_areas(file, kind="lad", layer="second").codes == ("E1",)


def test_kind_decides_which_code_is_meant(tmp_path: Path) -> None:
    areas = [
        feature(f"L{place}", WD25CD=f"W{place}", WD25NM="Ward", LAD24CD=f"D{place}") for place in range(2)
    ]
    file = written(tmp_path / "a.geojson", *areas)
    found = {kind: read_areas(file, kind=kind) for kind in ("lsoa", "ward", "lad")}
    assert {kind: table.codes[0] for kind, table in found.items()} == {
        "lsoa": "L0",
        "ward": "W0",
        "lad": "D0",
    }
    assert [found[kind].vintage for kind in found] == ["2021", "2025", "2024"]
    assert (found["ward"].names[0], found["lad"].names[0]) == ("Ward", "D0")


def test_stated_fields_and_vintage_win(tmp_path: Path) -> None:
    file = written(tmp_path / "a.geojson", feature("L", beat=7, sergeant_area="North"))
    table = read_areas(file, kind="custom", code_field="beat", name_field="sergeant_area", vintage="2024-04")
    assert (table.codes, table.names, table.vintage) == (("7",), ("North",), "2024-04")
    with pytest.raises(GeoError, match="has no field nowhere"):
        read_areas(file, kind="custom", code_field="nowhere")
    with pytest.raises(GeoError, match="name one of"):
        read_areas(file, kind="custom")


def test_two_vintages_in_one_file_must_be_chosen_between(tmp_path: Path) -> None:
    file = written(tmp_path / "a.geojson", feature("A", LSOA11CD="B"))
    with pytest.raises(GeoError, match="LSOA21CD, LSOA11CD"):
        read_areas(file, kind="lsoa")
    assert read_areas(file, kind="lsoa", code_field="LSOA11CD").vintage == "2011"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"hello",
        b'{"type": "FeatureCollection", "features": [{"type":',
        b'{"type": "FeatureCollection", "features": []}',
        b"SQLite format 3\0" + b"\0" * 200,
        b"<OGRVRTDataSource><OGRVRTLayer name='a'/></OGRVRTDataSource>",
        gzip.compress(b"hello", mtime=0),
        gzip.compress(b'{"type": "FeatureCollection"}' * 9, mtime=0)[:30],
    ],
)
def test_what_is_no_boundary_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)
    with pytest.raises(GeoError, match=r"^areas\.geojson: ") as raised:
        read_areas(file, kind="lsoa")
    assert "hello" not in str(raised.value)


def test_a_missing_file_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GeoError, match=r"none\.geojson: cannot be read"):
        read_areas(tmp_path / "none.geojson", kind="lsoa")
    with pytest.raises(GeoError, match="kinds are"):
        read_areas(tmp_path / "none.geojson", kind="parish")


def test_a_compressed_file_may_not_swell_past_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area_layers, "MAX_BYTES", 1_000_000)
    file = tmp_path / "bomb.geojson.gz"
    file.write_bytes(gzip.compress(b" " * 5_000_000))
    with pytest.raises(GeoError, match="larger than 1 MB"):
        read_areas(file, kind="lsoa")


def test_too_many_features_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_layers, "MAX_FEATURES", 2)
    with pytest.raises(GeoError, match="has 3 features"):
        read_areas(written(tmp_path / "a.geojson", feature("A"), feature("B"), feature("C")), kind="lsoa")
