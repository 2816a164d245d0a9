"""What the shapes of all families share."""

from functools import singledispatch

from micronet_spec.manifest.layers import Layer

Shape = tuple[int, ...]

_IMAGE = 3


class ShapeError(ValueError):
    """Inputs that do not fit a layer; `field` is the part of the layer to correct."""

    def __init__(self, message: str, field: str = "from") -> None:
        super().__init__(message)
        self.field = field


@singledispatch
def output_shape(layer: Layer, inputs: list[Shape]) -> Shape:
    """Return the shape that `layer` writes when it reads `inputs`.

    Raises `ShapeError` where they do not fit.
    """
    raise NotImplementedError(f"no shape for {type(layer).__name__} of {inputs}")


def show(shape: Shape) -> str:
    """Return a shape as people write it: 32x8x8."""
    return "x".join(str(size) for size in shape)


def show_all(shapes: list[Shape]) -> str:
    """Return several shapes as people write them."""
    return ", ".join(show(shape) for shape in shapes)


def single(inputs: list[Shape]) -> Shape:
    """Return the only input. Raises `ShapeError` if there are more."""
    if len(inputs) != 1:
        raise ShapeError(f"needs one input, reads {len(inputs)}")
    return inputs[0]


def image(inputs: list[Shape]) -> tuple[int, int, int]:
    """Return channels, height and width of the only input. Raises `ShapeError`."""
    shape = single(inputs)
    if len(shape) != _IMAGE:
        raise ShapeError(f"needs channels, height and width, reads {show(shape)}")
    return shape[0], shape[1], shape[2]


def divide(size: int, what: str, parts: int, noun: str, field: str = "") -> int:
    """Return the size of equal parts. Raises `ShapeError` at `field` if they are not equal."""
    if size % parts:
        raise ShapeError(f"{parts} {noun} do not divide {size} {what}", field or noun)
    return size // parts


def pair(window: int | tuple[int, int]) -> tuple[int, int]:
    """Return height and width of a window."""
    return (window, window) if isinstance(window, int) else window


def windows(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: int | str | tuple[int, ...],
) -> tuple[int, int]:
    """Return the positions of a window: ceil((in - k + 1 + padding) / stride) per axis (M11).

    Raises `ShapeError` if the window is larger than the padded input.
    """
    top, bottom, left, right = _sides(padding, kernel)
    rows = size[0] - kernel[0] + 1 + top + bottom
    columns = size[1] - kernel[1] + 1 + left + right
    if rows < 1 or columns < 1:
        raise ShapeError(f"a window of {show(kernel)} in {show(size)} with its padding", "kernel")
    return -(-rows // stride[0]), -(-columns // stride[1])


def _sides(padding: int | str | tuple[int, ...], kernel: tuple[int, int]) -> tuple[int, ...]:
    if isinstance(padding, tuple):
        return padding
    if padding == "same":
        return kernel[0] // 2, kernel[0] // 2, kernel[1] // 2, kernel[1] // 2
    return (0 if isinstance(padding, str) else padding,) * 4
