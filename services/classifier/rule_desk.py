"""`pasopati rules`: look over rule files, say their version, and what a rule would have matched lately."""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from libs.runtime.mongo import Database, PyMongoError, connect
from services.classifier.keeping import RULES
from services.classifier.rule_linting import lint
from services.classifier.rule_trying import Kept, Match, Trial, Tried, chosen_by_id, chosen_of_file
from services.classifier.rules import FILES, RULES_FOLDER, RuleFileError, load_rules
from services.classifier.store import FAR

DAYS = 30
# Labels older than this are purged.
KEPT_DAYS = next(int(rule.days) for rule in RULES if rule.collection == "labels")
_AT_ONCE = 200
# Of each item only what is read again: neither its reasons nor its outbox.
_FIELDS = {
    f"state.{name}": 1
    for name in (
        *("text", "origin.opmode", "item.title", "item.first_seen_at", "item.relevance.relevant"),
        *("item.topics.name", "item.privacy.visibility"),
    )
}


def command(argv: Sequence[str]) -> int:
    """`pasopati rules lint | version | would-match`: for whoever edits the rules; nothing is changed by it."""
    parser = argparse.ArgumentParser(prog="pasopati rules", description=command.__doc__)
    words = parser.add_subparsers(dest="word", required=True)
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("--folder", type=Path, default=None, help="rule files; else PASOPATI_RULES_FOLDER, else ours")
    linting = words.add_parser("lint", parents=[folder], help="what is wrong with the files, or does nothing")
    linting.add_argument("--strict", action="store_true", help="remarks fail too")
    words.add_parser("version", parents=[folder], help="version and SHA-256, as they travel with every label")
    trying = words.add_parser("would-match", parents=[folder], help="what a rule would have matched lately")
    trying.add_argument("rule", help="a rule's id (pel.kabur, pel.*) or a file with rules to try")
    trying.add_argument("--section", help="what the file's rules are for; else its name tells (topics.yaml)")
    trying.add_argument("--days", type=_days, default=DAYS, help=f"1 to {KEPT_DAYS}; {DAYS} unless told")
    trying.add_argument("--mode", choices=("live", "drill", "sample"), default="live")
    trying.add_argument("--store", default=None, help="address of the store; else MONGODB_URL")
    options = parser.parse_args(argv)
    where = options.folder or Path(os.environ.get("PASOPATI_RULES_FOLDER") or RULES_FOLDER)
    try:
        if options.word == "lint":
            return _lint(where, strict=options.strict)
        if options.word == "version":
            return _version(where)
        return _would_match(where, options)
    except RuleFileError as error:
        print(error, file=sys.stderr)
        return 1


def _days(told: str) -> int:
    if not told.isdecimal() or not 1 <= int(told) <= KEPT_DAYS:
        raise argparse.ArgumentTypeError(f"1 sampai {KEPT_DAYS}: lebih lama label tidak disimpan")
    return int(told)


def _lint(folder: Path, *, strict: bool) -> int:
    found = lint(folder)
    for finding in found:
        print(finding)
    faults = sum(finding.is_fault for finding in found)
    print(f"{len(FILES)} berkas di {folder}: {faults} salah, {len(found) - faults} catatan")
    return 1 if faults or (strict and found) else 0


def _version(folder: Path) -> int:
    rules = load_rules(folder)
    print(f"versi {rules.version}  sha256 {rules.sha256}")
    print(f"{folder}")
    for name, file in rules.sections.items():
        print(f"  {name:10} {file.version:12} {len(file.rules):3} aturan")
    terms = sum(len(terms) for terms in rules.classes.values())
    print(f"  {'vocabulary':10} {rules.version:12} {len(rules.classes):3} kelas, {terms} istilah")
    return 0


def _would_match(folder: Path, options: argparse.Namespace) -> int:
    rules = load_rules(folder)
    path = Path(options.rule)
    is_file = path.suffix in (".yaml", ".yml") or path.is_file()
    chosen = chosen_of_file(rules, path, options.section) if is_file else chosen_by_id(rules, options.rule)
    if not chosen:
        raise RuleFileError([f"tidak ada aturan '{options.rule}' di {folder}"])
    trial = Trial(rules, chosen)
    store = options.store or os.environ.get("MONGODB_URL") or "mongodb://127.0.0.1:27017"
    try:
        now = datetime.now(UTC)
        tried = asyncio.run(try_on_store(trial, store, since=now - timedelta(days=options.days), mode=options.mode))
    except PyMongoError as error:
        print(f"Simpanan di {urlsplit(store).hostname} tidak menjawab ({type(error).__name__}).", file=sys.stderr)
        return 1
    print("\n".join(told(trial, tried, days=options.days, now=now)))
    return 0


async def try_on_store(trial: Trial, store: str, *, since: datetime, mode: str) -> Tried:
    """Reads the classifier's own labels, newest first; raises PyMongoError when the store is away."""
    client = connect(store)
    namespace = os.environ.get("PASOPATI_NAMESPACE", "")
    try:
        tried = Tried()
        database = client["pasopati_classifier" + (f"_{namespace}" if namespace else "")]
        async for item in _kept(database, since=since, mode=mode):
            tried.add(item, trial.hold(item))
        return tried
    finally:
        client.close()


async def _kept(database: Database, *, since: datetime, mode: str) -> AsyncIterator[Kept]:
    wanted = {"state.item.first_seen_at": {"$gte": since, "$lt": FAR}, "state.origin.opmode": mode}
    found = database["labels"].find(wanted, _FIELDS).sort("state.item.first_seen_at", -1).batch_size(_AT_ONCE)
    async for raw in found:
        yield Kept.of(raw)


def told(trial: Trial, tried: Tried, *, days: int, now: datetime) -> list[str]:
    """What was found, for whoever edits the rules: the period that is really there, counts, examples as masked."""
    lines = [_period(tried, days=days, now=now)]
    lines.append("Dibaca: judul dan 2.000 huruf pertama teks bertopeng, seperti yang disimpan pengklasifikasi.")
    lines.append(f"Cocok: {tried.items} dari {tried.looked} publikasi ({tried.relevant} di antaranya relevan).")
    for rule_id, (section, rule) in trial.rules.items():
        count, relevant = tried.matched.get(rule_id, 0), tried.matched_relevant.get(rule_id, 0)
        lines.append(f"  {section} {rule_id} ({rule.label}, bobot {rule.weight:g}): {count}, relevan {relevant}")
    if tried.examples:
        lines.append(f"Contoh, terbaru lebih dahulu (paling banyak {len(tried.examples)}):")
        lines += [_example(match) for match in tried.examples]
    return lines


def _period(tried: Tried, *, days: int, now: datetime) -> str:
    if tried.first is None or tried.last is None:
        return f"Tidak ada publikasi dalam {days} hari terakhir: tidak ada yang dapat dibandingkan."
    covered = (now - tried.first).total_seconds() / 86_400
    kept = f"{tried.first:%Y-%m-%d %H.%M} sampai {tried.last:%Y-%m-%d %H.%M} UTC"
    return f"Masa yang benar-benar ada: {kept}, {covered:.1f} dari {days} hari yang diminta."


def _example(match: Match) -> str:
    item, place = match.item, match.evidence.place
    if item.is_restricted:
        return f"  {item.at:%Y-%m-%d} {match.evidence.rule_id}: (kasus terbatas, tidak ditampilkan)"
    words = " ".join(place.text.split())[:100]
    title = " ".join((item.title or item.text).split())[:100]
    return f"  {item.at:%Y-%m-%d} {item.topic}: {title} [{place.field}: “{words}”]"
