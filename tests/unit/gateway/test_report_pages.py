"""What staff see of a report: a child's case only those who weigh it."""

from __future__ import annotations

import pytest

from libs.schemas.common import Role
from libs.schemas.items import Privacy
from libs.schemas.reports import Figure, Report
from services.gateway.console.report_view import report_page
from tests.support.builders import a_report
from tests.unit.gateway.fakes import a_view

RESTRICTED = Privacy(gate_version="2", mode="child", visibility="terbatas")


def _page(role: Role, report: Report) -> tuple[bool, str, int, int]:
    page = report_page(a_view(report, event="report.received"), None, role)
    return page.restricted, page.text, len(page.photos), len(page.figures)


@pytest.mark.parametrize("role", ["operator", "editor", "penyetuju", "juru_bicara"])
def test_most_see_no_more_of_a_childs_case_than_its_masked_title(role: Role) -> None:
    assert _page(role, a_report(privacy=RESTRICTED)) == (True, "", 0, 0)


@pytest.mark.parametrize("role", ["analis", "pimpinan_krisis"])
def test_who_weighs_it_reads_it(role: Role) -> None:
    report = a_report(privacy=RESTRICTED)
    assert _page(role, report) == (False, report.text, 1, 1)


def test_every_other_report_is_for_all_of_them() -> None:
    report = a_report(figures=[Figure(name="peserta", value=24), Figure(name="paket", value=0.5)])
    assert _page("operator", report) == (False, report.text, 1, 2)
    page = report_page(a_view(report, event="report.received"), None, "operator")
    assert page.figures == [("peserta", "24"), ("paket", "0,50")]
    assert page.receipt == f"L-{report.report_id[:6].upper()}"
