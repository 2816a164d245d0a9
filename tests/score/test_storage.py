"""Masks, and the terms of every output channel."""

import pytest

from micronet_spec.manifest.tensors import DenseTensor, MaskedTensor
from micronet_spec.score.storage import is_exact, mask_bits, terms_per_channel


@pytest.mark.parametrize(
    ("shape", "block", "bits"),
    [
        ((32, 3, 3, 3), None, 864),
        ((512, 128), None, 65_536),
        ((512, 128), (4, 4), 4_096),
        ((512, 128), (512, 128), 1),
        ((10, 10), (4, 4), 9),  # ragged edges: 3 x 3 blocks
        ((9, 8), (4, 4), 6),
        ((3, 5), (4, 8), 1),
        ((), None, 1),
    ],
)
def test_a_mask_has_one_bit_per_block_and_ragged_edges_round_up(
    shape: tuple[int, ...], block: tuple[int, ...] | None, bits: int
) -> None:
    assert mask_bits(shape, block) == bits


def test_a_block_has_a_size_along_every_axis() -> None:
    with pytest.raises(ValueError, match="shorter"):
        mask_bits((4, 4), (2,))


@pytest.mark.parametrize(
    ("nonzero", "terms"),
    [
        ((5, 0, 2, 5), {5: 2, 0: 1, 2: 1}),
        (12, {3: 4}),
        (14, {4: 2, 3: 2}),
        (3, {1: 3, 0: 1}),  # no more channels are empty than have to be
        (0, {0: 4}),
    ],
)
def test_the_terms_of_a_channel_are_its_nonzeros(
    nonzero: int | tuple[int, ...], terms: dict[int, int]
) -> None:
    assert terms_per_channel(nonzero, 4, 27) == terms


@pytest.mark.parametrize(
    ("tensor", "exact"),
    [
        (DenseTensor(), True),
        (MaskedTensor(store="mask", nonzero=(1, 7)), True),
        (MaskedTensor(store="mask", nonzero=0), True),
        (MaskedTensor(store="mask", nonzero=18), True),
        (MaskedTensor(store="mask", nonzero=17), False),
        (MaskedTensor(store="mask", nonzero=1), False),
    ],
)
def test_one_count_tells_the_channels_only_if_all_are_full_or_empty(
    tensor: DenseTensor | MaskedTensor, *, exact: bool
) -> None:
    assert is_exact(tensor, 2, 9) is exact
