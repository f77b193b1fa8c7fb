"""Where the local stack keeps things: programs in .cache/, everything that lives and dies with a run in .run/."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Survives `make reset`: verified jars and compiled classes, named by what they were made from.
CACHE = PROJECT / ".cache"
# Another folder is another, separate run of the same checkout (the launcher's own tests use that).
RUN = Path(os.environ.get("PASOPATI_RUN_DIR", PROJECT / ".run")).absolute()
KAFKA_FILES = PROJECT / "deploy" / "local" / "kafka"
MONGO_FILES = PROJECT / "deploy" / "local" / "mongo"
