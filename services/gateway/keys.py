"""`pasopati keys init`: one development key per role; the people file gets hashes, the keys file (0600) the keys."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from libs.reference.units import Gazetteer
from libs.schemas.common import Role
from services.gateway.people import hash_key, new_key, write_people
from services.gateway.settings import GatewaySettings

# Name in the keys file → role and label.
DEVELOPMENT_PEOPLE: dict[str, tuple[Role, str]] = {
    "operator": ("operator", "Operator 1"),
    "analis": ("analis", "Analis 1"),
    "editor": ("editor", "Editor 1"),
    "penyetuju": ("penyetuju", "Penyetuju 1"),
    "pimpinan_krisis": ("pimpinan_krisis", "Pimpinan krisis 1"),
    "juru_bicara": ("juru_bicara", "Juru bicara 1"),
    "pelapor": ("pelapor_upt", "Pelapor UPT 1"),
    "admin": ("admin", "Admin 1"),
    "auditor": ("auditor", "Auditor 1"),
    "sistem": ("sistem_pelanggan", "Sistem pelanggan 1"),
    "layar": ("layar_dinding", "Layar 1"),
}
_LIFE = timedelta(days=365)
# A fictional unit (CONTOH): what it reports is never counted as real.
SAMPLE_UNIT = "contoh-lapas-iia-utara"


def make_development_keys(*, pepper: bytes, now: datetime, unit_id: str = SAMPLE_UNIT) -> tuple[str, dict[str, str]]:
    """The people file's text, and the keys by name. `unit_id`: the unit that the pelapor reports for."""
    keys = {name: new_key() for name in DEVELOPMENT_PEOPLE}
    people = [
        {
            "person_id": f"{name.replace('_', '-')}-1",
            "role": role,
            "label": label,
            **({"unit_id": unit_id} if role == "pelapor_upt" else {}),
            "keys": [{"hash": hash_key(pepper, keys[name]), "expires": (now + _LIFE).isoformat(timespec="seconds")}],
        }
        for name, (role, label) in DEVELOPMENT_PEOPLE.items()
    ]
    return write_people(people), keys


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def command(argv: list[str]) -> int:
    """`keys init --people FILE --keys FILE`; refuses to overwrite either."""
    parser = argparse.ArgumentParser(prog="pasopati keys", description="Keys of people and systems.")
    actions = parser.add_subparsers(dest="action", required=True)
    init = actions.add_parser("init", help="one development key per role")
    init.add_argument("--people", type=Path, required=True, help="people file to write (hashes)")
    init.add_argument("--keys", type=Path, required=True, help="keys file to write (mode 0600)")
    init.add_argument("--unit", default=SAMPLE_UNIT, help="unit of the pelapor (default: one of the sample)")
    options = parser.parse_args(argv)
    if not any(Gazetteer.for_mode(mode).get(options.unit) for mode in ("live", "sample")):
        print(f"{options.unit} is no known unit; nothing was changed", file=sys.stderr)
        return 1
    for path in (options.people, options.keys):
        if path.exists():
            print(f"{path} exists; nothing was changed", file=sys.stderr)
            return 1
    people, keys = make_development_keys(
        pepper=GatewaySettings().derived_key("people"),
        now=datetime.now(UTC).replace(microsecond=0),
        unit_id=options.unit,
    )
    _write_private(options.people, people)
    _write_private(options.keys, json.dumps(keys, indent=1) + "\n")
    print(f"{len(keys)} keys: {options.keys}")
    return 0
