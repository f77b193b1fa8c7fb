"""Served against received: what was lost, doubled, made up, or out of order. Knows nothing of our databases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.faults.checking_people import check_people
from tests.faults.correcting import Deed
from tests.faults.feeding import INCIDENT_TITLES, Fed
from tests.faults.findings import ALERTS, RELEASES, REPORTS, STORIES, TRENDS, Findings
from tests.faults.receiving import Frame, Push, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the checker may know. `published`: titles of texts whose publication was answered with yes;
    `attempted`: of those that were asked for at all."""

    fed: Sequence[Fed]
    incidents: Sequence[str]
    seen: Sequence[Seen]
    pushes: Sequence[Push]
    frames: Sequence[Frame]
    recipients: int
    published: Sequence[str]
    attempted: Sequence[str]
    acknowledged: Sequence[str]
    reported: Sequence[str] = ()
    reports_tried: Sequence[str] = ()
    deeds: Sequence[Deed] = ()


def check(evidence: Evidence) -> Findings:
    findings = Findings()
    unique = _unique(evidence.seen)
    _order(unique, findings)
    _items(evidence, unique, findings)
    _reports(evidence, unique, findings)
    _stories(unique, findings)
    check_people(evidence.deeds, unique, findings)
    alerts = _alerts(evidence, unique, findings)
    _trends(evidence, unique, findings)
    _pushes(evidence, alerts, findings)
    _releases(evidence, unique, findings)
    _live(evidence, unique, findings)
    findings.counts |= {"kafka records": len(evidence.seen), "distinct events": len(unique)}
    return findings


def _unique(seen: Iterable[Seen]) -> list[Seen]:
    """In order of first sight. At-least-once on the wire: the same id again is the same event."""
    known: dict[str, Seen] = {}
    for one in seen:
        known.setdefault(one.id, one)
    return list(known.values())


def _order(unique: Sequence[Seen], findings: Findings) -> None:
    """First-seen order of an entity's transitions in a topic rises; two events of one number are a double."""
    last: dict[tuple[str, str], int] = {}
    for one in unique:
        key = (one.topic, one.subject)
        before = last.get(key, 0)
        if one.sequence == before:
            findings.doubled.append(f"{one.topic} {one.subject}: two events numbered {one.sequence}")
        elif one.sequence < before:
            findings.out_of_order.append(f"{one.topic} {one.subject}: {one.sequence} after {before}")
        last[key] = max(before, one.sequence)


def _items(evidence: Evidence, unique: Sequence[Seen], findings: Findings) -> None:
    news = [one.data for one in unique if one.kind == "item.classified" and one.data["kind"] != "laporan"]
    # A page that tells more than the feed is one more revision; the same revision twice is a double.
    revisions = Counter((str(item.get("link")), item["rev_no"]) for item in news)
    labelled = {link for link, _ in revisions}
    fed = {item.url for item in evidence.fed}
    findings.lost += [f"item {url} was never classified" for url in sorted(fed - labelled)]
    findings.doubled += [f"item {url} classified {n} times as {rev}" for (url, rev), n in revisions.items() if n > 1]
    findings.phantom += [f"item {url} was never served" for url in sorted(labelled - fed)]
    findings.counts |= {"items fed": len(fed), "items classified": len(labelled)}
    findings.counts["revised by pages"] = sum(rev > 1 for _, rev in revisions)


def _reports(evidence: Evidence, unique: Sequence[Seen], findings: Findings) -> None:
    """Every report that was taken with a yes is told once, as a report and as an item."""
    told = [one.data for one in unique if one.topic == REPORTS]
    titles = Counter(report["title"] for report in told)
    items = Counter(
        one.data["item_id"] for one in unique if one.kind == "item.classified" and one.data["kind"] == "laporan"
    )
    findings.lost += [f"report {title!r} was taken, yet no event" for title in evidence.reported if not titles[title]]
    findings.lost += [f"report {r['title']!r} was never classified" for r in told if not items[r["item_id"]]]
    findings.doubled += [f"report {title!r} told {n} times" for title, n in titles.items() if n > 1]
    findings.doubled += [f"report item {item} classified {n} times" for item, n in items.items() if n > 1]
    findings.phantom += [f"report {title!r} was never sent" for title in titles if title not in evidence.reports_tried]
    findings.counts |= {"reports sent": len(evidence.reported), "reports told": len(told)}


def _stories(unique: Sequence[Seen], findings: Findings) -> None:
    """An item belongs to one story: no two stories that still live may have begun with it, or show it."""
    state = {one.subject: one.data for one in unique if one.topic == STORIES}
    homes: dict[str, set[str]] = defaultdict(set)
    for story, data in state.items():
        if data["status"] != "digabung":
            for line in data["head_items"]:
                homes[line["item_id"]].add(story)
    findings.doubled += [f"item {item} stands in {len(s)} stories" for item, s in homes.items() if len(s) > 1]
    findings.counts["stories"] = len(state)


