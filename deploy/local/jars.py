"""Java programs of the local stack: fetched by Maven from pinned poms, checked against our own list of hashes."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.local.places import CACHE, KAFKA_FILES, MONGO_FILES
from deploy.local.toolchain import JAVA, MAVEN, ensure


class BadDownload(Exception):
    """A jar is missing or differs from the hash this project pins."""


def kafka_jars() -> Path:
    """Directory with Apache Kafka's jars."""
    return _installed("kafka", (KAFKA_FILES / "pom.xml", KAFKA_FILES / "kafka.sha256"), _fetch_kafka)


def mongo_jars() -> Path:
    """Directory with MongoLocal's class files in `classes/` and its libraries beside them."""
    sources = (MONGO_FILES / "pom.xml", MONGO_FILES / "mongo.sha256", MONGO_FILES / "MongoLocal.java")
    return _installed("mongo", sources, _fetch_mongo)


def _installed(name: str, sources: tuple[Path, ...], fetch: Callable[[Path], None]) -> Path:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    place = CACHE / f"{name}-{digest}"
    if place.exists():
        return place
    ensure(JAVA, MAVEN)
    CACHE.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=CACHE))
    try:
        fetch(workshop)
        # Renamed only when complete: an interrupted install leaves nothing that looks finished.
        try:
            workshop.rename(place)
        except OSError:
            if not place.exists():
                raise
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return place


def _fetch_kafka(into: Path) -> None:
    _maven(KAFKA_FILES / "pom.xml", into)
    verify(into, KAFKA_FILES / "kafka.sha256")


def _fetch_mongo(into: Path) -> None:
    _maven(MONGO_FILES / "pom.xml", into)
    verify(into, MONGO_FILES / "mongo.sha256")
    compile_java = [
        "javac",
        "-nowarn",
        "-cp",
        f"{into}/*",
        "-d",
        str(into / "classes"),
        str(MONGO_FILES / "MongoLocal.java"),
    ]
    _run(compile_java)


def _maven(pom: Path, into: Path) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into}"]
    _run(["mvn", "-B", "-q", "-f", str(pom), *goal])


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "MAVEN_OPTS": "-Xmx256m"}
    )
    if done.returncode != 0:
        raise BadDownload(f"`{' '.join(command[:6])} …` failed:\n{(done.stdout + done.stderr)[-1500:]}")


def verify(directory: Path, list_of_hashes: Path) -> None:
    """Exactly the listed jars, each with the listed hash."""
    wanted = {name: digest for digest, name in (line.split() for line in list_of_hashes.read_text().splitlines())}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.glob("*.jar")}
    wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if wrong:
        raise BadDownload(f"not the jars of {list_of_hashes.name}: {', '.join(wrong)}")
