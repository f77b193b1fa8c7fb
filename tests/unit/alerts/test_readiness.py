"""A loop that does not turn makes the service not ready."""

from services.alerts.readiness import Looks


def test_a_loop_that_stands_still_for_a_minute_is_named() -> None:
    seconds = [100.0]
    looks = Looks(("clocks", "webhook"), monotonic=lambda: seconds[0])
    seconds[0] += 59
    looks.looked("webhook")
    assert looks.problems() == []
    seconds[0] += 2
    assert looks.problems() == ["clocks: not looked at for 61 s"]
