"""The first sheet of an XLSX workbook → rows of text, streamed: formulas are never evaluated, bombs never inflated."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

MAX_PARTS: Final = 2_000
# Uncompressed, as the parts themselves say: `zipfile` reads no byte more than that.
MAX_SHEET_BYTES: Final = 512 * 1024 * 1024
MAX_STRINGS_BYTES: Final = 128 * 1024 * 1024
MAX_STRINGS: Final = 1_000_000
MAX_SMALL_PART_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 32
_CHUNK: Final = 64 * 1024
_COLUMN: Final = re.compile(r"^([A-Z]{1,3})[0-9]{1,7}$")
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"


class BrokenWorkbook(Exception):
    """No workbook that we read; `args[0]` is a slug."""


def workbook_rows(path: Path, *, max_columns: int, max_cell_chars: int) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text), one row at a time. A formula counts as the value it had when the file was saved."""
    try:
        with zipfile.ZipFile(path) as book:
            if len(book.infolist()) > MAX_PARTS:
                raise BrokenWorkbook("workbook_too_large")
            strings = _shared_strings(book, max_cell_chars)
            sheet = _Sheet(strings=strings, max_columns=max_columns, max_cell_chars=max_cell_chars)
            with _open(book, _first_sheet(book), MAX_SHEET_BYTES) as part:
                yield from _streamed(part, sheet)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, OSError, RuntimeError, EOFError):
        raise BrokenWorkbook("not_a_workbook") from None


def _open(book: zipfile.ZipFile, name: str, most: int) -> IO[bytes]:
    info = book.getinfo(name)
    if info.file_size > most:
        raise BrokenWorkbook("workbook_too_large")
    if info.flag_bits & 1:
        raise BrokenWorkbook("workbook_locked")
    return book.open(info)


def _scanner() -> expat.XMLParserType:
    def declared(*_: object) -> None:
        raise BrokenWorkbook("doctype_refused")

    scan = expat.ParserCreate("utf-8", "}")
    scan.StartDoctypeDeclHandler = scan.EntityDeclHandler = declared
    scan.buffer_text = True
    return scan


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _feed(scan: expat.XMLParserType, data: bytes, last: bool) -> None:
    try:
        scan.Parse(data, last)
    except expat.ExpatError:
        raise BrokenWorkbook("not_a_workbook") from None


def _first_sheet(book: zipfile.ZipFile) -> str:
    """The part of the sheet that stands first in the workbook."""
    ids: list[str] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            ids.extend(value for key, value in attributes.items() if _local(key) == "id")

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    for part, handler in (("xl/workbook.xml", sheet), (_RELATIONS, relation)):
        scan = _scanner()
        scan.StartElementHandler = handler
        with _open(book, part, MAX_SMALL_PART_BYTES) as opened:
            _feed(scan, opened.read(), True)
    target = targets.get(ids[0], "") if ids else ""
    name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if not target or name not in book.namelist():
        raise BrokenWorkbook("not_a_workbook")
    return name


def _shared_strings(book: zipfile.ZipFile, max_cell_chars: int) -> list[str]:
    """Texts that cells refer to; rich text is joined, phonetic hints are left out."""
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    found: list[str] = []
    pieces: list[str] = []
    inside = {"t": 0, "rPh": 0}

    def opened(name: str, _: dict[str, str]) -> None:
        local = _local(name)
        if local in inside:
            inside[local] += 1
        elif local == "si":
            pieces.clear()

    def closed(name: str) -> None:
        local = _local(name)
        if local in inside:
            inside[local] -= 1
        elif local == "si":
            if len(found) >= MAX_STRINGS:
                raise BrokenWorkbook("workbook_too_large")
            found.append("".join(pieces)[: max_cell_chars + 1])

    def said(data: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(data)

    scan = _scanner()
    scan.StartElementHandler, scan.EndElementHandler, scan.CharacterDataHandler = opened, closed, said
    with _open(book, "xl/sharedStrings.xml", MAX_STRINGS_BYTES) as part:
        while chunk := part.read(_CHUNK):
            _feed(scan, chunk, False)
    return found


def _streamed(part: IO[bytes], sheet: _Sheet) -> Iterator[tuple[int, list[str]]]:
    scan = _scanner()
    scan.StartElementHandler, scan.EndElementHandler = sheet.opened, sheet.closed
    scan.CharacterDataHandler = sheet.said
    while chunk := part.read(_CHUNK):
        _feed(scan, chunk, False)
        while sheet.rows:
            yield sheet.rows.popleft()
    _feed(scan, b"", True)
    yield from sheet.rows


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """What expat tells of a sheet → rows. Kinds of cells: s shared, inlineStr, str (a formula's text), b, e, n."""

    strings: list[str]
    max_columns: int
    max_cell_chars: int
    rows: deque[tuple[int, list[str]]] = field(default_factory=deque)
    _number: int = 0
    _cells: list[str] = field(default_factory=list)
    _column: int = 0
    _kind: str = "n"
    _said: list[str] = field(default_factory=list)
    _chars: int = 0
    _reading: int = 0
    _depth: int = 0

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BrokenWorkbook("too_deep")
        local = _local(name)
        if local == "row":
            number = attributes.get("r", "")
            self._number = int(number) if number.isdecimal() and len(number) < 9 else self._number + 1
            self._cells, self._column = [], 0
        elif local == "c":
            place = _COLUMN.match(attributes.get("r", ""))
            self._column = _column_number(place.group(1)) if place else self._column + 1
            self._kind, self._said, self._chars = attributes.get("t", "n"), [], 0
        elif local in ("v", "t"):
            self._reading += 1

    def said(self, data: str) -> None:
        if self._reading and self._chars <= self.max_cell_chars:
            self._said.append(data[: self.max_cell_chars + 1])
            self._chars += len(data)

    def closed(self, name: str) -> None:
        self._depth -= 1
        local = _local(name)
        if local in ("v", "t"):
            self._reading -= 1
        elif local == "c" and 0 < self._column <= self.max_columns:
            self._cells += [""] * (self._column - 1 - len(self._cells))
            self._cells[self._column - 1 :] = [self._value()]
        elif local == "row":
            self.rows.append((self._number, self._cells))

    def _value(self) -> str:
        written = "".join(self._said)
        if self._kind == "s":
            known = written.isdecimal() and len(written) < 9 and int(written) < len(self.strings)
            return self.strings[int(written)] if known else ""
        # The error of a formula (#REF!) is no content.
        return "" if self._kind == "e" else written


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
