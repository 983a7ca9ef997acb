"""Invents one small file for each sheet of each shipped mapping: no person, place or event in them is real.

``python examples/invent_feeds.py`` writes ``examples/feeds/MAPPING/*.csv`` again, the same each time. Places
lie in the sea, in the districts of ``invent.py``; forces, councils, schools and groups do not exist.
"""

# ruff: noqa: E501 - a row of a file is one line here, as it is there
from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

FEEDS = Path(__file__).resolve().parent / "feeds"
ASHMERE, BRINDLE, COLDWATER = "E06999001", "E06999002", "E06999003"
COUNCIL = {"agency": "Ashmere Council", "agreement": "ISA-EXAMPLE-1", "agreement_expires": "2030-12-31"}
FORCE = COUNCIL | {"agency": "Example Constabulary"}
SAID = {"reported": "2025-06-30", "basis": "recorded"}
QUAY = {"lon": "-4.240000", "lat": "53.675000", "precision_m": "50"}
PARK = {"lon": "-4.060000", "lat": "53.660000", "precision_m": "100"}
Row = dict[str, str]


def write(mapping: str, name: str, rows: Sequence[Row]) -> None:
    """Write one file.

    Parameters
    ----------
    mapping : str
        The mapping it is for.
    name : str
        File name.
    rows : sequence of dict of str to str
        Cells by column; those not given are blank.
    """
    folder = FEEDS / mapping
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def each(held: Row, columns: str, *lines: str, said: Row | None = None) -> list[Row]:
    """Return rows that share what they are held under.

    Parameters
    ----------
    held : dict of str to str
        Agency and agreement.
    columns : str
        Names of the other columns, with spaces between them.
    *lines : str
        Their cells, with bars between them.
    said : dict of str to str, optional
        Cells that every row has, too.

    Returns
    -------
    list of dict of str to str
        One for each line.
    """
    names = columns.split()
    cells = (line.split("|") for line in lines)
    return [held | dict(zip(names, row, strict=True)) | (said or {}) for row in cells]


def children() -> None:
    """Write what a council sends: people, ties, places of concern, missing episodes, schooling."""
    names = (
        "person_ref given_name family_name also_known_as date_of_birth upn nhs_number pnc_id home_area "
        "responsible_area role harm officer review risk shared_risk valid_from"
    )
    people = each(
        COUNCIL, names,
        f"P1|Indy|Corvane|Inds|2010-02-03|N999000000000|9990000018||{ASHMERE}|{ASHMERE}|child_in_need_of_help|cce|A|2026-01-06|Medium|medium|2025-01-06",
        f"P2|Kit|Dunmorrow||2009-11-21|C999000000001|||{ASHMERE}|{BRINDLE}|victim|county_lines|||||2025-02-10",
        f"P3|Fern|Amberly||2010-07-14||||{BRINDLE}||||||||",
        f"P4|Gray|Hallowick||1979-04-30|||2019/0000124Y|{ASHMERE}||adult_at_risk|cuckooing|||||2025-03-03",
        said=SAID,
    )  # fmt: skip
    write("people", "people.csv", people)
    ties = "person_a kind person_b event_ref capacity date"
    associations = each(
        COUNCIL, ties,
        "P1|FRIEND_OF|P2|||2025-01-10", "P2|SEEN_WITH|P3|||2025-05-17T21:30",
        "P3|INVOLVED_IN||E1|present|2025-05-17T22:00",
        said=SAID,
    )  # fmt: skip
    write("associations", "associations.csv", associations)
    place = {"location_ref": "L1", "name": "The old ferry shelter", "sort": "transport", "protected": "no"}
    concern = {"concern": "young people met by adults", "area": ASHMERE, "last_confirmed": "2025-06-20"}
    write("locations_of_concern", "locations.csv", [COUNCIL | place | concern | QUAY | SAID])
    episodes = each(
        COUNCIL, "episode_ref person_ref missing_from from to found_lon found_lat found_with distance_m "
        "interview_offered interview_held interview_hours plan_changed",
        "M1|P1|home|2025-05-17T20:00|2025-05-18T06:40|-4.060000|53.660000|P2|12000|yes|yes|40|yes",
        "M2|P2|care|2025-06-28T22:15|||||||||",
        said=SAID,
    )  # fmt: skip
    write("missing_episodes", "missing.csv", episodes)
    spells = "spell_ref pupil_ref given_name family_name date_of_birth upn send school_urn school_name state from to"
    school = each(
        COUNCIL, spells,
        "S1|A17|Indy|Corvane|2010-02-03|N999000000000|sen_support|999901|Saltmarsh School|on_roll|2021-09-01|2025-02-14",
        "S2|A17|Indy|Corvane|2010-02-03|N999000000000|sen_support|999901|Saltmarsh School|part_time_timetable|2025-02-17|",
        "S3|B04|Kit|Dunmorrow|2009-11-21|C999000000001|none|999901|Saltmarsh School|rescinded_not_returned|2025-04-28|",
        "S4|B09|Lark|Brackenrig|2009-03-09|||999901|Saltmarsh School|excluded|2025-05-12|",
        said=SAID,
    )  # fmt: skip
    write("school", "pupils.csv", school)


