#!/usr/bin/env python3
"""Law: the handbook stays true. Every `sluice …` command and option that its pages name is in the program's help, every path of the API in
web/openapi.yaml, every word in 【…】 among those of the console in the page's language, every file that a page leads to is there."""
import json, os, pathlib, re, subprocess, sys

ROOT, SLUICE = pathlib.Path(os.environ["SLUICE_ROOT"]), os.environ["SLUICE"]
PAGES = sorted((ROOT / "docs/handbook").glob("*.md"))


def program():
    done = subprocess.run([SLUICE, "help", "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    commands = {c["path"]: {o["name"] for o in c["options"]} | {"--help"} for c in json.loads(done.stdout)["commands"]}
    commands["help"] |= {"--json"}
    return commands


def spoken(page):
    """Commands of a page: those after `$ ` in fenced blocks, with their continuation lines, and those in code spans."""
    text = page.read_text("utf-8")
    for block in re.findall(r"^```(?:console|sh)\n(.*?)^```", text, re.S | re.M):
        for line in re.findall(r"^\$ (.*)$", block.replace("\\\n", " "), re.M):
            yield from (piece for piece in re.split(r"[;|&]+|\$\(", re.sub(r"\s#.*", "", line)))
    outside = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    yield from re.findall(r"`([^`\n]+)`", outside)


def check_command(words, commands):
    """What is wrong with `sluice WORDS`, if anything is."""
    at = 0
    while at < len(words) and re.fullmatch(r"[a-z][a-z0-9-]*", words[at]):
        at += 1
    path = next((" ".join(words[:n]) for n in range(at, 0, -1) if " ".join(words[:n]) in commands), None)
    if path is None:
        # A noun alone names its verbs.
        noun = len(words) == 1 and any(c.startswith(words[0] + " ") for c in commands)
        return None if noun else f"no such command: sluice {' '.join(words[:3])}"
    unknown = [w for w in (w.split("=")[0] for w in words) if re.fullmatch(r"--[a-z][a-z-]*", w) and w not in commands[path]]
    return f"sluice {path} has no {', '.join(unknown)}" if unknown else None


def console_words():
    """The texts of the console, by language; places for numbers and names are free."""
    texts = {"zh": [], "en": []}
    for source in (ROOT / "web/src/i18n").glob("*.ts"):
        code = re.sub(r"^\s*//.*$", "", source.read_text("utf-8"), flags=re.M)  # a comment's apostrophe is no quote
        for literal in re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", code):
            text = "".join(literal).replace("\\'", "'").replace('\\"', '"')
            language = "zh" if re.search("[\u4e00-\u9fff]", text) else "en"
            texts[language].append(re.sub(r"\{\{\w+\}\}", "\0", text))
    # What the rules say appears on the page too: kinds of operations, types.
    for pack in ("operations", "types", "law"):
        for zh, en in re.findall(r"zh: \"?([^,\"}]+)\"?, en: \"?([^,\"}]+)", (ROOT / f"rules/{pack}.yaml").read_text("utf-8")):
            texts["zh"].append(zh.strip())
            texts["en"].append(en.strip())
    return texts


def stands(word, texts):
    return any(re.fullmatch(".+?".join(map(re.escape, text.split("\0"))), word) if "\0" in text else text == word for text in texts)


def main():
    faults, counted = [], {"commands": 0, "paths": 0, "words": 0, "links": 0}
    commands, texts = program(), console_words()
    documented = re.findall(r"^  (/\S+):$", (ROOT / "web/openapi.yaml").read_text("utf-8"), re.M)
    paths = {re.sub(r"\{[^}]*\}", "{}", path) for path in documented}
    for page in PAGES:
        text, language = page.read_text("utf-8"), "en" if page.name.endswith(".en.md") else "zh"
        blame = lambda what: faults.append(f"{page.relative_to(ROOT)}: {what}")
        for piece in spoken(page):
            words = piece.replace('"', " ").split()
            if "sluice" not in words[:3]:
                continue
            words = words[words.index("sluice") + 1:]
            if not words or not re.match(r"[a-z]", words[0]):
                continue
            counted["commands"] += 1
            if (fault := check_command(words, commands)):
                blame(fault)
        for path in re.findall(r"(?<![\w/])(/api/v1/[\w/{}-]+|/healthz|/readyz)", text):
            counted["paths"] += 1
            wanted = re.sub(r"\{[^}]*\}", "{}", path)
            if wanted not in paths:
                blame(f"no such path of the API: {path}")
        for word in re.findall(r"【([^】]+)】", text):
            if page.name == "README.md" or word == "…":
                continue
            counted["words"] += 1
            if not stands(word, texts[language]) and not stands(word.replace("（", " (").replace("）", ")"), texts[language]):
                blame(f"the console does not say 【{word}】")
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            counted["links"] += 1
            if "://" not in link and not (page.parent / link).exists():
                blame(f"leads nowhere: {link}")
        pair = page.name.replace(".en.md", ".md") if language == "en" else page.name.replace(".md", ".en.md")
        if page.name != "README.md" and not (page.parent / pair).exists():
            blame(f"has no page in the other language ({pair})")
    # What is looked for in vain shows nothing.
    if min(counted.values()) == 0:
        faults.append(f"nothing was looked at: {counted}")
    print("\n".join(faults))
    print(", ".join(f"{n} {what}" for what, n in counted.items()), f"in {len(PAGES)} pages")
    return 1 if faults else 0


sys.exit(main())
