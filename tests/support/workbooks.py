"""XLSX files of a test, written part by part: also such as no program would write."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape


def workbook(path: Path, rows: Sequence[Sequence[str | float]], *, parts: Mapping[str, str] | None = None) -> Path:
    """A workbook of one sheet; `parts` stand in for the parts of that name."""
    relation = '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/>'
    sheets = '<sheets><sheet name="Lembar" sheetId="1" r:id="rId1"/></sheets>'
    written = {
        "xl/workbook.xml": f'<workbook xmlns:r="r">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{''.join(_rows(rows))}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in (written | dict(parts or {})).items():
            book.writestr(name, text)
    return path


def _rows(rows: Sequence[Sequence[str | float]]) -> list[str]:
    return [
        f'<row r="{number}">{"".join(_cell(column, number, value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    ]


def _cell(column: int, row: int, value: str | float) -> str:
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
