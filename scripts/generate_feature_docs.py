#!/usr/bin/env python3
"""Fills the example tables of docs/FEATURES.md with what the engine itself makes of docs/feature_examples.json.

Usage: scripts/generate_feature_docs.py SLIPWAY [--check]    SLIPWAY is the binary; --check writes nothing and fails on a difference
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/FEATURES.md"
TOKENIZER = ROOT / "Tests/SlipwayFeatureEngineTests/Fixtures/bpe.json"


def cell(value):
    """A value as Markdown code, separators made visible."""
    if value is None:
        return "null"
    text = json.dumps(value, ensure_ascii=False).replace("\\u001d", "␝").replace("|", "\\|")
    return f"`{text}`"


def names(features):
    """Full names of the features, groups expanded."""
    for feature in features:
        if "sequence_name" in feature:
            yield from (f"{feature['sequence_name']}__{inner['feature_name']}" for inner in feature["features"])
        else:
            yield feature["feature_name"]


def entries(features):
    """The entries as JSON, one a line."""
    lines = []
    for feature in features:
        inner = feature.get("features")
        plain = {key: value for key, value in feature.items() if key != "features"}
        text = json.dumps(plain, ensure_ascii=False).replace("\\u001d", "␝")
        if inner:
            text = text[:-1] + ', "features": [\n' + ",\n".join("  " + json.dumps(each) for each in inner) + "]}"
        lines.append(text)
    return "```json\n" + ",\n".join(lines) + "\n```"


def table(example, slipway):
    """One example: its entries, and a table of inputs and outputs."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "fg.json").write_text(json.dumps({"features": example["features"]}), encoding="utf-8")
        (folder / "rows.json").write_text(json.dumps(example["rows"]), encoding="utf-8")
        shutil.copy(TOKENIZER, folder / "tokenizer.json")
        command = [slipway, "fg", "run", "--fg_json", str(folder / "fg.json"), "--rows", str(folder / "rows.json")]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8")
    outputs = list(names(example["features"]))
    columns = list(dict.fromkeys(key for row in example["rows"] for key in row))
    lines = ["| " + " | ".join(columns + [f"**{name}**" for name in outputs]) + " |"]
    lines.append("|" + "---|" * (len(columns) + len(outputs)))
    for row, line in zip(example["rows"], done.stdout.splitlines(), strict=True):
        values = dict(part.split(":", 1) for part in line.split(" | "))
        shown = ["`" + values[name] + "`" if values[name] else "(empty)" for name in outputs]
        lines.append("| " + " | ".join([cell(row.get(name)) for name in columns] + shown) + " |")
    return entries(example["features"]) + "\n\n" + "\n".join(lines)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    examples = {each["name"]: each for each in json.loads((ROOT / "docs/feature_examples.json").read_text(encoding="utf-8"))}
    page = PAGE.read_text(encoding="utf-8")
    used = []

    def fill(match):
        used.append(match[1])
        return f"<!-- example: {match[1]} -->\n\n{table(examples[match[1]], arguments[0])}\n\n<!-- end -->"

    filled = re.sub(r"<!-- example: (.*?) -->.*?<!-- end -->", fill, page, flags=re.DOTALL)
    missing = sorted(set(examples) - set(used))
    if missing:
        print(f"docs/FEATURES.md does not show: {', '.join(missing)}", file=sys.stderr)
        return 1
    if filled == page:
        print(f"{len(used)} examples of docs/FEATURES.md are the engine's own")
        return 0
    if "--check" in sys.argv:
        print("docs/FEATURES.md differs from what the engine makes: run scripts/generate_feature_docs.py SLIPWAY", file=sys.stderr)
        return 1
    PAGE.write_text(filled, encoding="utf-8")
    print(f"docs/FEATURES.md: {len(used)} examples written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
