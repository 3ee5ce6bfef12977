"""The JSON Schema names what `load` knows, so that an editor's word and the program's are one."""

import json

from gru_vanish.config import json_schema
from gru_vanish.config.study import Study
from tests.config.words import GRU, WORDS


def test_it_is_plain_json_of_the_right_draft() -> None:
    schema = json_schema(WORDS)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_reference_leads_somewhere() -> None:
    schema = json_schema(WORDS)
    references = set(_values(schema, "$ref"))
    assert references
    assert {reference.removeprefix("#/$defs/") for reference in references} <= set(schema["$defs"])


def test_top_level_keys_are_those_of_a_study() -> None:
    # The small words of these tests train nothing.
    keys = {field.alias or name for name, field in Study.model_fields.items()} - {"training"}
    assert set(json_schema(WORDS)["properties"]) == keys | {"extends"}


def test_cells_take_their_structure_and_what_stands_beside_it() -> None:
    (cells,) = json_schema(WORDS)["properties"]["cells"]["patternProperties"].values()
    gru = next(branch for branch in cells["anyOf"] if branch["properties"]["kind"]["const"] == "gru")
    assert set(gru["properties"]) == {*GRU.model_fields, "init", "title", "preset"}
    assert gru["properties"]["preset"]["enum"] == ["article", "torch"]


def test_short_forms_are_in_it() -> None:
    schema = json_schema(WORDS)
    assert {"enum": ["zeros", "gaussian"]} in schema["properties"]["h0"]["anyOf"]
    recurrent = schema["$defs"]["GRUInit"]["properties"]["recurrent"]
    assert sorted(recurrent["anyOf"][0]["enum"]) == ["orthogonal", "uniform"]


def _values(tree: object, key: str) -> list[str]:
    if isinstance(tree, dict):
        own = [tree[key]] if key in tree else []
        return own + [value for child in tree.values() for value in _values(child, key)]
    return [value for child in tree for value in _values(child, key)] if isinstance(tree, list) else []
