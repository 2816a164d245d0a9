"""The layers of a manifest while they are replaced, and counted again."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from micronet_spec.effect import Effect
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.tensors import Format
from micronet_spec.score.precision import BUILT_IN
from micronet_spec.verify.mapping import Match
from micronet_spec.verify.widths import Declared, widened

if TYPE_CHECKING:
    from micronet_spec.manifest import Broken

_PLAIN = {"binary", "ternary", "signed integer", "unsigned integer", "float16", "bfloat16"}
"""Representations that need nothing stored beside the values but a scale."""


class Draft:
    """The layers of an entry while they are replaced."""

    def __init__(self, entry: Entry) -> None:
        """Start from what `entry` declares."""
        self.declared = entry
        self._layers: list[Layer | Broken] = list(entry.reading.layers)
        self._formats = dict(entry.manifest.numerics.formats)

    def layer(self, index: int) -> Any:
        """Return a layer as it is now."""
        return self._layers[index]

    def set(self, index: int, **fields: Any) -> None:
        """Replace fields of a layer."""
        layer = self.layer(index)
        self._layers[index] = layer.model_copy(update=fields)

    def set_tensor(self, match: Match, **fields: Any) -> None:
        """Replace fields of the tensor, bias or further value that `match` is about."""
        index, (name, *place) = match.slot.index, match.slot.field
        if place:
            stored = list(self.layer(index).stored)
            stored[int(place[0])] = stored[int(place[0])].model_copy(update=fields)
            self.set(index, stored=tuple(stored))
        else:
            tensor = getattr(self.layer(index), str(name))
            self.set(index, **{str(name): tensor.model_copy(update=fields)})

    def append(self, layer: Layer) -> None:
        """Add a layer."""
        self._layers.append(layer)

    def format(self, stem: str, form: Format) -> str:
        """Declare a format, and return its name."""
        name, number = stem, 2
        while self._formats.get(name, BUILT_IN.get(name, form)) != form:
            name, number = f"{stem}-{number}", number + 1
        self._formats[name] = form
        return name

    def entry(self) -> Entry:
        """Return the entry with the layers as they are now, counted."""
        manifest = self.declared.manifest
        numerics = manifest.numerics.model_copy(update={"formats": dict(self._formats)})
        reading = replace(
            self.declared.reading,
            layers=tuple(self._layers),
            manifest=manifest.model_copy(update={"numerics": numerics}),
        )
        return understand(reading, self.declared.claims_file, self.declared.challenges)

    def effect(self) -> Effect | None:
        """Return the effect of counting the layers as they are now."""
        before, after = self.declared.score, self.entry().score
        return Effect.between(before.terms, after.terms) if before and after else None

    def narrow(self, match: Match, declared: Declared, bits: int) -> bool:
        """Store a tensor of numbers at fewer bits, if that is fewer."""
        if not declared.bits or bits >= declared.bits or match.tensor.representation not in _PLAIN:
            return False
        self.store_at(match, declared, max(1, bits))
        return True

    def store_at(self, match: Match, declared: Declared, bits: int) -> None:
        """Store a tensor of numbers at another width."""
        form = widened(declared.format, bits)
        self.set_tensor(match, format=self.format(f"{declared.name[:48]}-at-{bits}", form))
