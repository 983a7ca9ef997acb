"""What stands in the README of a copy for Neo4j."""

from __future__ import annotations

from typing import Final

from app.copies.contents import About, Contents, about_rows

_REST: Final = """
LOADING IT

Use a Neo4j of your own, 5.26 or later, that others cannot reach. Community is enough.

1. Where you can reach the server's import folder (server.directories.import of neo4j.conf; in Neo4j Desktop:
   Open folder, Import), unpack this zip into it, so that the folder {folder} lies in it, and run there

     cypher-shell -a bolt://localhost:7687 -u neo4j -f {folder}/load.cypher

2. Where you cannot, or where the server has no such folder, unpack it anywhere and run
   load-without-files.cypher instead. It holds the rows itself and makes the same:

     cypher-shell -a bolt://localhost:7687 -u neo4j -f {folder}/load-without-files.cypher

Loading twice changes nothing. Several copies may lie in one database: each node and relationship says by its
property copy which it is of.

WHAT IS IN THE DATABASE

Labels are for the day that the copy tells of, and change with no birthday: make a new copy.

  Entity        everything, beside one of Person, Group, Location, Event, Organisation, Object, Area, Hotspot,
                Intervention
  YoungPerson   under 18 on that day, or of unknown age, which counts as a child
  PersonOfInterest
                an adult whom an agency recorded as one, with an officer and a review date
  OCG, CountyLinesTeam
                as recorded by the force that manages it
  PeerGroup     confirmed by a named practitioner; what an algorithm found is no group here
  WorkCopy      one node that says what stands at the top of this file

Relationships have the kind of the link as their type, and capacity; first, last and last_confirmed (days as
text, only the month where the source is protected); sources (independent agencies) and claims (how many the
link is drawn from); grades, best and worst, each for itself; disputed; standing. Where symmetric is true
the arrow says nothing. Every node and relationship carries copy, marking and expires. What is not known has
no property.

WHAT IT DOES NOT MEAN

It holds what its maker, of the agency above, may see for the purpose above, and of that what a work copy
may hold. It is not all that is known: others may know more, and nothing here says whether they do. A link
says what was recorded and no more. Two people at one event or place are not friends. A short path between
two people explains nothing by itself. A person of interest is an adult to ask about, not somebody found
guilty. Nothing here scores or ranks anybody, and nothing that is computed from it may score or rank a
child.

DELETING IT

Not later than {expires}:

1. cypher-shell -a bolt://localhost:7687 -u neo4j -f {folder}/delete.cypher
   takes the copy out of the database. Where that held nothing else, delete the whole database.
2. Delete this zip, what was unpacked from it, and every dump or backup of that database.

Do not pass it on: whoever else needs it makes a copy of their own, with their own right to see.
"""


def readme_text(contents: Contents, about: About) -> str:
    """Return what a reader finds in the zip first.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Of the copy.

    Returns
    -------
    str
        What the copy is, how it is loaded, what it means, how it is deleted.
    """
    said = "".join(f"{heading.upper()}: {_line(text)}\n" for heading, text in about_rows(about, contents))
    return said + _REST.format(folder=f"copy-{about.copy}", expires=about.expires.isoformat())


def _line(text: str) -> str:
    # What somebody wrote stays on the line of its heading.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
