"""Invented names: given names after plants, birds and weather, and family names that nobody bears."""

from __future__ import annotations

import random
from collections.abc import Collection
from itertools import product
from typing import Final

_GIVEN: Final = (
    "Alder", "Arlo", "Ashwin", "Avani", "Birch", "Bramble", "Bryn", "Cass", "Cedar", "Clover", "Cora",
    "Dara", "Delphi", "Dune", "Eider", "Elm", "Ember", "Farah", "Fern", "Finch", "Flint", "Gale",
    "Gray", "Harper", "Hazel", "Heron", "Hollis", "Indy", "Isla", "Jarrah", "Juniper", "Juno",
    "Kestrel", "Kit", "Lark", "Linden", "Lowen", "Maple", "Marlo", "Merle", "Mica", "Navi", "Nettle",
    "Oakley", "Ocean", "Orrin", "Pip", "Quill", "Rafi", "Reed", "Rowan", "Saffi", "Sage", "Samphire",
    "Sorrel", "Tansy", "Teal", "Tavi", "Umber", "Vale", "Wren", "Yarrow", "Zaki", "Zinnia",
)  # fmt: skip
_FAMILY: Final = (
    "Adeyinwa", "Amberly", "Ashgrenne", "Balquhoun", "Beckermoor", "Brackenrig", "Brindlecote",
    "Chaudrelle", "Corvane", "Crossfallow", "Darrowmere", "Dunmorrow", "Eldersough", "Eskelby",
    "Farrowmint", "Fenwithen", "Gildersough", "Glasterby", "Gorseley-Tarn", "Hallowick", "Haverstow",
    "Hesselby-Rae", "Imberlow", "Ivenholt", "Jorrocliffe", "Kestrowe", "Khalisdar", "Kowalczan",
    "Larkspell", "Lowmarten", "Maddowby", "Merriwold", "Mistlethorne", "Mwangeni", "Netherlough",
    "Nowakiel", "Okavuru", "Ottermere", "Pennivale", "Pollenfax", "Quillander", "Quorndale", "Rahimdar",
    "Ravensough", "Rushmarrow", "Saltonby", "Sedgewarren", "Singhara", "Skelderby", "Tarnowick",
    "Tesfalune", "Thistlecroft", "Umbermoss", "Underhollow", "Varnabask", "Venneslow", "Wainscarth",
    "Westermoss", "Whinfell-Oke", "Wolderby", "Yarrowby", "Yewbarden", "Zahirova", "Zennormoor",
)  # fmt: skip
ETHNICITIES: Final = ("A", "B", "M", "O", "W", "W", "W", "W", "W", "")
SEXES: Final = ("F", "M")


def names(dice: random.Random, count: int) -> list[tuple[str, str]]:
    """Draw names, no two alike.

    Parameters
    ----------
    dice : random.Random
        To draw with.
    count : int
        How many.

    Returns
    -------
    list of (str, str)
        Given name and family name.
    """
    return dice.sample(list(product(_GIVEN, _FAMILY)), count)


def of_family(dice: random.Random, family: str, taken: Collection[tuple[str, str]]) -> tuple[str, str]:
    """Draw a name with a given family name.

    Parameters
    ----------
    dice : random.Random
        To draw with.
    family : str
        Family name.
    taken : collection of (str, str)
        Names that others have.

    Returns
    -------
    tuple of str
        Given name and family name; nobody else's.
    """
    return dice.choice([(given, family) for given in _GIVEN if (given, family) not in taken])
