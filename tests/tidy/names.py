"""Names in Python files: each that is read is bound somewhere in the file, each import is used. A test that fails only on its rarest path is found here."""
import ast
import builtins

KNOWN = set(dir(builtins)) | {"__file__"}


def names_of(text):
    """(bound, imported, read): where each name stands first; scopes are not told apart."""
    bound, imported, read = set(), {}, {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                imported.setdefault((alias.asname or alias.name).split(".")[0], node.lineno)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.setdefault(node.id, node.lineno)
        elif isinstance(node, ast.Name):
            bound.add(node.id)
    return bound | imported.keys(), imported, read


def check(root, files):
    for name in files:
        if not name.endswith(".py"):
            continue
        bound, imported, read = names_of((root / name).read_text())
        for word, line in sorted(read.items()):
            if word not in bound | KNOWN:
                yield "unbound_name", f"{name}:{line}", f"{word} is bound nowhere"
        for word, line in sorted(imported.items()):
            if word not in read:
                yield "unused_import", f"{name}:{line}", f"{word} is imported and not used"
