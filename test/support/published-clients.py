"""Judges what we send by the models in the tools' own published Python clients, which are generated from their specifications.

Reads a JSON array of {"tool": "openlineage", "event": ...} and {"tool": "lakefs", "model": ..., "body": ...}; prints a JSON array of faults.
"""

import enum
import importlib
import json
import pkgutil
import re
import sys
import types
import typing

import attr
import lakefs_sdk
import openlineage.client.generated
from openlineage.client.event_v2 import RunEvent


def generated_classes():
    found = {}
    for module in pkgutil.iter_modules(openlineage.client.generated.__path__):
        loaded = importlib.import_module(f"openlineage.client.generated.{module.name}")
        for name, value in vars(loaded).items():
            if isinstance(value, type) and attr.has(value):
                found[name] = value
    return found


classes = generated_classes()


def schema_of(cls):
    """The address of the schema that a class was generated from."""
    return cls._get_schema() if hasattr(cls, "_get_schema") else None


def by_hint(hint, value, path):
    origin = typing.get_origin(hint)
    if hint is typing.Any:
        return []
    if origin in (typing.Union, types.UnionType):
        tries = [by_hint(each, value, path) for each in typing.get_args(hint)]
        return [] if any(found == [] for found in tries) else tries[0]
    if hint is type(None):
        return [] if value is None else [f"{path}: {value!r} is not null"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: no list"]
        inner = typing.get_args(hint)[0]
        return [fault for i, each in enumerate(value) for fault in by_hint(inner, each, f"{path}[{i}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        inner = typing.get_args(hint)[1]
        return [fault for key, each in value.items() for fault in by_facet(inner, each, f"{path}.{key}")]
    if attr.has(hint):
        return by_class(hint, value, path)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [] if value in [each.value for each in hint] else [f"{path}: {value!r} is none of {hint.__name__}"]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return []
    if isinstance(hint, type):
        right = isinstance(value, hint) and not (hint is int and isinstance(value, bool))
        return [] if right else [f"{path}: {value!r} is no {hint.__name__}"]
    return [f"{path}: cannot judge by {hint}"]


def by_facet(hint, value, path):
    """A facet says itself which schema it has; a published class must have that name, and a schema of that major version."""
    if not (isinstance(value, dict) and "_schemaURL" in value):
        return by_hint(hint, value, path)
    said = re.search(r"/(\d+)-\d+-\d+/\w+\.json#/\$defs/(\w+)$", value["_schemaURL"])
    if said is None:
        return [f"{path}: the schema {value['_schemaURL']}"]
    cls = classes.get(said.group(2))
    if cls is None:
        return [f"{path}: no published facet {said.group(2)}"]
    published = re.search(r"/(\d+)-\d+-\d+/", schema_of(cls) or "")
    if published is None or published.group(1) != said.group(1):
        return [f"{path}: {value['_schemaURL']}, but published is {schema_of(cls)}"]
    return by_class(cls, value, path)


def by_class(cls, value, path):
    if not isinstance(value, dict):
        return [f"{path}: no object"]
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in attr.fields(cls) if field.init}
    faults = [
        f"{path}.{key}: unknown to {cls.__name__}"
        for key in value
        if key not in fields and key not in ("_producer", "_schemaURL", "_deleted", "producer", "schemaURL")
    ]
    for name, field in fields.items():
        if name in value:
            faults += by_hint(hints[name], value[name], f"{path}.{name}")
        elif field.default is attr.NOTHING:
            faults.append(f"{path}.{name}: missing")
    return faults


def by_model(name, body):
    model = getattr(lakefs_sdk, name)
    known = set(getattr(model, f"_{name}__properties"))
    faults = [f"{name}.{key}: unknown" for key in body if key not in known]
    try:
        model.from_dict(body)
    except ValueError as error:
        faults.append(f"{name}: {error}")
    return faults


faults = []
for item in json.load(sys.stdin):
    if item["tool"] == "openlineage":
        faults += by_class(RunEvent, item["event"], "event")
    else:
        faults += by_model(item["model"], item["body"])
json.dump(faults, sys.stdout)
