"""A file that a person brings (CSV, XLSX, JSONL) → rows of named fields, a piece at a time and within bounds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.ingest.charset import decode
from services.ingest.import_xlsx import BrokenWorkbook, workbook_rows

MAX_ROWS: Final = 200_000
MAX_CELL_CHARS: Final = 200_000
MAX_COLUMNS: Final = 200
MAX_TEXT_FILE_BYTES: Final = 128 * 1024 * 1024
MAX_WORKBOOK_BYTES: Final = 64 * 1024 * 1024
MAX_LINE_BYTES: Final = 4 * 1024 * 1024
_DELIMITERS: Final = ",;\t|"


class UnreadableFile(Exception):
    """The file as a whole cannot be read; `args[0]` is a slug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number as the person sees it in the file, and its fields; or `trouble`, a slug, without fields."""

    number: int
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    trouble: str | None = None


def rows_of(path: Path) -> Iterator[Row]:
    """At most 200,000 rows, then one with the trouble `too_many_rows`. Raises UnreadableFile."""
    readers = {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile("file_kind")
    if not path.is_file():
        raise UnreadableFile("file_missing")
    most = MAX_WORKBOOK_BYTES if path.suffix.lower() == ".xlsx" else MAX_TEXT_FILE_BYTES
    if path.stat().st_size > most:
        raise UnreadableFile("file_too_large")
    for count, row in enumerate(reader(path), start=1):
        if count > MAX_ROWS:
            yield Row(number=row.number, trouble="too_many_rows")
            return
        yield row


def _csv(path: Path) -> Iterator[Row]:
    """Any charset, any of four delimiters; the first row names the columns. Nothing in a cell is ever evaluated."""
    text = decode(path.read_bytes()).text.replace("\0", "")
    csv.field_size_limit(MAX_CELL_CHARS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    names: list[str] | None = None
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(number=number, trouble="row_broken")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = cells[:MAX_COLUMNS]
            continue
        yield Row(number=number, fields=dict(zip(names, cells[:MAX_COLUMNS], strict=False)))


def _delimiter(text: str) -> str:
    """The one that parts the heading most often."""
    heading = text.lstrip("\ufeff\r\n ").split("\n", 1)[0][:10_000]
    return max(_DELIMITERS, key=heading.count)


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = lines.readline(MAX_LINE_BYTES)
                yield Row(number=number, trouble="row_too_long")
            elif line.strip():
                yield _json_row(number, line)


def _json_row(number: int, line: bytes) -> Row:
    try:
        found = json.loads(decode(line).text)
    except (ValueError, RecursionError):
        return Row(number=number, trouble="row_broken")
    if not isinstance(found, dict):
        return Row(number=number, trouble="row_broken")
    cells = {name: str(value) for name, value in list(found.items())[:MAX_COLUMNS] if _is_cell(value)}
    return Row(number=number, fields=cells)


def _is_cell(value: object) -> bool:
    """Text or a number (up to 64 bits: longer ones cost more than they tell)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return -(2**63) <= value < 2**63
    return isinstance(value, str | float)


def _xlsx(path: Path) -> Iterator[Row]:
    names: list[str] | None = None
    try:
        for number, cells in workbook_rows(path, max_columns=MAX_COLUMNS, max_cell_chars=MAX_CELL_CHARS):
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = cells
                continue
            yield Row(number=number, fields=dict(zip(names, cells, strict=False)))
    except BrokenWorkbook as broken:
        raise UnreadableFile(str(broken)) from None
