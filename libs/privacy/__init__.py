"""The gate every text passes before the first write: what identifies a person becomes a typed token."""

from libs.privacy.addresses import AddressVerdict, gate_address
from libs.privacy.gate import GATE_VERSION, GateResult, Parts, gate, gate_parts, numbers_masked
from libs.privacy.logs import redact
from libs.privacy.outcomes import NAMES, NUMBERS_OF_PEOPLE, TOKENS, WITHHELD, Channel, Mode, Outcome
from libs.privacy.reading import Span

__all__ = [
    "GATE_VERSION",
    "NAMES",
    "NUMBERS_OF_PEOPLE",
    "TOKENS",
    "WITHHELD",
    "AddressVerdict",
    "Channel",
    "GateResult",
    "Mode",
    "Outcome",
    "Parts",
    "Span",
    "gate",
    "gate_address",
    "gate_parts",
    "numbers_masked",
    "redact",
]
