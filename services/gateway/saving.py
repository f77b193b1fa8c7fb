"""A search is kept or forgotten: gated, entered in the audit, written."""

import hashlib

import orjson

from libs.schemas.ids import keyed
from services.gateway.audit import Deed
from services.gateway.auth import Person
from services.gateway.gateway import Gateway
from services.gateway.inputs import SearchToSave
from services.gateway.personal import decent
from services.gateway.problems import Problem
from services.gateway.saved_searches import SavedSearch

_FILTERS = (
    "topic", "unit_id", "province", "sentiment", "severity_min", "outlet_id", "kind", "language", "days",
)  # fmt: skip
# The gate reads a name and a question as sentences somebody may be told of in.
_AS_SENTENCES = {"name": "title", "query": "note"}
_AS_FIELDS = {sentence: name for name, sentence in _AS_SENTENCES.items()}


async def save(gateway: Gateway, person: Person, wish: SearchToSave, *, key: str) -> SavedSearch:
    """The same key again is the same search."""
    told = _decent(wish)
    saved = SavedSearch(
        id=keyed("saved-search", person.person_id, key),
        name=told["name"],
        question=told["query"],
        filters={name: str(value) for name in _FILTERS if (value := getattr(wish, name)) is not None},
        shared=wish.shared,
    )
    await _enter(gateway, person, "SaveSearch", saved.id, wish)
    await gateway.saved.keep(person, saved, at=gateway.clock.now())
    return saved


async def forget(gateway: Gateway, person: Person, saved_id: str) -> bool:
    """False: there is none of theirs."""
    if not any(one.id == saved_id and one.own for one in await gateway.saved.of(person)):
        return False
    await _enter(gateway, person, "DeleteSearch", saved_id, None)
    return await gateway.saved.forget(person, saved_id)


def _decent(wish: SearchToSave) -> dict[str, str]:
    try:
        # Nothing an office publishes: contacts in it are masked.
        told = decent({_AS_SENTENCES["name"]: wish.name, _AS_SENTENCES["query"]: wish.query}, official=False)
    except Problem as problem:
        errors = [{**error, "isian": _AS_FIELDS.get(error["isian"], error["isian"])} for error in problem.errors]
        raise Problem(status=problem.status, kode=problem.kode, title=problem.title, errors=errors) from None
    return {name: told[sentence] for name, sentence in _AS_SENTENCES.items()}


async def _enter(gateway: Gateway, person: Person, action: str, target: str, wish: SearchToSave | None) -> None:
    """Once per press: the audit's own entry says whether the key was used for something else."""
    sha256 = hashlib.sha256(orjson.dumps(wish.model_dump(mode="json"))).hexdigest() if wish else ""
    deed = Deed(
        at=gateway.clock.now(),
        person_id=person.person_id,
        role=person.role,
        via=person.via,
        action=action,
        target=target,
        command_id=target if wish else None,
        body_sha256=sha256,
    )
    entry, _ = await gateway.audit.append(deed)
    if entry.body_sha256 != sha256:
        title = "Kunci ini sudah dipakai untuk pencarian lain"
        raise Problem(status=422, kode="kunci_dipakai_ulang", title=title)