def _alerts(evidence: Evidence, unique: Sequence[Seen], findings: Findings) -> list[Seen]:
    """Every incident raises an alert that names its unit; no story raises two; nothing else raises one."""
    raised = [one for one in unique if one.kind == "alert.raised"]
    by_story = Counter(story for one in raised for story in one.data["story_ids"])
    findings.doubled += [f"story {story} raised {n} alerts" for story, n in by_story.items() if n > 1]
    told = {unit["name"] for one in raised for unit in one.data.get("units", ())}
    findings.lost += [f"no alert for the incident at {unit}" for unit in evidence.incidents if unit not in told]
    expected = set(evidence.incidents)
    for one in raised:
        names = {unit["name"] for unit in one.data.get("units", ())}
        if not names & expected:
            findings.phantom.append(f"alert {one.subject} about {sorted(names)} without an incident")
    taken = {one.subject for one in unique if one.kind == "alert.acknowledged"}
    findings.lost += [
        f"alert {a} was acknowledged with a yes, yet no event" for a in evidence.acknowledged if a not in taken
    ]
    findings.counts |= {"incidents": len(evidence.incidents), "alerts": len(raised), "acknowledged": len(taken)}
    return raised


def _trends(evidence: Evidence, unique: Sequence[Seen], findings: Findings) -> None:
    """Severe items of a unit are an early warning, told of once, and none of them is counted twice."""
    early = [one.data for one in unique if one.kind == "trend.raised" and one.data["rule"] == "hitung_langsung"]
    of_units = [trend for trend in early if trend["series"]["kind"] == "unit"]
    told: dict[str, set[str]] = defaultdict(set)
    for trend in of_units:
        told[trend["series"]["label"]].add(trend["trend_id"])
        if trend["observed"]["value"] > len(INCIDENT_TITLES):
            findings.doubled.append(f"{trend['observed']['value']} items counted at {trend['series']['label']}")
    expected = set(evidence.incidents)
    findings.lost += [f"no early warning for the incident at {unit}" for unit in evidence.incidents if unit not in told]
    findings.doubled += [f"{unit}: {len(trends)} early warnings" for unit, trends in told.items() if len(trends) > 1]
    findings.phantom += [f"an early warning for {unit} without an incident" for unit in told if unit not in expected]
    findings.counts["trends"] = len({one.data["trend_id"] for one in unique if one.topic == TRENDS})


def _pushes(evidence: Evidence, raised: Sequence[Seen], findings: Findings) -> None:
    distinct = {push.id: push.body for push in evidence.pushes}
    opened = Counter(body["alert_id"] for body in distinct.values() if body["event"] == "dibuka")
    known = {one.subject for one in raised}
    for alert in known:
        if opened[alert] < evidence.recipients:
            findings.lost.append(f"alert {alert} called {opened[alert]} of {evidence.recipients} recipients")
        elif opened[alert] > evidence.recipients:
            findings.doubled.append(f"alert {alert} called {opened[alert]} times, {evidence.recipients} recipients")
    findings.phantom += [f"a push about alert {alert}, never raised" for alert in opened if alert not in known]
    findings.counts |= {"webhook calls": len(evidence.pushes), "notifications": len(distinct)}


def _releases(evidence: Evidence, unique: Sequence[Seen], findings: Findings) -> None:
    out = Counter(one.data["title"] for one in unique if one.kind == "release.published")
    findings.lost += [
        f"release {title!r} was published with a yes, yet no event" for title in evidence.published if not out[title]
    ]
    findings.doubled += [f"release {title!r} published {n} times" for title, n in out.items() if n > 1]
    findings.phantom += [f"release {title!r} was never asked for" for title in out if title not in evidence.attempted]
    findings.counts["releases"] = len(out)


def _live(evidence: Evidence, unique: Sequence[Seen], findings: Findings) -> None:
    """The live feed shows every transition of an alert and every release once and in order, over all reconnections."""
    last: dict[str, int] = {}
    shown: set[tuple[str, int]] = set()
    missed = [frame for frame in evidence.frames if frame.event == "muat-ulang"]
    for frame in evidence.frames:
        entity, sequence = frame.data.get("id"), frame.data.get("urutan")
        if entity is None or sequence is None or frame.data.get("jenis") not in ("peringatan", "rilis", "isu"):
            continue
        before = last.get(entity, 0)
        if (entity, sequence) in shown:
            findings.doubled.append(f"live feed: {frame.data['jenis']} {entity} number {sequence} twice")
        elif sequence < before:
            findings.out_of_order.append(f"live feed: {entity}: {sequence} after {before}")
        shown.add((entity, sequence))
        last[entity] = max(before, sequence)
    wanted = {(one.subject, one.sequence) for one in unique if one.topic in (ALERTS, RELEASES, STORIES)}
    if not missed:
        findings.lost += [f"live feed: {entity} number {n} never shown" for entity, n in sorted(wanted - shown)]
    findings.phantom += [f"live feed: {entity} number {n} is no event" for entity, n in sorted(shown - wanted)]
    findings.counts |= {"live frames": len(shown), "told to reload": len(missed)}
