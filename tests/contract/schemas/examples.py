"""The builders' examples as the files that are committed beside the schemas.

`python -m tests.contract.schemas.examples` writes them again.
"""

from __future__ import annotations

import json
from typing import Any

from libs.schemas.checks import SNAPSHOTS, example_path, written
from tests.support.builders import examples


def example_files() -> dict[str, str]:
    """File name → text, for every event of the catalogue; as it travels: without what is absent."""
    files = {}
    for event, example in examples().items():
        document: dict[str, Any] = json.loads(example.model_dump_json(exclude_none=True))
        files[example_path(event).name] = written(document)
    return files


def main() -> None:
    for name, text in example_files().items():
        (SNAPSHOTS / name).write_text(text, "utf-8")
    print(f"examples: {len(example_files())} written")


if __name__ == "__main__":
    main()
