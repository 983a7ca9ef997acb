"""What makes a row the same record again, and the row as it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Final

from ingest.mapping_files import Mapping
from ingest.sheets import Cells, Sheet
from ingest.sources import texts_of

CONTENT_BYTES: Final = 16
# What JSON writes with a backslash, but NUL: it parts the fields here, and no field holds it.
_ESCAPED: Final = b'"\\' + bytes(range(1, 32))


class Contents:
    """Digests and payloads of the rows under one header.

    Parameters
    ----------
    header : sequence of str
        Columns of the file.

    Notes
    -----
    A digest covers every column, known or not, in the order of their names: the same row with its
    columns in another order is the same content.
    """

    def __init__(self, header: Sequence[str]) -> None:
        order = sorted(range(len(header)), key=header.__getitem__)
        self._pick = None if order == list(range(len(header))) else itemgetter(*order)
        names = "\0".join(sorted(header)).encode("utf-8", "surrogatepass")
        self._person = blake2b(names, digest_size=CONTENT_BYTES).digest()
        self._header = list(header)
        keys = (_json(name).replace("%", "%%") for name in header)
        self._template = "{" + ",".join(f'{key}:"%s"' for key in keys) + "}"

    def over(self, rows: Sequence[Sequence[str]]) -> tuple[list[bytes], list[str]]:
        """Return the digest and the payload of each row.

        Parameters
        ----------
        rows : sequence of sequence of str
            As read.

        Returns
        -------
        digests : list of bytes
            16 bytes each.
        payloads : list of str
            JSON objects, columns in the order of the file.
        """
        picked = map(self._pick, rows) if self._pick else rows
        texts = [text.encode("utf-8", "surrogatepass") for text in map("\0".join, picked)]
        digests = [blake2b(text, digest_size=CONTENT_BYTES, person=self._person).digest() for text in texts]
        joined = b"".join(texts)
        if len(joined.translate(None, _ESCAPED)) == len(joined):
            return digests, list(map(self._template.__mod__, map(tuple, rows)))
        return digests, [_json(dict(zip(self._header, row, strict=True))) for row in rows]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class RecordKeys:
    """Ids of the records of one file, in its order.

    Parameters
    ----------
    mapping : Mapping
        Which columns hold the source's id and the period.
    cells : Cells
        How the cells are read.

    Attributes
    ----------
    repeated : int
        Rows whose source id was seen before in the file, with other content.
    """

    def __init__(self, mapping: Mapping, cells: Cells) -> None:
        key = mapping.record
        self._source_id = texts_of(key.source_id, mapping.columns, cells.readers)
        self._period = texts_of(key.period, mapping.columns, cells.readers)
        self._has_id = all(name in cells.readers for name in key.source_id) and bool(key.source_id)
        self._rows: dict[bytes, int] = {}
        self._first: dict[tuple[str, str, str], bytes] = {}
        self._others: dict[tuple[str, str, str], list[bytes]] = {}
        self.repeated = 0

    def over(self, sheet: Sheet, agencies: Sequence[str], digests: Sequence[bytes]) -> list[str]:
        """Return the id of each row's record within its agency and feed.

        Parameters
        ----------
        sheet : Sheet
            Rows that make records.
        agencies : sequence of str
            Who submits each.
        digests : sequence of bytes
            Content of each.

        Returns
        -------
        list of str
            ``id:PERIOD:ID:K``, where K counts the contents that one id has in this file, or, without an
            id, ``row:PERIOD:DIGEST:N``, where N counts the rows that are equal to it.
        """
        periods = sheet.of(self._period)
        if not self._has_id:
            return [self._row_key(*row) for row in zip(periods, digests, strict=True)]
        ids = sheet.of(self._source_id)
        keys = list(zip(agencies, periods, ids, strict=True))
        fresh = dict(zip(keys, digests, strict=True))
        if all(ids) and len(fresh) == len(keys) and self._first.keys().isdisjoint(fresh):
            # Nearly always every id is new: the same answer, for all of them at once.
            self._first |= fresh
            return [f"id:{period}:{own}:0" for _, period, own in keys]
        return [
            self._id_key(key, digest) if key[2] else self._row_key(key[1], digest)
            for key, digest in zip(keys, digests, strict=True)
        ]

    def _row_key(self, period: str, digest: bytes) -> str:
        nth = self._rows.get(digest, 0)
        self._rows[digest] = nth + 1
        return f"row:{period}:{digest.hex()}:{nth}"

    def _id_key(self, key: tuple[str, str, str], digest: bytes) -> str:
        kth = 0
        if self._first.setdefault(key, digest) != digest:
            others = self._others.setdefault(key, [])
            if digest not in others:
                others.append(digest)
            kth = others.index(digest) + 1
            self.repeated += 1
        return f"id:{key[1]}:{key[2]}:{kth}"
