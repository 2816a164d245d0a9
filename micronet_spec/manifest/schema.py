"""The JSON Schemas of manifests and of the files beside them, generated from the models.

They are for editors and stock validators.

Two departures from what pydantic generates: unions say `if ... then ...`, which validators report
at the exact field where a `oneOf` reports the whole value; and null is nowhere allowed, because
the language has no use for it (`read.py` refuses it too).
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from micronet_spec.manifest.docs import field_docs
from micronet_spec.manifest.entry import Manifest
from micronet_spec.manifest.types import UNION, ByField, ByKey, Model, untagged

_JSON_TYPE = {"number": "integer", "text": "string", "list": "array", "mapping": "object"}


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a manifest."""
    schema = Manifest.model_json_schema(schema_generator=_Generator)
    return _titled("MicroNet Challenge entry", schema)


def listing_schema(key: str, item: type[Model]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file beside manifests that lists items."""
    schema = item.model_json_schema(schema_generator=_Generator)
    definitions = schema.pop("$defs", {})
    listed = {"type": "array", "items": schema}
    return _titled(
        f"MicroNet {key}",
        {
            "type": "object",
            "properties": {key: listed},
            "required": [key],
            "additionalProperties": False,
            **({"$defs": definitions} if definitions else {}),
        },
    )


def _titled(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in schema.items() if name != "title"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **rest}


class _Generator(GenerateJsonSchema):
    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Say of every key what the model's source says."""
        generated = super().model_schema(schema)
        model = schema["cls"]
        for field, text in field_docs(model).items():
            key = model.model_fields[field].alias or field
            generated["properties"][key]["description"] = text
        return generated

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        members: list[tuple[JsonSchemaValue, list[str]]] = []
        for tag, choice in schema["choices"].items():
            member = self.generate_inner(choice)
            if not members or members[-1][0] != member:
                members.append((member, []))
            members[-1][1].append(untagged(tag))
        marker = schema.get("metadata", {})[UNION]
        if isinstance(marker, ByField):
            return _by_field(marker, members)
        if isinstance(marker, ByKey):
            return _by_key(members)
        return _by_form(members)

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        generated = super().default_schema(schema)
        if generated.get("default", ...) is None:
            del generated["default"]
        return generated

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Hold keys to their pattern, which pydantic's own schema does not."""
        return {
            "type": "object",
            "propertyNames": self.generate_inner(schema["keys_schema"]),
            "additionalProperties": self.generate_inner(schema["values_schema"]),
            **({"maxProperties": schema["max_length"]} if "max_length" in schema else {}),
        }

    def get_title_from_name(self, name: str) -> str:
        return name

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _by_field(union: ByField, members: list[tuple[JsonSchemaValue, list[str]]]) -> JsonSchemaValue:
    required = {} if union.default else {"required": [union.field]}
    return {
        "type": "object",
        "properties": {union.field: {"enum": [name for _, names in members for name in names]}},
        **required,
        "allOf": [
            {
                "if": {
                    "type": "object",
                    "properties": {union.field: {"enum": names}},
                    **({} if union.default in names else {"required": [union.field]}),
                },
                "then": member,
            }
            for member, names in members
        ],
    }


def _by_key(members: list[tuple[JsonSchemaValue, list[str]]]) -> JsonSchemaValue:
    *keyed, (otherwise, _) = members
    chosen = otherwise
    for member, names in reversed(keyed):
        chosen = {"if": {"required": names}, "then": member, "else": chosen}
    return {"type": "object", **chosen}


def _by_form(members: list[tuple[JsonSchemaValue, list[str]]]) -> JsonSchemaValue:
    branches = [(_JSON_TYPE[names[0]], member) for member, names in members]
    return {
        "type": [kind for kind, _ in branches],
        "allOf": [{"if": {"type": kind}, "then": member} for kind, member in branches],
    }
