"""Damage to files: strategies of hypothesis for bytes that were whole before."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
"""For each format; by hand, set it to some ten thousand."""
FUZZING = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_INTERESTING = (0, 1, 2, 4, 7, 0x7F, 0x80, 0xFE, 0xFF, *b"}](.t0RbQ\x81\x85\x93\"'{[,:")


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Draw `whole` with a few bytes changed, cut, doubled, moved or inserted."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(1, 16))
        match draw(st.sampled_from(("byte", "byte", "bit", "cut", "remove", "double", "insert"))):
            case "byte":
                content[at : at + 1] = bytes([draw(st.sampled_from(_INTERESTING))])
            case "bit":
                bit = 1 << draw(st.integers(0, 7))
                content[at : at + 1] = bytes(byte ^ bit for byte in content[at : at + 1])
            case "cut":
                del content[at:]
            case "remove":
                del content[at : at + length]
            case "double":
                content[at:at] = content[at : at + length]
            case _:
                content[at:at] = draw(st.binary(min_size=1, max_size=8))
    return bytes(content)
