"""A story's whole life as a chart: publications in steps as long as its span asks for, and what became of it when."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.pieces import Text
from services.gateway.console.story_lists import Asked
from services.gateway.statistics import WIB
from services.gateway.views import View

# The longest life that is drawn in each step; beyond the last, in weeks.
_STEPS: Final = (
    (timedelta(hours=8), timedelta(minutes=5), "5 menit"),
    (timedelta(days=7), timedelta(hours=1), "jam"),
    (timedelta(days=180), timedelta(days=1), "hari"),
)
_WEEKS: Final = (timedelta(days=7), "minggu")
HEIGHT: Final = 168
_LEFT, _GROUND, _TOP = 4.0, 136.0, 34.0
_AGO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that became of a story."""

    at: datetime
    words: str
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeMark:
    """A moment on the chart: its number there and in the list below."""

    x: float
    number: int
    when: str
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Publications of one step; x and width in percent, y and height in pixels."""

    x: float
    y: float
    width: float
    height: float
    count: int
    when: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    steps: tuple[Step, ...]
    marks: tuple[LifeMark, ...]
    texts: tuple[Text, ...]
    left: float
    ground: float
    now: bool
    caption: str


def moments_of(
    view: View[Story], *, past: Sequence[Mapping[str, Any]], times: Sequence[datetime], kin: Mapping[str, View[Story]]
) -> list[Moment]:
    """Asleep, awake, merged, split; oldest first. `times`: of its publications, rising."""
    story = view.data
    found = _sleeps(past, times)
    for merged in story.merged_from:
        other = kin.get(merged)
        if other is not None and other.event == "story.merged":
            found.append(Moment(at=other.at, words="Digabung ke sini", title=other.data.title, href=f"/isu/{merged}"))
    for told in past:
        for child in told.get("split", ()) if told["event"] == "story.split" else ():
            title = kin[child].data.title if child in kin else ""
            found.append(Moment(at=told["at"], words="Dipisah menjadi", title=title, href=f"/isu/{child}"))
    if story.into and view.event == "story.merged":
        title = kin[story.into].data.title if story.into in kin else ""
        found.append(Moment(at=view.at, words="Digabung ke", title=title, href=f"/isu/{story.into}"))
    return sorted(found, key=lambda moment: (moment.at, moment.words))


def _sleeps(past: Sequence[Mapping[str, Any]], times: Sequence[datetime]) -> list[Moment]:
    """It sleeps from when that was told; the next publication wakes it."""
    found, woken = list[Moment](), None
    for told in past:
        if not told.get("asleep") or (found and (woken is None or told["at"] < woken)):
            continue
        found.append(Moment(at=told["at"], words="Tidak bergerak lagi"))
        after = bisect_right(times, told["at"])
        woken = times[after] if after < len(times) else None
        if woken is not None:
            found.append(Moment(at=woken, words="Bergerak lagi"))
    return found


def step_of(span: timedelta) -> tuple[timedelta, str]:
    """How long a step of the chart is, and its word."""
    return next(((step, word) for longest, step, word in _STEPS if span <= longest), _WEEKS)


def life_of(story: Story, times: Sequence[datetime], moments: Sequence[Moment], *, now: datetime) -> Life:
    """`times`: of the publications that can be listed, rising. It ends now while the story moves, else with what
    happened last."""
    moves = story.status == "terbuka" and not story.asleep
    begin = min((*times[:1], story.first_item_at))
    end = now if moves else max((story.last_item_at, *times[-1:], *(moment.at for moment in moments)))
    step, word = step_of(end - begin)
    begin = _floor(begin, step)
    many = int((max(end, begin) - begin) // step) + 1
    counts = Counter(min(many - 1, max(0, int((at - begin) // step))) for at in times)
    top, width = max((*counts.values(), 1)), (100 - _LEFT) / many
    steps = tuple(
        _step(story, begin + step * n, step, counts[n], x=_LEFT + n * width, width=width, top=top)
        for n in range(many)
        if counts[n]
    )
    whole = (end - begin) or step
    marks = tuple(
        LifeMark(
            x=round(_LEFT + (100 - _LEFT) * min(1.0, max(0.0, (moment.at - begin) / whole)), 2),
            number=number,
            when=words.day_clock(moment.at),
            moment=moment,
        )
        for number, moment in enumerate(moments, start=1)
    )
    return Life(
        steps=steps,
        marks=marks,
        texts=_texts(begin, end, step, top=top, moves=moves),
        left=_LEFT,
        ground=_GROUND,
        now=moves,
        caption=_caption(story, len(times), word, step_of_most=max(counts.values(), default=0)),
    )


def _floor(at: datetime, step: timedelta) -> datetime:
    """The beginning of a step: whole days are days in WIB."""
    local = at.astimezone(WIB)
    if step >= timedelta(days=1):
        return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + (local - day) // step * step).astimezone(at.tzinfo)


def _step(story: Story, at: datetime, step: timedelta, count: int, *, x: float, width: float, top: int) -> Step:
    height = round(max(2.0, count / top * (_GROUND - _TOP)), 1)
    return Step(
        x=round(x, 3),
        y=round(_GROUND - height, 1),
        width=round(max(0.3, width * 0.86), 3),
        height=height,
        count=count,
        when=_when(at, step),
        href=Asked(since=at, until=at + step).href(story.story_id),
    )


def _when(at: datetime, step: timedelta) -> str:
    if step < timedelta(days=1):
        return words.day_clock(at)
    return words.day(at) if step == timedelta(days=1) else f"{words.day(at)} sampai {words.day(at + step - _AGO)}"


def _texts(begin: datetime, end: datetime, step: timedelta, *, top: int, moves: bool) -> tuple[Text, ...]:
    short = end - begin <= timedelta(hours=24)
    middle = begin + (end - begin) / 2
    last = f"kini {words.clock(end)}" if moves else _at(end, short)
    return (
        Text(x=0, y=_GROUND + 4, text="0"),
        Text(x=0, y=_TOP + 4, text=words.number(top)),
        Text(x=_LEFT, y=HEIGHT - 12, text=_at(begin, short)),
        Text(x=52, y=HEIGHT - 12, text=_at(middle, short), anchor="middle"),
        Text(x=100, y=HEIGHT - 12, text=last, anchor="end"),
    )


def _at(at: datetime, short: bool) -> str:
    if short:
        return words.clock(at)
    local = at.astimezone(WIB)
    return f"{local.day} {words.MONTHS[local.month - 1][:3]}"


def _caption(story: Story, known: int, word: str, *, step_of_most: int) -> str:
    total = next((count.value for count in story.counts if count.what == "publikasi"), 0)
    of = f" {words.number(known)} publikasi terbaru dari {words.number(total)}." if known < total else ""
    return f"Publikasi per {word}, sejak awal isu. Paling banyak {words.number(step_of_most)} per {word}.{of}"
