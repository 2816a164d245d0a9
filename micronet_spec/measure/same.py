"""Which tensors of a file are tied, or stored twice."""

import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from micronet_spec.checkpoint.files import release
from micronet_spec.checkpoint.tensor import StoredTensor
from micronet_spec.measure.facts import TensorFacts


def same(tensors: Sequence[StoredTensor], facts: Sequence[TensorFacts]) -> tuple[TensorFacts, ...]:
    """Return the facts of a file's tensors, in its order, with what is tied or stored twice.

    Bytes are digested only of tensors that could be equal.
    """
    alike = Counter(map(_appearance, facts))
    names: dict[str | tuple[int, int], str] = {}
    result = []
    for tensor, fact in zip(tensors, facts, strict=True):
        update: dict[str, Any] = {}
        if fact.values and tensor.storage in names:
            update["same_storage_as"] = names[tensor.storage]
        names.setdefault(tensor.storage, tensor.name)
        if alike[_appearance(fact)] > 1:
            digest = update["digest"] = _digest(tensor)
            release(tensor.data)
            if digest in names:
                update["same_values_as"] = names[digest]
            names.setdefault(digest, tensor.name)
        result.append(replace(fact, **update))
    return tuple(result)


def _appearance(fact: TensorFacts) -> Hashable:
    return fact.dtype, fact.shape, fact.channel_nonzeros, fact.minimum, fact.maximum


def _digest(tensor: StoredTensor) -> str:
    digest = hashlib.sha256(f"{tensor.dtype} {tensor.shape}".encode())
    digest.update(np.ascontiguousarray(tensor.data).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
