"""What a running service tells: JSON log lines (redacted), Prometheus metrics, OpenTelemetry spans."""

import logging
import re
import secrets
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram

from libs.privacy import redact as without_people

log: structlog.stdlib.BoundLogger = structlog.get_logger("pasopati")

CONSUMED = Counter("pasopati_consumed_total", "Records whose fate was decided", ["group", "topic", "fate"])
BATCH_SECONDS = Histogram("pasopati_batch_seconds", "From a batch in hand to its commit", ["group"])
LAG = Gauge("pasopati_lag_records", "Records between the commit and the end of the partition", ["group", "topic"])
PUBLISHED = Counter("pasopati_published_total", "Events acknowledged by the broker", ["topic"])
SWEPT = Counter("pasopati_outbox_swept_total", "Entries that a sweep had to announce", ["collection"])
LOST_RACES = Counter("pasopati_lost_races_total", "Writes that another writer was ahead of", ["collection"])
HALTED = Gauge("pasopati_subscription_halted", "1 when too much was parked and a person must look", ["group"])

_MAX_LOGGED = 300
# Our own ids (UUIDs, digests) hold long runs of digits and stay; whatever else does is masked, glued to a word or not.
_ID = r"(?P<id>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[0-9]*[a-f])[0-9a-f]{32,64}\b)"
_OUR_IDS = re.compile(_ID)
_LONG_NUMBER = re.compile(rf"{_ID}|\+?\d(?:[ .\-/]?\d){{8,}}")
_LONG_INT = 10**8
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")
# Line ends, controls, and signs without width that would hide a number from the eye of a pattern.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_OURS = {"timestamp", "level", "event", "service", "logger", "alert_id", "item_id", "source_id", "release_id"}


def mask(text: str) -> str:
    """One line without long numbers and mail addresses."""
    text = _MAIL.sub("[SUREL]", _CONTROL.sub(" ", text))
    return _LONG_NUMBER.sub(lambda found: found["id"] or "[ANGKA]", text)


def redact(text: str) -> str:
    """The same, short and without people: for logs and error texts, where no value may appear."""
    between_ids = _OUR_IDS.split(mask(text[:4000]))
    return "".join(part if place % 2 else without_people(part) for place, part in enumerate(between_ids))[:_MAX_LOGGED]


def _redacted(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and key not in _OURS - {"event"}:
            event[key] = redact(value)
        elif isinstance(value, int) and abs(value) > _LONG_INT:
            event[key] = "[ANGKA]"
        elif not isinstance(value, str | int | float | bool | None):
            event[key] = redact(repr(value))
    return event


def _where_it_broke(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as type, redacted message and places: source lines and values of a traceback stay out of the log."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["message"] = str(error)
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        event["at"] = " < ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in reversed(frames))
    return event


class _Sparing(logging.Filter):
    """At most five like lines from a library in ten seconds: a broker away makes aiokafka write thousands a second."""

    def __init__(self) -> None:
        super().__init__()
        self._since: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = f"{record.name}:{record.msg}"[:200], time.monotonic()
        start, seen = self._since[key]
        if now - start > 10:
            if len(self._since) > 500:
                self._since.clear()
            start, seen = now, 0
        self._since[key] = (start, seen + 1)
        return seen < 5


def configure_logs(service: str, level: str) -> None:
    """One JSON object a line on standard error, for our lines and the libraries' alike."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _l, _m, event: {"service": service, **event},
        _where_it_broke,
        _redacted,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    handler.addFilter(_Sparing())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for name in ("aiokafka", "faststream", "pymongo", "uvicorn", "httpx", "httpcore", "asyncio", "mail.log"):
        logging.getLogger(name).setLevel(logging.WARNING)


class Tracing:
    """Spans when an exporter is configured; otherwise the trace context is only carried on, at no cost."""

    def __init__(self, service: str, exporter: SpanExporter | None) -> None:
        self._provider: TracerProvider | None = None
        if exporter is not None:
            self._provider = TracerProvider(resource=Resource.create({"service.name": f"pasopati-{service}"}))
            self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
            self._tracer: trace.Tracer = self._provider.get_tracer("pasopati")
        self._propagator = TraceContextTextMapPropagator()

    @classmethod
    def to(cls, service: str, endpoint: str | None) -> "Tracing":
        """Tracing to an OTLP/HTTP collector (address from the settings), or none."""
        if not endpoint:
            return cls(service, None)
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return cls(service, OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces"))

    @contextmanager
    def span(self, name: str, parent: str | None) -> Iterator[str | None]:
        """A span under the W3C `traceparent` given; yields the traceparent of what it causes."""
        if self._provider is None:
            yield parent
            return
        context = self._propagator.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(name, context=context) as current:
            carrier: dict[str, str] = {}
            self._propagator.inject(carrier, trace.set_span_in_context(current))
            yield carrier.get("traceparent", parent)

    def mark(self, name: str, parent: str | None, *, began_ns: int) -> None:
        """A finished span that began at `began_ns` (epoch, nanoseconds): for what is told only once it is done."""
        if self._provider is None or parent is None:
            return
        context = self._propagator.extract({"traceparent": parent})
        self._tracer.start_span(name, context=context, start_time=began_ns).end()

    def close(self) -> None:
        if self._provider is not None:
            self._provider.shutdown()


def new_traceparent() -> str:
    """The start of a trace (W3C Trace Context, sampled)."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
