"""A web address → whether it names a person itself, in its path, its query or its fragment."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import unquote_plus, urlsplit

from libs.privacy.gate import numbers_masked


class AddressVerdict(StrEnum):
    CLEAN = "clean"
    NAMES_A_PERSON = "names-a-person"


def gate_address(url: str) -> AddressVerdict:
    """An address that cannot be read counts as one that names a person: it is sealed, not lost. Never raises."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return AddressVerdict.NAMES_A_PERSON
    # Userinfo is the one part of the host that can hold a name or an address.
    userinfo = parts.netloc.rpartition("@")[0]
    told = [userinfo, parts.path, parts.query, parts.fragment] if parts.scheme != "mailto" else [parts.path]
    # A host's words are a brand's; its digits may be somebody's phone.
    if userinfo or _holds_a_number(parts.netloc):
        return AddressVerdict.NAMES_A_PERSON
    return AddressVerdict.NAMES_A_PERSON if any(map(_names_a_person, filter(None, told))) else AddressVerdict.CLEAN


def _names_a_person(part: str) -> bool:
    for _ in range(3):
        # Structure alone decides: an address has no sentence in which a keyword could stand. Names in it are read with
        # the text it leads to, as one document: alone, the words of a path tell no inmate from a minister.
        if _holds_a_number(part):
            return True
        decoded = unquote_plus(part)
        if decoded == part:
            return False
        part = decoded
    # Wrapped more often than any honest address.
    return unquote_plus(part) != part or _holds_a_number(part)


def _holds_a_number(part: str) -> bool:
    return numbers_masked(part) != part