def orders() -> None:
    """Write orders of a council: a closed flat, an adult who is targeted, a child who is protected."""
    columns = (
        "order_ref line sort power may_apply granted expires owner affected neighbour_told bearing person_ref "
        "date_of_birth youth_justice_owner victim_consideration group_ref location_ref"
    )
    closure = "O1|{}|closure_order|ASB Act 2014 s.80|council, police|2025-06-02|2025-09-01|Housing|{}|yes|{}"
    tenant = "the tenant P4, an adult at risk, rehoused first"
    bail = (
        "O2|1|bail|PACE 1984 s.47|police|2025-06-11|2025-07-09|Custody|P2, a child: own case worker told|no"
    )
    rows = each(
        COUNCIL, columns,
        closure.format(1, tenant, "targets|||||") + "|L9",
        closure.format(2, tenant, "protects|P4|1979-04-30||||"),
        closure.format(3, tenant, "targets|P90|1988-01-19||||"),
        bail + "|subject_to|P2|2009-11-21|Youth Justice Service|nrm_referred||",
        said=SAID,
    )  # fmt: skip
    write("interventions", "orders.csv", rows)


def intelligence() -> None:
    """Write what a force sends of groups and intelligence."""
    graded = {"reported": "2025-06-12", "source_grade": "2", "information_grade": "B"}
    columns = (
        "group_ref sort name ocg_reference crime_types group_status last_confirmed origin_areas operates_areas "
        "managed_areas members_live_areas business_areas impact_areas"
    )
    groups = each(
        FORCE, columns,
        f"G1|county_lines_team|The Pebble line|EX/017|drugs;exploitation|active|2025-06-01|{COLDWATER}|"
        f"{ASHMERE};{BRINDLE}|{COLDWATER}|{COLDWATER}||{ASHMERE}",
        f"G2|ocg|Tallow|EX/004|fraud|unknown|2024-11-20|{BRINDLE}|{BRINDLE}||{BRINDLE}|{BRINDLE}|",
        said=graded,
    )  # fmt: skip
    write("groups", "groups.csv", groups)
    members = each(FORCE, "group_ref person_ref membership", "G1|N1|assessed", "G2|N1|asserted", said=graded)
    write("groups", "members.csv", members)
    columns = (
        "log_ref item person_ref group_ref says other_person_ref other_group_ref location_ref location_sort lon "
        "lat precision_m object_ref object_sort area from to source_grade information_grade handling conditions"
    )
    logs = each(
        FORCE, columns,
        "INT/1|1|N2||EXPLOITED_BY||G1|||||||||2025-04-01||2|B|P|",
        "INT/1|2|N2||SEEN_WITH|N1||||||||||2025-05-03T16:20||2|B|P|",
        "INT/2|1||G1|USES||||||||D1|deal_line||2025-05-01||1|A|P|",
        "INT/2|2||G1|FREQUENTS|||K1|transport|-4.240000|53.675000|50||||2025-05-01||3|D|C|A1",
        f"INT/3|1||G1|OPERATES_IN||||||||||{ASHMERE}|2025-05-20||2|E|P|",
        said={"reported": "2025-06-12"},
    )  # fmt: skip
    write("intelligence", "logs.csv", logs)


def incidents() -> None:
    """Write what a force sends of incidents: crimes, anti-social behaviour, stops, custody."""
    said = {"reported": "2025-06-02"}
    crime = "crime_ref occurred_from occurred_to offence outcome sort location_ref location_sort area"
    robbery = f"C1|2025-05-31T21:40|2025-05-31T22:10|Robbery|Under investigation||||{ASHMERE}"
    stalking = f"C2|2025-05-02|2025-05-30|Stalking|Charged|domestic_abuse|K7|home|{BRINDLE}"
    crimes = [each(FORCE, crime, robbery)[0] | QUAY | said, each(FORCE, crime, stalking)[0] | said]
    write("recorded_crime", "crimes.csv", crimes)
    involved = each(FORCE, "crime_ref person_ref capacity", "C1|N2|victim", "C1|N1|suspected", said=said)
    write("recorded_crime", "crime-people.csv", involved)
    rowdy = each(
        FORCE, "asb_ref asb_type occurred_from outcome location_sort area",
        f"A1|Nuisance|2025-05-17T22:00|Words of advice|park|{BRINDLE}",
    )  # fmt: skip
    write("asb", "asb.csv", [rowdy[0] | PARK | said])
    write("asb", "asb-people.csv", each(FORCE, "asb_ref person_ref capacity", "A1|N2|present", said=said))
    stop = "stop_ref encounter_ref person_ref capacity stopped legislation object_of_search outcome"
    drugs = "2025-05-24T19:05|Misuse of Drugs Act 1971 (section 23)|Controlled drugs"
    stops = each(
        FORCE, stop,
        f"T1|V1|N1|found_with|{drugs}|Community resolution", f"T2|V1|N2||{drugs}|No further action",
        said=QUAY | said,
    )  # fmt: skip
    write("stop_search", "stops.csv", stops)
    custody = (
        "custody_ref person_ref given_name family_name pnc_id date_of_birth offence disposal arrested detained released crime_ref area "
        "release licence mappa_level"
    )
    held = "D1|N1|Elm|Farrowmint|2019/0000123{}|1999-02-27|Robbery|Bailed|2025-06-01T02:00|2025-06-01T02:45|2025-06-01T19:30|C1"
    letter = "ZABCDEFGHJKLMNPQRTUVWXY"[int("190000123") % 23]
    rows = each(
        FORCE, custody, f"{held.format(letter)}|{ASHMERE}|2026-01-15|to 2026-07-15|1", said=QUAY | said
    )
    write("custody", "custody.csv", rows)


