"""Why an entrant's own count of a layer differs from the recount: a closed list of slips.

A cause is the first formula of the list (`closed_list.py`) that gives the claimed number exactly;
where none does, the difference is unexplained. Every formula is about counting, none about an
entry.
"""

from micronet_spec.causes.cause import UNEXPLAINED, cause
from micronet_spec.causes.closed_list import ANOTHER_WIDTH
from micronet_spec.causes.layer import Layer
from micronet_spec.causes.network import Network
from micronet_spec.causes.totals import cause_of_total

__all__ = [
    "ANOTHER_WIDTH",
    "UNEXPLAINED",
    "Layer",
    "Network",
    "cause",
    "cause_of_total",
]
