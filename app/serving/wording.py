"""Words for whoever reads in a browser: the one table from what a command line says."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = tuple(
    (re.compile(of_commands), of_pages)
    for of_commands, of_pages in (
        (r"; --encoding (\S+) accepts it", r": choose the encoding \1"),
        (r": name the encoding with --encoding", ": choose its encoding"),
        (r", which --encoding (\S+) accepts", r": choose that encoding"),
        (r"kithmap user list shows", "the list of accounts shows"),
        (r"kithmap products list shows", "the register of products shows"),
        (r" by kithmap products approve", " first"),
        (r": they run kithmap products approve (\S+), and then you run the same export with --approval \S+",
         r": they approve product \1, and then you ask for the same copy with that approval"),
        (r": ask for --row, --around or --entity, or for graphml",
         ": ask for one row, for what lies around somebody, for what you choose, or for GraphML"),
        (r"a row of kithmap clusters", "a row of peer clusters"),
        (r": kithmap areas load FILE --kind \S+", ": whoever runs the service loads them"),
        (r" under --strict", ""),
        (r": --role admin and no other", ", and they have no other role"),
    )
)  # fmt: skip


def in_browser(text: str) -> str:
    """Return a sentence in words that name no command and no option.

    Parameters
    ----------
    text : str
        As the command line says it.

    Returns
    -------
    str
        The same where it names none.
    """
    for of_commands, of_pages in _WORDS:
        text = of_commands.sub(of_pages, text)
    return text
