"""Write a synthetic checkpoint: python -m benchmarks.programs.make_checkpoint KIND MEGABYTES FILE.

Layers of a wide residual network, until the file has its size; the same bytes every time.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

SHAPE = (640, 640, 3, 3)
"""Of a convolution of WideResNet-28-10."""
ZEROS = 0.7
"""Share of zeros in sparse layers."""


def layers(kind: str, size: int) -> dict[str, torch.Tensor]:
    """Return layers of the given kind with `size` bytes together, the last one shorter."""
    generator = torch.Generator().manual_seed(2019)
    each = 1 if kind == "sparse int8" else 4
    left = size // each
    found: dict[str, torch.Tensor] = {}
    while left >= SHAPE[1] * SHAPE[2] * SHAPE[3]:
        row = SHAPE[1] * SHAPE[2] * SHAPE[3]
        shape = (min(SHAPE[0], left // row), *SHAPE[1:])
        values = torch.randn(shape, generator=generator)
        if kind == "sparse int8":
            kept = torch.rand(shape, generator=generator) > ZEROS
            values = (values * 40).round().clamp(-127, 127).mul(kept).to(torch.int8)
        found[f"layer{len(found)}.weight"] = values
        left -= values.numel()
    return found


def main(kind: str, megabytes: int, path: Path) -> None:
    """Write one file, in the format of its suffix."""
    found = layers(kind, megabytes * 10**6)
    if path.suffix == ".safetensors":
        save_file(found, path)
    else:
        torch.save(found, path)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
