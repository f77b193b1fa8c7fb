"""What alerts counts: warnings by level, calls of the ladder, pushes by channel and fate, and how long they took."""

from prometheus_client import Counter, Gauge, Histogram

TRANSITIONS = Counter("pasopati_alert_transitions_total", "Transitions of alerts", ["event", "level", "opmode"])
LADDER_FAILED = Counter("pasopati_alert_ladder_failed_total", "Alerts that nobody answered on any round", ["opmode"])
TIMERS_LATE = Histogram(
    "pasopati_alert_timer_late_seconds", "How late a clock was served", buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300)
)
PUSH_ATTEMPTS = Counter("pasopati_push_attempts_total", "Calls of a provider", ["channel", "fate"])
PUSH_SECONDS = Histogram(
    "pasopati_push_seconds",
    "From the transition to the provider's yes",
    ["channel"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 1800, 7200),
)
PUSHES_IN_HAND = Gauge("pasopati_push_in_hand", "Provider calls under way", ["channel"])
RECIPIENTS = Gauge("pasopati_recipients", "Recipients that are listed; 0 means nobody is called")
