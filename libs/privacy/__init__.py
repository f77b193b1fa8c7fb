"""The gate every text passes before the first write: what identifies a person becomes a typed token."""

from libs.privacy.addresses import AddressVerdict, gate_address
from libs.privacy.gate import GATE_VERSION, Channel, GateResult, Mode, Outcome, Span, gate, redact

__all__ = [
    "GATE_VERSION",
    "AddressVerdict",
    "Channel",
    "GateResult",
    "Mode",
    "Outcome",
    "Span",
    "gate",
    "gate_address",
    "redact",
]
