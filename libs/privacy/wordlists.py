"""Lists of words beside the code, one to a line, → alternations for expressions."""

from __future__ import annotations

from importlib.resources import files


def words_of(name: str) -> list[str]:
    """The lines of words/<name>.txt but comments; a line may be an expression of its own."""
    lines = (files("libs.privacy") / "words" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def either(name: str) -> str:
    return "|".join(words_of(name))
