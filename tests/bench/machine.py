"""What the figures were taken on, and what the processes cost: memory, processor time, full collections."""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_FULL_GC = re.compile(r"Pause Full .* ([\d.]+)ms")
LIBRARIES = (
    "aiokafka",
    "faststream",
    "pydantic",
    "motor",
    "fastapi",
    "uvicorn",
    "uvloop",
    "orjson",
    "opentelemetry-sdk",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Cores are those the bench ran on; `load` is the load average just before it began."""

    model: str
    cores: int
    cores_of_machine: int
    memory_gb: float
    system: str
    load: float
    versions: dict[str, str]


def bind_to_two_cores() -> int:
    """This process and all it starts; how many cores there are."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:2])
    return len(cores)


def describe(cores_of_machine: int) -> Machine:
    cpu = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.+)$", cpu, re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.M)
    return Machine(
        model=model.group(1) if model else platform.processor(),
        cores=len(os.sched_getaffinity(0)),
        cores_of_machine=cores_of_machine,
        memory_gb=int(memory.group(1)) / 1024**2 if memory else 0.0,
        system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        load=os.getloadavg()[0],
        versions={name: version(name) for name in LIBRARIES},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Of a process and its children: resident memory (shared pages counted by share), processor seconds so far."""

    megabytes: float
    cpu_seconds: float


def usage(pid: int) -> Usage:
    megabytes = cpu_seconds = 0.0
    for one in _family(pid):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        found = re.search(r"^Pss:\s+(\d+)", rollup, re.M)
        megabytes += int(found.group(1)) / 1024 if found else 0.0
        cpu_seconds += (int(fields[11]) + int(fields[12])) / _TICKS
    return Usage(megabytes=megabytes, cpu_seconds=cpu_seconds)


def usages(pids: Mapping[str, int]) -> dict[str, Usage]:
    return {name: usage(pid) for name, pid in pids.items()}


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in listed.read_text().split()]
            except OSError:
                continue
    return found


def gc_options(directory: Path) -> str:
    """For JAVA_TOOL_OPTIONS: every Java process writes its collections to a file that `full_collections` reads."""
    return f"-Xlog:gc:file={directory}/gc-%p.log"


def full_collections(directory: Path, pid: int) -> list[float]:
    """Milliseconds of each full collection so far."""
    try:
        return [float(ms) for ms in _FULL_GC.findall((directory / f"gc-{pid}.log").read_text())]
    except OSError:
        return []
