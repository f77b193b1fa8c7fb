"""Failures, sorted by what to do next."""


class PermanentError(Exception):
    """This input can never succeed: park it and go on."""


class TransientError(Exception):
    """A dependency is away: wait and try the same again, for as long as it takes."""
