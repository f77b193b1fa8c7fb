"""The calendar tells days apart that are not alike, and says which of its dates are estimates."""

from datetime import date, timedelta

import pytest

from libs.reference.calendar import FaultyCalendar, build, day


def test_a_working_day_and_a_weekend_need_no_word() -> None:
    assert (day(date(2026, 11, 20)).kind, day(date(2026, 11, 22)).kind) == ("kerja", "akhir_pekan")
    assert day(date(2026, 11, 20)).note is None


def test_a_holiday_on_a_working_day_is_free() -> None:
    labour = day(date(2026, 5, 1))
    assert labour.is_free and labour.note == "Hari Buruh"


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        (date(2025, 3, 31), "lebaran"), (date(2026, 3, 25), "lebaran"), (date(2026, 12, 31), "nataru"),
        (date(2026, 1, 2), "nataru"), (date(2026, 8, 17), "remisi_umum"), (date(2026, 4, 27), "hari_bhakti"),
    ],
)  # fmt: skip
def test_the_seasons_of_corrections_news(of: date, kind: str) -> None:
    assert day(of).kind == kind and day(of).is_season


def test_an_estimate_says_so() -> None:
    assert day(date(2027, 3, 10)).note == "Lebaran (tanggal perkiraan)"
    assert not day(date(2026, 3, 21)).estimated


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027])
def test_every_year_has_its_lebaran_of_fifteen_days(year: int) -> None:
    found = [of for n in range(365) if day(of := date(year, 1, 1) + timedelta(days=n)).kind == "lebaran"]
    # In 2023 the service's own three days fell into it, and count as those.
    assert (found[-1] - found[0]).days == 14
    assert len(found) == (12 if year == 2023 else 15)


def test_a_date_without_a_source_is_refused() -> None:
    line = {"tanggal": date(2026, 1, 16), "nama": "Isra Mikraj", "sumber": "katanya"}
    with pytest.raises(FaultyCalendar, match="sumber"):
        build({"libur_tetap": {}, "libur": [line], "musim": {}})
