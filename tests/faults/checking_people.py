"""What people said of labels and stories against what came of it: each yes had its effect once, each no had none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tests.faults.correcting import Deed
from tests.faults.findings import CLASSIFIED, STORIES, Findings
from tests.faults.receiving import Seen

Told = Mapping[str, Sequence[Seen]]


def check_people(deeds: Sequence[Deed], unique: Sequence[Seen], findings: Findings) -> None:
    items, stories = _by_subject(unique, CLASSIFIED), _by_subject(unique, STORIES)
    for deed in deeds:
        if deed.kind == "relabel":
            _relabel(deed, items, findings)
        else:
            _story(deed, stories, findings)
    _held_at_the_end(deeds, items, findings)
    _nobody_asked(deeds, stories, findings)
    applied = [deed for deed in deeds if deed.applied]
    findings.counts["labels corrected"] = sum(deed.kind == "relabel" for deed in applied)
    findings.counts["stories changed by people"] = sum(deed.kind != "relabel" for deed in applied)
    findings.counts["refused deeds"] = sum(deed.refused for deed in deeds)


def _by_subject(unique: Sequence[Seen], topic: str) -> Told:
    told: dict[str, list[Seen]] = defaultdict(list)
    for one in unique:
        if one.topic == topic:
            told[one.subject].append(one)
    return {subject: sorted(events, key=lambda one: one.sequence) for subject, events in told.items()}


def _times(deed: Deed, times: int, findings: Findings) -> None:
    what = f"{deed.kind} of {deed.subject} ({deed.mark})"
    if times > 1:
        findings.doubled.append(f"{what} had its effect {times} times")
    elif deed.applied and not times:
        findings.lost.append(f"{what} was answered with a yes, yet had no effect")
    elif deed.refused and times:
        findings.phantom.append(f"{what} was refused, yet had its effect")


def _relabel(deed: Deed, items: Told, findings: Findings) -> None:
    told = [one for one in items.get(deed.subject, ()) if one.kind == "item.relabelled"]
    _times(deed, sum(one.data["correction"]["reason"] == deed.mark for one in told), findings)


def _story(deed: Deed, stories: Told, findings: Findings) -> None:
    events = stories.get(deed.subject, ())
    if deed.kind == "rename":
        _times(deed, _turns([one.data["title"] == deed.mark for one in events]), findings)
    elif deed.kind == "pin":
        _times(deed, _turns([one.data["pinned"] for one in events]), findings)
    elif deed.kind == "unpin":
        _times(deed, _turns([not one.data["pinned"] for one in events], begins=True), findings)
    elif deed.kind == "split" and deed.mark:
        fresh = stories.get(deed.mark, ())
        _times(deed, sum(one.kind == "story.opened" for one in fresh), findings)
        _times(deed, _turns([deed.mark in one.data["split_into"] for one in events]), findings)
        if fresh and not set(deed.items) <= {line["item_id"] for line in fresh[0].data["head_items"]}:
            findings.lost.append(f"story {deed.mark} was parted without its items")
    elif deed.kind == "merge":
        gone = stories.get(deed.mark, ())
        _times(deed, sum(one.kind == "story.merged" and one.data["into"] == deed.subject for one in gone), findings)
        _times(deed, max([one.data["merged_from"].count(deed.mark) for one in events], default=0), findings)


def _turns(holds: Sequence[bool], *, begins: bool = False) -> int:
    """How often it became so."""
    return sum(now and not before for before, now in zip([begins, *holds], holds, strict=False))


def _held_at_the_end(deeds: Sequence[Deed], items: Told, findings: Findings) -> None:
    """A person's labels stand in the item's last event, whatever was read of it since."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for deed in deeds:
        if deed.kind == "relabel" and deed.applied:
            said[deed.subject] |= deed.labels
    for item, labels in said.items():
        if not (told := items.get(item)):
            continue
        last = told[-1].data
        stands = {"sentiment": last["sentiment"]["label"], "actuality": last["actuality"]}
        for name, value in labels.items():
            if stands[name] != value:
                findings.lost.append(f"item {item}: {name} is {stands[name]} again, a person said {value}")


def _nobody_asked(deeds: Sequence[Deed], stories: Told, findings: Findings) -> None:
    """Titles by people, held stories and parted ones are those that somebody asked for."""
    named = {deed.mark for deed in deeds if deed.kind == "rename"}
    pinned = {deed.subject for deed in deeds if deed.kind == "pin"}
    parted = {deed.subject for deed in deeds if deed.kind == "split"}
    for story, events in stories.items():
        last = events[-1].data
        if last["titled_by"] == "orang" and last["title"] not in named:
            findings.phantom.append(f"story {story} has a title of a person that nobody gave")
        if last["pinned"] and story not in pinned:
            findings.phantom.append(f"story {story} is held, nobody asked for it")
        if last["split_into"] and story not in parted:
            findings.phantom.append(f"story {story} was parted, nobody asked for it")
