"""What the gateway counts."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("pasopati_gateway_requests_total", "Requests answered", ["method", "route", "status"])
COMMAND_SECONDS = Histogram(
    "pasopati_gateway_command_seconds",
    "From a command in hand to its answer",
    ["answer"],
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2, 3, 5),
)
SIGN_INS = Counter("pasopati_gateway_sign_ins_total", "Attempts to sign in", ["result"])
STREAM_CLIENTS = Gauge("pasopati_gateway_stream_clients", "Open live feeds", ["form"])
STREAM_FRAMES = Counter("pasopati_gateway_stream_frames_total", "Changes put on the live feed", ["kind"])
STREAM_DROPPED = Counter("pasopati_gateway_stream_dropped_total", "Clients cut off", ["reason"])
STREAM_RESUMED = Counter("pasopati_gateway_stream_resumed_total", "Returning clients", ["how"])
LIVE_SECONDS = Histogram(
    "pasopati_gateway_live_seconds",
    "From an event's time to its frame",
    buckets=(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 60),
)
VIEW_WRITES = Counter("pasopati_gateway_view_writes_total", "Read-model writes", ["view"])
PHOTOS = Counter("pasopati_gateway_photos_total", "Photos of unit reports by what became of them", ["result"])
