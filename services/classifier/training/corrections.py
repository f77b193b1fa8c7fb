"""`pasopati corrections export` → JSONL of what people said of labels; the same lines → examples to learn from."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from libs.runtime.mongo import PyMongoError, connect
from services.classifier.labelling import Labeller
from services.classifier.training.corpus import Example
from services.classifier.verdicts import Verdict

COLLECTION: Final = "corrections"
# Latihan and CONTOH are no coverage: what people say of them teaches nothing.
_LEARNT: Final = {"opmode": "live"}
_FIELDS: Final = ("item_id", "title", "text", "before", "after", "fields", "role", "reason", "confirmed")


def command(argv: list[str]) -> int:
    """`pasopati corrections export [--out FILE] [--store URL]`: what people said of labels, one JSON line each."""
    parser = argparse.ArgumentParser(prog="pasopati corrections", description=command.__doc__)
    parser.add_argument("deed", choices=["export"])
    parser.add_argument("--out", type=Path, help="a file; without it the lines are printed")
    parser.add_argument("--store", help="where the store is; MONGODB_URL when left out")
    arguments = parser.parse_args(argv)
    store = arguments.store or os.environ.get("MONGODB_URL") or "mongodb://127.0.0.1:27017"
    try:
        lines = asyncio.run(export(store))
    except PyMongoError as error:
        print(f"Simpanan di {urlsplit(store).hostname} tidak menjawab ({type(error).__name__}).", file=sys.stderr)
        return 1
    if arguments.out:
        arguments.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"{len(lines)} koreksi ditulis ke {arguments.out}", file=sys.stderr)
    else:
        print("\n".join(lines))
    return 0


async def export(store: str) -> list[str]:
    """Oldest first; raises PyMongoError when the store is away."""
    client = connect(store)
    namespace = os.environ.get("PASOPATI_NAMESPACE", "")
    try:
        database = client["pasopati_classifier" + (f"_{namespace}" if namespace else "")]
        found = database[COLLECTION].find(_LEARNT).sort([("at", 1), ("_id", 1)])
        return [line_of(record) async for record in found]
    finally:
        client.close()


def line_of(record: Mapping[str, Any]) -> str:
    """Who it was stays here: a role is enough to learn from."""
    told = {name: record.get(name) for name in _FIELDS} | {"at": f"{record['at']:%Y-%m-%dT%H:%M:%SZ}"}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def corrected(path: Path, labeller: Labeller) -> list[Example]:
    """The newest word on each item; what nobody spoke of stays as the machine labels it now."""
    newest: dict[str, dict[str, Any]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            record = json.loads(line)
            after = newest.get(record["item_id"], {}).get("after", {})
            newest[record["item_id"]] = {**record, "after": {**after, **record["after"]}}
    return list(_examples(newest.values(), labeller))


def _examples(records: Iterable[Mapping[str, Any]], labeller: Labeller) -> Iterable[Example]:
    for record in records:
        title, text = record.get("title") or "", record.get("text") or ""
        if title or text:
            yield example_from(record["after"], title, text, labeller.label(title, text), at=record["item_id"])


def example_from(after: Mapping[str, str], title: str, text: str, machine: Verdict, *, at: str) -> Example:
    relevant = after.get("relevant", "ya" if machine.relevance.relevant else "tidak") == "ya"
    topics = tuple(name for name in after.get("topics", "").split(", ") if name) or tuple(
        t.name for t in machine.topics
    )
    if not relevant:
        topics = ("luar_lingkup",)
    return Example(
        title=title,
        lead=text,
        relevant=relevant,
        topics=topics,
        crisis=after.get("crisis_category", machine.crisis_category) or None,
        sentiment=after.get("sentiment", machine.sentiment.label),
        polarity=after.get("polarity", machine.polarity),
        severity=int(after.get("severity", machine.severity.value)),
        urgency=after.get("urgency", machine.urgency),
        impact=after.get("impact_scope", machine.impact),
        units=(),
        actuality=after.get("actuality", machine.actuality),
        language="id",
        voice="koreksi",
        hard="",
        at=at,
    )
