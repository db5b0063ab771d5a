"""Volumes in Consul's key/value store."""

import base64
import json
import pathlib

import jsonschema

PREFIX = "gluster/volumes/"
SCHEMA = json.loads(
    (pathlib.Path(__file__).parents[2] / "schema/volume.schema.json").read_text())
UUID = "0a1b2c3d-0000-1111-2222-333344445555"


def document(volume="g0", **members):
    return {"schema": 1, "volume": volume, "id": UUID, "type": "replicate", "transport": ["tcp"],
            "spec": f"gluster.service.consul:/{volume}", "options": [], "directories": [],
            "hidden": False, "pool": [UUID]} | members


class Keys:
    """The keys below the prefix, by the client's agent. They are deleted when the test ends."""

    def __init__(self, client):
        self.client = client
        client.lab.at_end(self.clear)
        self.clear()

    def url(self, name, parameters=""):
        return f"http://127.0.0.1:8500/v1/kv/{PREFIX}{name}{parameters}"

    def clear(self):
        self.client.call("curl", "-sf", "-X", "DELETE", "-o", "/dev/null",
                         self.url("", "?recurse=true"))

    def put(self, name, value):
        """`value`: text, or what is to be written as JSON."""
        text = value if isinstance(value, str) else json.dumps(value)
        self.client.call("curl", "-sf", "-X", "PUT", "-o", "/dev/null", "--data-binary", "@-",
                         self.url(name), input=text)

    def delete(self, name):
        self.client.call("curl", "-sf", "-X", "DELETE", "-o", "/dev/null", self.url(name))

    def raw(self):
        """{name: (value, ModifyIndex)}"""
        text = self.client.output("curl", "-s", self.url("", "?recurse&consistent"))
        return {entry["Key"].removeprefix(PREFIX):
                (base64.b64decode(entry["Value"] or ""), entry["ModifyIndex"])
                for entry in json.loads(text or "[]")}

    def documents(self):
        """{name: document}; each has the form that the schema describes."""
        documents = {name: json.loads(value) for name, (value, _) in self.raw().items()}
        for value in documents.values():
            jsonschema.Draft7Validator(SCHEMA).validate(value)
        return documents