def published() -> None:
    """Write the two layouts of data.police.uk."""
    force = {
        "Month": "2025-06",
        "Reported by": "Example Constabulary",
        "Falls within": "Example Constabulary",
    }
    point = {"Longitude": "-4.240000", "Latitude": "53.675000", "Location": "On or near a quay"}
    blank = {"LSOA code": "", "LSOA name": ""}
    asb = {"Crime type": "Anti-social behaviour", "Last outcome category": "", "Context": ""}
    burglary = asb | {"Crime type": "Burglary", "Last outcome category": "Under investigation"}
    street = [
        {"Crime ID": key} | force | point | blank | what for key, what in (("", asb), ("ab" * 32, burglary))
    ]
    write("police_uk", "2025-06-example-street.csv", [*street, street[0]])
    stop = {
        "Type": "Person search", "Date": "2025-06-07T17:20:00+00:00", "Part of a policing operation": "False",
        "Policing operation": "", "Latitude": "53.675000", "Longitude": "-4.240000", "Gender": "Male",
        "Age range": "18-24", "Self-defined ethnicity": "", "Officer-defined ethnicity": "White",
        "Legislation": "Police and Criminal Evidence Act 1984 (section 1)", "Object of search": "Stolen goods",
        "Outcome": "Arrest", "Outcome linked to object of search": "True",
        "Removal of more than just outer clothing": "False",
    }  # fmt: skip
    nowhere = stop | {"Latitude": "", "Longitude": "", "Outcome": "A no further action disposal"}
    write("stop_search", "2025-06-example-stop-and-search.csv", [stop, nowhere])


def pole() -> None:
    """Write the layout of the Neo4j importer, a file for each label and each type."""
    nodes = {
        "Person": (":ID surname nhs_no name age", "0|Corvane|000-00-0001|Indy|", "1|Amberly|000-00-0002|Fern|"),
        "Crime": (":ID date id type last_outcome note charge", "2|7/06/2025|ef01|Drugs|Under investigation||"),
        "Location": (
            ":ID latitude:double postcode longitude:double address", "3|53.675000|ZZ1 1ZZ|-4.240000|1 Quay",
        ),
        "Phone": (":ID phoneNo", "4|01632 960001", "5|01632 960002"),
        "PhoneCall": (":ID call_duration call_time call_date call_type", "6|38|00:32|04/06/2025|CALL"),
        "Email": (":ID email_address", "7|indy@example.org"),
        "Vehicle": (":ID model reg make year", "8|Tern|ZZ01 ZZZ|Example|2005"),
        "Object": (":ID description id type", "9|Electronic scale||Evidence"),
        "Officer": (":ID badge_no rank name surname", "10|1|Sergeant|Elm|Farrowmint"),
        "PostCode": (":ID code", "11|ZZ1 1ZZ"),
        "Area": (":ID areaCode", "12|ZZ1"),
    }  # fmt: skip
    for label, (columns, *lines) in nodes.items():
        write("pole", f"example.nodes.{label}.csv", each({}, columns, *lines, said={":LABEL": label}))
    links = (
        "KNOWS 0 1, KNOWS_SN 0 1, KNOWS_LW 1 0, KNOWS_PHONE 0 1, CURRENT_ADDRESS 0 3, HAS_PHONE 0 4, HAS_EMAIL 0 7, "
        "CALLER 6 4, CALLED 6 5, PARTY_TO 0 2, INVOLVED_IN 8 2, OCCURRED_AT 2 3, INVESTIGATED_BY 2 10, "
        "HAS_POSTCODE 3 11, POSTCODE_IN_AREA 11 12, LOCATION_IN_AREA 3 12"
    )
    for link in links.split(", "):
        kind, start, end = link.split()
        row = {":START_ID": start, ":END_ID": end, ":TYPE": kind}
        write("pole", f"example.relationships.{kind}.csv", [row])
    family = {":START_ID": "0", ":END_ID": "1", ":TYPE": "FAMILY_REL", "rel_type": "SIBLING"}
    write("pole", "example.relationships.FAMILY_REL.csv", [family])


def main() -> None:
    """Write every file."""
    children()
    orders()
    intelligence()
    incidents()
    published()
    pole()


if __name__ == "__main__":
    main()
