"""One trace from the fetch to the pushed notification, over all five services, at a collector of our own."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.local.ports import release_port, take_port
from tests.faults.world import served, world
from tests.support.stack import Stack
from tests.support.waiting import eventually

# What each service does with the item, its story, its alert: words of its spans' names.
HOPS = {
    "pasopati-ingest": ("collected",),
    "pasopati-classifier": ("took", "classified", "relevant"),
    "pasopati-alerts": ("took", "raised", "requested", "sent"),
    "pasopati-publisher": ("took",),
    "pasopati-gateway": ("took",),
}


class Collector:
    """OTLP over HTTP: POST /v1/traces; remembers which services put spans into which trace."""

    def __init__(self) -> None:
        self.spans: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = {a.key: a.value.string_value for a in resource.resource.attributes}
            for scoped in resource.scope_spans:
                for span in scoped.spans:
                    self.spans[span.trace_id.hex()][names["service.name"]].add(span.name)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def every_hop_is_told(spans: dict[str, set[str]]) -> bool:
    missing = [f"{name} {word}" for name, words in HOPS.items() for word in words if word not in " ".join(spans[name])]
    assert not missing, f"not on the trace: {missing}; told: {dict(spans)}"
    return True


async def test_one_trace_id_at_every_hop(stack: Stack, namespace: str, tmp_path: Path) -> None:
    collector, port = Collector(), take_port()
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
    try:
        async with (
            served(collector, port),
            world(stack, namespace, tmp_path / "world", rate=2, incidents_per_second=0, env=env) as made,
        ):
            made.newsroom.open_incident()
            await eventually(lambda: made.sink.pushes, within=60, what="the push arrives")
            trace = made.sink.pushes[0].traceparent.split("-")[1]
            await eventually(lambda: every_hop_is_told(collector.spans[trace]), within=30, what="every hop is told")
    finally:
        release_port(port)
