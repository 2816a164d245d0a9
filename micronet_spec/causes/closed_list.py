"""The closed list of causes: what a slip is called, and the formula that reproduces it.

The first that gives the claimed number is the cause, so the more plausible come first.
"""

from micronet_spec.causes import operations, padding, products, sizes, storage, sums
from micronet_spec.causes.operations import Counts

ANOTHER_WIDTH = "at another width"
MAXIMUM_AS_MEAN = "a maximum counted as a mean"
OTHER_CHANNELS = "another number of channels"
_PADDED = "channels padded with zeros left out"

STORAGE: tuple[tuple[str, storage.Slip], ...] = (
    ("scales and other further values not stored", storage.no_further_values),
    ("bias stored like the weights", storage.bias_as_weights),
    ("bias at another width", storage.bias_width),
    ("mask not counted", storage.no_mask),
    ("mask counted per nonzero", storage.mask_per_nonzero),
    ("a mask counted for a dense tensor", storage.mask_of_dense),
    ("bias not stored", storage.no_bias),
    ("stored as if dense", storage.dense),
    (_PADDED, padding.not_stored),
    ("values at another width", storage.known_width),
)
"""Slips that come alone or two at once."""

STORAGE_ALONE: tuple[tuple[str, storage.Slip], ...] = (
    ("one value per layer instead of per channel", storage.one_per_layer),
    ("running mean and variance stored too", storage.running_statistics),
    ("the step of a range stored beside its ends", storage.step_of_range),
    ("a bias counted that the layer does not have", storage.needless_bias),
    ("narrow words counted as parameters", storage.narrow_unit),
    ("values at another width", storage.any_width),
)
"""Slips that are tried after the others, and alone: their formulas leave room for accidents."""

_SIZES: tuple[tuple[str, Counts], ...] = (
    ("stride ignored", sizes.no_stride),
    ("stride applied twice", sizes.stride_twice),
    ("padding ignored", sizes.no_padding),
    ("stride applied twice, padding ignored", sizes.stride_twice_unpadded),
    ("another padding taken for half the kernel", sizes.same_padding),
    ("size of the output rounded up", sizes.rounded_up),
    ("scale of the image applied twice", sizes.scaled_twice),
    ("one operation per channel", operations.per_channel),
    ("positions of another layer", sizes.of_another_layer),
)

MULTIPLIES: tuple[tuple[str, Counts], ...] = (
    (ANOTHER_WIDTH, operations.same),
    ("one head of several", operations.one_head),
    (MAXIMUM_AS_MEAN, operations.maximum_as_mean),
    ("counted as if dense", products.dense),
    ("a repeated tensor multiplied once", products.untiled),
    ("bias counted as a product", products.bias_as_product),
    ("one operation per element", products.per_element),
    ("counted as another function", products.another_function),
    ("one operation per element of the window", operations.whole_window),
    ("terms of a sum rounded down", products.rounded_terms),
    ("k terms of a kernel of k x k", products.kernel_side),
    ("divided by the groups twice", products.groups_twice),
    ("one comparison for both bounds of a clip", products.half_a_clip),
    ("the final argmax counted", products.argmax),
    ("no factor and no root of a layer norm", products.plain_layer_norm),
    ("a multiply-accumulate for every operation", operations.multiply_accumulates),
    (OTHER_CHANNELS, operations.mean_of_other_channels),
    (_PADDED, padding.not_computed),
    ("a window at every element of the input", operations.windows_over_the_input),
    ("one average density for all layers", products.one_density),
    ("an activation counted that nothing executes", operations.needless_activation),
    *_SIZES,
    ("one batch divided by all test examples", operations.of_one_batch),
)

ADDS: tuple[tuple[str, Counts], ...] = (
    (ANOTHER_WIDTH, operations.same),
    ("one head of several", operations.one_head),
    (MAXIMUM_AS_MEAN, operations.maximum_as_mean),
    ("bias not added", sums.no_bias),
    ("terms of a sum rounded down", sums.rounded_terms),
    ("one average density for all channels", sums.mean_density),
    ("k - 1 additions of a window of k x k", sums.window_side),
    ("k x k additions of a window of k x k", operations.whole_window),
    ("one addition per term", sums.one_per_term),
    ("counted as if dense", sums.dense),
    ("one addition per term and one for the bias", sums.one_per_term_and_bias),
    ("a repeated tensor multiplied once", products.untiled),
    ("one bias addition per channel", sums.bias_per_channel),
    ("one addition per term and two for the bias", sums.one_per_term_and_two_biases),
    ("k terms of a kernel of k x k", sums.kernel_side),
    ("one addition less per position, not per channel", sums.saved_per_position),
    ("one addition less for every channel, even without weights", sums.empty_channels),
    ("divided by the groups twice", sums.groups_twice),
    ("expanded channels", operations.expanded_channels),
    ("the mean of a layer norm subtracted twice, no shift", sums.plain_layer_norm),
    ("a multiply-accumulate for every operation", operations.multiply_accumulates),
    (OTHER_CHANNELS, operations.mean_of_other_channels),
    (_PADDED, padding.not_computed),
    ("a window at every element of the input", operations.windows_over_the_input),
    ("one average density for all layers", sums.one_density),
    ("an activation counted that nothing executes", operations.needless_activation),
    *_SIZES,
    ("one batch divided by all test examples", operations.of_one_batch),
)
