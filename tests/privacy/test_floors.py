"""What the gate reached may not be lost: a worse model or rule fails here. Raise a floor when the figure has risen."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.privacy import Channel
from libs.privacy.training.corpus import TEST, listed_names
from tests.privacy import made_numbers, marked, real
from tests.privacy.counting import Share

SEED = 11
# Mentions masked, of all private persons and of inmates and detainees; see docs/privacy-evaluation.md.
PRIVATE_MASKED: dict[tuple[str, Channel], float] = {
    ("laporan", "unit_report"): 0.95,
    ("berita", "news"): 0.69,
    ("sosial", "social"): 0.78,
}
INMATES_MASKED_IN_REPORTS = 0.95
OFFICIALS_HIDDEN_IN_REPORTS = 0.02
CHILDREN_SAFE: dict[Channel, float] = {"news": 0.61, "unit_report": 0.87}
MADE_CHILDREN_SAFE = 0.99


@pytest.mark.parametrize("channel", ["news", "unit_report"])
def test_a_nik_is_found_in_each_of_the_twelve_forms(channel: Channel) -> None:
    found = made_numbers.recall(made_numbers.nik_cases(60, SEED), channel)
    assert len(found) == 12
    assert {form: str(share) for form, share in found.items() if share.value < 1} == {}


def test_other_numbers_are_found() -> None:
    found = made_numbers.recall(made_numbers.other_cases(100, SEED), "news")
    goals = {"register": 0.99, "perkara": 0.99, "telepon": 0.98}
    for form, share in found.items():
        assert share.value >= goals.get(form.split(":")[0], 0.97), (form, str(share))


def test_innocent_numbers_stay() -> None:
    for kind, share in made_numbers.false_alarms(200, SEED).items():
        assert share.value <= 0.005, (kind, str(share))


@pytest.mark.parametrize(("name", "channel"), PRIVATE_MASKED)
def test_private_persons_are_masked(name: str, channel: Channel) -> None:
    tally = marked.measure(marked.sentences(name), channel)
    share = tally.masked(*tally.private)
    assert share.value >= PRIVATE_MASKED[name, channel], str(share)


def test_inmates_of_reports_are_masked() -> None:
    share = marked.measure(marked.sentences("laporan"), "unit_report").masked("wbp", "tahanan")
    assert share.all >= 400 and share.value >= INMATES_MASKED_IN_REPORTS, str(share)


def test_officials_stay_readable_in_reports() -> None:
    share = marked.measure(marked.sentences("laporan"), "unit_report").hidden("pejabat")
    assert share.all >= 150 and share.value <= OFFICIALS_HIDDEN_IN_REPORTS, str(share)


@pytest.mark.parametrize("channel", CHILDREN_SAFE)
def test_children_of_marked_documents_are_safe(channel: Channel) -> None:
    share = marked.children_safe(marked.sentences("anak"), channel)
    assert share.value >= CHILDREN_SAFE[channel], str(share)


def test_children_of_made_documents_are_safe() -> None:
    share = marked.made_children_safe(listed_names(TEST), 240, SEED, "news")
    assert share.value >= MADE_CHILDREN_SAFE, str(share)


def test_real_news_loses_no_officials_and_is_not_held_back(shared_dir: Path) -> None:
    found = real.measure(shared_dir)
    assert found.share("O").value <= 0.02, str(found.share("O"))
    assert found.share("P").value <= 0.47, str(found.share("P"))
    every = real.outcomes_of_all(shared_dir)
    held = Share(hits=every.get("quarantine", 0), all=sum(every.values()))
    assert held.value <= 0.005, str(held)


def test_the_second_reading_agrees_with_the_first() -> None:
    both = real.agreement()
    if both is None:
        assert not real.SECOND.exists()
        return
    assert both.articles == 50 and both.overlap_f1 >= 0.8 and both.kappa >= 0.7
