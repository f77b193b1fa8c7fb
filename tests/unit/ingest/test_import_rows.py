"""A person's files → rows → entries, or a refusal with its reason; files that are made to hurt."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.import_files import MAX_ROWS, Row, UnreadableFile, rows_of
from services.ingest.import_rows import FIELD_WORDS, REASON_WORDS, Accepted, Refusal, entry_of
from tests.support.workbooks import workbook

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def entry(fields: dict[str, str], **changes: object) -> Accepted | Refusal:
    arguments: dict[str, object] = {"kind": "berita", "zone": "Asia/Jakarta", "now": NOW, "has_outlet": True}
    return entry_of(Row(number=7, fields=fields), {}, **(arguments | changes))  # type: ignore[arg-type]


GOOD = {"Judul": "CONTOH: panen raya", "Isi": "Isi berita.", "Tautan": "https://a.example/1", "Tanggal": "2026-11-20"}


@pytest.mark.parametrize(
    "names",
    [
        ("Judul", "Isi", "Tautan", "Tanggal"),
        ("title", "text", "url", "published"),
        ("JUDUL BERITA", "Isi Berita", "Link Berita", "Tanggal Tayang"),
        ("headline", "Ringkasan", "LINK", "tgl_terbit"),
    ],
)
def test_columns_are_known_by_many_names(names: tuple[str, ...]) -> None:
    found = entry(dict(zip(names, GOOD.values(), strict=True)))
    assert isinstance(found, Accepted)
    assert (found.entry["title"], found.entry["link"]) == ("CONTOH: panen raya", "https://a.example/1")


def test_a_person_says_which_column_is_which() -> None:
    row = Row(number=2, fields={"A": "CONTOH", "B": "21 Nov 2026"})
    found = entry_of(
        row, {"title": "A", "published": "B"}, kind="klipping", zone="Asia/Jakarta", now=NOW, has_outlet=True
    )
    assert isinstance(found, Accepted) and found.entry["kind"] == "klipping"


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"Judul": "", "Isi": " "}, "title", "empty"),
        ({"Judul": "<b></b>", "Isi": "<script>x</script>"}, "title", "empty"),
        ({"Isi": "x" * 200_001}, "text", "too_long"),
        ({"Tautan": "javascript:alert(1)"}, "url", "address_form"),
        ({"Tautan": "https://user:sandi@a.example/1"}, "url", "address_form"),
        ({"Tanggal": ""}, "published", "no_date"),
        ({"Tanggal": "kapan-kapan"}, "published", "no_date"),
        ({"Tanggal": "2026-12-25"}, "published", "in_future"),
        ({"Tanggal": "1970-01-01"}, "published", "no_date"),
    ],
)
def test_a_refusal_names_the_field_and_the_rule_and_never_the_value(
    changes: dict[str, str], field: str, reason: str
) -> None:
    found = entry(GOOD | changes)
    assert found == Refusal(row=7, field=field, reason=reason)
    assert isinstance(found, Refusal)
    assert all(value not in found.in_words() for value in changes.values() if value.strip())


def test_a_row_of_no_outlet_is_refused() -> None:
    rest = {name: value for name, value in GOOD.items() if name != "Tautan"}
    assert entry(rest, has_outlet=False) == Refusal(row=7, field="outlet", reason="no_outlet")
    assert isinstance(entry(rest | {"Media": "Harian Contoh"}, has_outlet=False), Accepted)
    assert isinstance(entry(GOOD, has_outlet=False), Accepted)


def test_every_reason_has_words() -> None:
    assert {"title", "text", "url", "published", "outlet", "row"} == set(FIELD_WORDS)
    assert all(REASON_WORDS.values())


@pytest.mark.parametrize(
    ("date", "time_of_day", "written"),
    [
        ("46346", "", "2026-11-20"),
        ("46346.5", "", "2026-11-20 12:00:00"),
        ("46346", "0.75", "2026-11-20 18:00:00"),
        ("20/11/2026", "19.58 WITA", "20/11/2026 19.58 WITA"),
        ("20/11/2026 19:58", "07:00", "20/11/2026 19:58"),
    ],
)
def test_dates_of_workbooks_and_clippings_are_read(date: str, time_of_day: str, written: str) -> None:
    found = entry({**GOOD, "Tanggal": date, "Jam": time_of_day})
    assert isinstance(found, Accepted)
    assert found.entry["published"] == written


def test_a_row_without_an_address_has_the_same_identity_in_every_file() -> None:
    bare = {name: value for name, value in GOOD.items() if name != "Tautan"}
    first, again, other = entry(bare), entry(bare), entry(bare | {"Judul": "CONTOH: lain"})
    assert isinstance(first, Accepted) and isinstance(again, Accepted) and isinstance(other, Accepted)
    assert first.entry["guid"] == again.entry["guid"] != other.entry["guid"]


def test_a_formula_stays_the_text_it_is() -> None:
    found = entry(GOOD | {"Judul": '=HYPERLINK("http://jahat.example","klik")'})
    assert isinstance(found, Accepted)
    assert found.entry["title"].startswith("=HYPERLINK")


def read(path: Path) -> list[Row]:
    return list(rows_of(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_every_charset_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "berkas.csv"
    text = f'judul{delimiter}isi\r\n"Café “tertib”\r\nbaris dua"{delimiter}isi\r\n\r\nlain{delimiter}\r\n'
    path.write_bytes(text.encode(encoding))
    rows = read(path)
    assert [row.fields["judul"] for row in rows] == ["Café “tertib”\r\nbaris dua", "lain"]
    assert [row.number for row in rows] == [2, 5]


def test_bad_bytes_and_nul_cost_no_row(tmp_path: Path) -> None:
    path = tmp_path / "berkas.csv"
    path.write_bytes(b"judul,isi\nsatu \x93tertib\x94,a\x00b\ndua,\xff\xfe\n")
    assert [row.fields["judul"] for row in read(path)] == ["satu “tertib”", "dua"]


def test_a_quote_that_never_closes_is_one_broken_row_not_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "berkas.csv"
    path.write_text('judul,isi\n"' + "x" * 500_000 + "\nsatu,dua\n" * 10)
    troubles = [row.trouble for row in read(path)]
    assert "row_broken" in troubles


def test_a_million_rows_are_read_to_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "berkas.csv"
    path.write_text("judul\n" + "a\n" * 1_000_000)
    rows = read(path)
    assert len(rows) == MAX_ROWS + 1
    assert rows[-1].trouble == "too_many_rows"


def test_jsonl_rows_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "berkas.jsonl"
    lines = [
        json.dumps({"title": "satu", "views": 3, "tags": ["x"], "flag": True}),
        "{rusak", "[1]", "", '{"title": ' + "[" * 100_000 + "}", '{"title": "dua", "n": ' + "9" * 10_000 + "}",
        '{"title": "' + "x" * 5_000_000 + '"}', '{"title": "tiga"}',
    ]  # fmt: skip
    path.write_text("\n".join(lines))
    rows = read(path)
    assert [(row.number, row.trouble or row.fields["title"]) for row in rows] == [
        (1, "satu"), (2, "row_broken"), (3, "row_broken"), (5, "row_broken"), (6, "row_broken"),
        (7, "row_too_long"), (8, "tiga"),
    ]  # fmt: skip
    assert rows[0].fields == {"title": "satu", "views": "3"}


def test_a_workbook_gives_the_rows_of_its_first_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [["Judul", "Tanggal", "Isi"], ["satu", 45981.5, "teks"], [], ["dua", "", "x"]])
    assert [(row.number, dict(row.fields)) for row in read(path)] == [
        (2, {"Judul": "satu", "Tanggal": "45981.5", "Isi": "teks"}),
        (4, {"Judul": "dua", "Tanggal": "", "Isi": "x"}),
    ]


def sheet_of(cells: str, shared: str = "") -> dict[str, str]:
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("judul", "isi"))
    heading = f'<row r="1">{names}</row>'
    parts = {"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{heading}{cells}</sheetData></worksheet>"}
    return parts | ({"xl/sharedStrings.xml": f"<sst>{shared}</sst>"} if shared else {})


def test_a_formula_of_a_workbook_counts_as_the_value_it_had(tmp_path: Path) -> None:
    cells = '<row r="2"><c r="A2" t="str"><f>WEBSERVICE("http://x")</f><v>satu</v></c><c r="B2"><f>1+1</f></c></row>'
    path = workbook(tmp_path / "b.xlsx", [], parts=sheet_of(cells))
    assert dict(read(path)[0].fields) == {"judul": "satu", "isi": ""}


def test_rich_text_errors_gaps_and_wrong_references_are_read_as_they_are_shown(tmp_path: Path) -> None:
    shared = "<si><r><t>sa</t></r><r><t>tu</t></r><rPh><t>zzz</t></rPh></si>"
    cells = (
        '<row r="2"><c r="B2" t="s"><v>0</v></c></row><row r="3"><c r="A3" t="e"><v>#REF!</v></c>'
        '<c r="B3" t="s"><v>99</v></c></row><row><c t="s"><v>0</v></c></row>'
        '<row r="x"><c r="?" t="b"><v>1</v></c></row>'
    )
    path = workbook(tmp_path / "b.xlsx", [], parts=sheet_of(cells, shared))
    found = [(row.number, dict(row.fields)) for row in read(path)]
    assert found == [(2, {"judul": "", "isi": "satu"}), (4, {"judul": "satu"}), (5, {"judul": "1"})]


def bomb(path: Path, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in workbook_parts().items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size // (1024 * 1024)):
                part.write(b" " * 1024 * 1024)
    return path


def workbook_parts() -> dict[str, str]:
    relation = '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
    return {
        "xl/workbook.xml": '<workbook xmlns:r="x"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>",
    }


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as broken:
        read(path)
    return str(broken.value)


def test_a_zip_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = bomb(tmp_path / "b.xlsx", 600 * 1024 * 1024)
    assert refusal(path) == "workbook_too_large"


@pytest.mark.parametrize(
    ("part", "text", "reason"),
    [
        ("xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "doctype_refused"),
        ("xl/sharedStrings.xml", '<!DOCTYPE x [<!ENTITY a "b">]><sst/>', "doctype_refused"),
        ("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>', "doctype_refused"),
        ("xl/worksheets/sheet1.xml", "<worksheet>" + "<a>" * 1000, "too_deep"),
        ("xl/worksheets/sheet1.xml", "<worksheet><row>", "not_a_workbook"),
        ("xl/_rels/workbook.xml.rels", "<Relationships/>", "not_a_workbook"),
        ("xl/_rels/workbook.xml.rels", '<R><Relationship Id="r1" Target="../../etc/passwd"/></R>', "not_a_workbook"),
    ],
)
def test_a_hostile_workbook_has_a_named_end(tmp_path: Path, part: str, text: str, reason: str) -> None:
    assert refusal(workbook(tmp_path / "b.xlsx", [], parts=sheet_of("") | {part: text})) == reason


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("b.xlsx", b"bukan zip", "not_a_workbook"),
        ("b.xlsx", b"", "not_a_workbook"),
        ("b.xls", b"\xd0\xcf\x11\xe0", "file_kind"),
        ("b.pdf", b"%PDF", "file_kind"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, body: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    assert refusal(path) == reason


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [["judul"], ["satu"]])
    path.write_bytes(path.read_bytes()[:-40])
    assert refusal(path) == "not_a_workbook"


def test_a_missing_file_is_named_as_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "tidak-ada.csv") == "file_missing"


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "kosong.csv"
    path.write_bytes(b"")
    assert read(path) == []
