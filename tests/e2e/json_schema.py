"""The installed JSON Schema of what `glusterconsul … --json` prints."""

import json
import pathlib

import jsonschema

SCHEMA = json.loads(
    (pathlib.Path(__file__).parents[2] / "schema/glusterconsul.schema.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def check(result, kind):
    """Checks the output of a command against the part of the schema for `kind` (`lookup`, …), and
    the rules that hold for all: `error` is set if and only if the exit status is not 0 (for checks:
    never, since their status is not an error), and its text is on standard error. Returns the
    object."""
    document = result.json
    part = {"$ref": f"#/definitions/{kind}", "definitions": SCHEMA["definitions"]}
    jsonschema.Draft7Validator(part).validate(document)
    VALIDATOR.validate(document)
    assert result.stdout.isascii()
    is_check = kind.startswith("check_")
    assert (document["error"] is not None) == (result.status != 0 and not is_check)
    if is_check:
        assert document["status"] == ("passing", "warning", "critical")[result.status]
    if document["error"]:
        assert document["error"]["message"].split("'")[0] in result.stderr
    return document
