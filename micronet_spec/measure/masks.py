"""What a stored mask leaves of the values it is for."""

from collections.abc import Sequence

from micronet_spec.checkpoint.tensor import StoredTensor
from micronet_spec.measure.blocks import blocks_of
from micronet_spec.measure.facts import MaskFacts
from micronet_spec.measure.flags import above_zero, by_channel, left, not_zero
from micronet_spec.measure.inputs import input_nonzeros
from micronet_spec.measure.table import Place, Table, table_of


def masked(
    values: StoredTensor, mask: StoredTensor, blocks: Sequence[tuple[int, int]] = ()
) -> MaskFacts:
    """Count what a mask of the same shape keeps, with `blocks` for every shape that is asked for.

    Raises `ValueError` if the shapes differ, `UnknownFormatError` for unknown formats.
    """
    if values.shape != mask.shape:
        raise ValueError(f"a mask of the shape {mask.shape} for values of {values.shape}")
    table, stored = table_of(values), table_of(mask)
    keeps = not_zero(stored)
    both = left(keeps, not_zero(table))
    channels = by_channel(table, both)
    nonzeros = sum(channels)
    return MaskFacts(
        values=values.name,
        mask=mask.name,
        is_binary=_is_binary(stored),
        kept=sum(by_channel(stored, keeps)),
        nonzeros=nonzeros,
        channel_nonzeros=channels,
        masked_nonzeros=sum(by_channel(table, not_zero(table))) - nonzeros,
        input_nonzeros=input_nonzeros(table, values.shape, both),
        channel_positives=by_channel(table, left(keeps, above_zero(table))),
        blocks=tuple(blocks_of(table, block, both) for block in blocks),
    )


def _is_binary(mask: Table) -> bool:
    keeps = not_zero(mask)

    def only_ones(place: Place) -> bool:
        kept = mask.at(place)[keeps(place)]
        return bool((mask.format.values(kept) == 1).all())

    return all(mask.each(only_ones))
