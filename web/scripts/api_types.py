#!/usr/bin/env python3
"""Writes web/src/api/schema.ts: the schemas of web/openapi.yaml as TypeScript.

    web/scripts/api_types.py [--check]     --check: exit 1 when the committed file differs

openapi.py calls it after writing the document; a test of the console compares.
"""
import pathlib
import re
import sys

import yaml

WEB = pathlib.Path(__file__).resolve().parents[1]
SOURCE, TARGET = WEB / "openapi.yaml", WEB / "src/api/schema.ts"
HEAD = """// Written by web/scripts/api_types.py from web/openapi.yaml: do not edit. Times are milliseconds, money is fen, bytes are base64,
// digests hex.
/* eslint-disable @typescript-eslint/no-explicit-any -- what the document leaves open is read as it comes */
"""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def either(parts):
    return " | ".join(dict.fromkeys(parts))


def object_type(schema):
    properties, further = schema.get("properties"), schema.get("additionalProperties")
    if not properties:
        return "Record<string, %s>" % (type_of(further) if isinstance(further, dict) else "any")
    demanded = set(schema.get("required", []))
    return "{ %s }" % "; ".join("%s%s: %s" % (key_of(n), "" if n in demanded else "?", type_of(s)) for n, s in properties.items())


def key_of(name):
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else "'%s'" % name


def type_of(schema):
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "oneOf" in schema:
        return either(type_of(s) for s in schema["oneOf"])
    if "enum" in schema:
        return either("'%s'" % e for e in schema["enum"])
    if "const" in schema:
        return "'%s'" % schema["const"]
    kind = schema.get("type")
    if isinstance(kind, list):
        return either(type_of({**schema, "type": one}) for one in kind)
    if kind == "array":
        item = type_of(schema.get("items", {}))
        return ("(%s)[]" if " | " in item else "%s[]") % item
    if kind == "object":
        return object_type(schema)
    return PLAIN.get(kind, "any")


def written(name, schema):
    if schema.get("type") == "object" and schema.get("properties"):
        demanded = set(schema.get("required", []))
        lines = ["export interface %s {" % name]
        lines += ["  %s%s: %s;" % (key_of(n), "" if n in demanded else "?", type_of(s)) for n, s in schema["properties"].items()]
        return "\n".join(lines + ["}"])
    if "enum" in schema:
        const = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() + "_NAMES"
        return "export const %s = [%s] as const;\nexport type %s = (typeof %s)[number];" % (const, ", ".join("'%s'" % e for e in schema["enum"]), name, const)
    return "export type %s = %s;" % (name, type_of(schema))


def document():
    schemas = yaml.safe_load(SOURCE.read_text())["components"]["schemas"]
    return HEAD + "\n".join(written(name, schema) for name, schema in schemas.items()) + "\n"


def main():
    text = document()
    if "--check" in sys.argv:
        return 0 if TARGET.exists() and TARGET.read_text() == text else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
