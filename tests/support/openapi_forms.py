"""The bodies that web/openapi.yaml describes, filled with given values: what a program that knows only the document can send.

Reads just the YAML that web/scripts/openapi.py writes: nested blocks by indentation, flow maps and lists on one line.
"""
import pathlib, re

TOKEN = re.compile(r"""\s*([{}\[\],:]|'[^']*'|"[^"]*"|[^{}\[\],:'"]+(?::(?=\S)[^{}\[\],'"]*)*)""")


def flow(text):
    """A flow map or list, or a scalar."""
    tokens = [t.strip() for t in TOKEN.findall(text) if t.strip()]

    def value():
        token = tokens.pop(0)
        if token == "{":
            out = {}
            while tokens[0] != "}":
                key = tokens.pop(0).strip("'\"")
                assert tokens.pop(0) == ":", text
                out[key] = value()
                if tokens[0] == ",":
                    tokens.pop(0)
            tokens.pop(0)
            return out
        if token == "[":
            out = []
            while tokens[0] != "]":
                out.append(value())
                if tokens[0] == ",":
                    tokens.pop(0)
            tokens.pop(0)
            return out
        return token.strip("'\"")
    return value()


def block(lines, indent):
    out = {}
    while lines and len(lines[0]) - len(lines[0].lstrip()) >= indent:
        line = lines.pop(0)
        key, _, rest = line.strip().partition(": ") if ": " in line else (line.strip().rstrip(":"), "", "")
        key = key.strip("'\"")
        if rest and not rest.startswith(">"):
            out[key] = flow(rest) if rest[0] in "{[" else rest
        elif line.strip().startswith("- "):
            continue
        elif lines and len(lines[0]) - len(lines[0].lstrip()) > indent:
            deeper = len(lines[0]) - len(lines[0].lstrip())
            if line.rstrip().endswith(":"):
                out[key] = block(lines, deeper)
            else:  # folded text
                while lines and len(lines[0]) - len(lines[0].lstrip()) >= deeper:
                    lines.pop(0)
    return out


class Document:
    def __init__(self, root):
        text = (pathlib.Path(root) / "web/openapi.yaml").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        self.tree = block(lines, 0)
        self.schemas = self.tree["components"]["schemas"]

    def paths(self, method):
        """Path and schema of the body, of every route with this method."""
        for path, methods in self.tree["paths"].items():
            asked = methods.get(method)
            if asked is not None:
                yield path, asked.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})

    def filled(self, schema, text, number, known=None, name="", depth=0):
        """An instance in which every text is `text` and every number `number`. With `known` (name → value) those members have that
        value and what is chosen from a list is chosen from it: what gets past the first look."""
        if not isinstance(schema, dict) or depth > 8:
            return text
        if "$ref" in schema:
            return self.filled(self.schemas[schema["$ref"].rsplit("/", 1)[1]], text, number, known, name, depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return {key: self.filled(inner, text, number, known, key, depth + 1) for key, inner in schema.get("properties", {}).items()}
        if kind == "array":
            return [self.filled(schema.get("items", {}), text, number, known, name, depth + 1)]
        if known is not None and kind == "string" and (name in known or "enum" in schema):
            return known.get(name) or schema["enum"][0]
        return number if kind in ("integer", "number") else True if kind == "boolean" else text
