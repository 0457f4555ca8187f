#!/usr/bin/env python3
"""Holds the package's targets to their layers.

Fails when a target imports a target of the package that it does not declare, or declares one that does not lie below it.
Test targets may use anything they declare. Usage: scripts/check_layers.py [--self-test]
"""

import json
import pathlib
import re
import subprocess
import sys

# Lowest first. A name ending in * stands for every target that begins so; they share a layer.
LAYERS = [
    "CSlipwayKernels",
    "CSlipwayArrow",
    "CSlipwayFaiss",
    "CSlipwayText",
    "CSlipwayAOT",
    "CSlipwaySystem",
    "CSlipwayRedis",
    "SlipwayCore",
    "SlipwayTestSupport",
    "SlipwayKernels",
    "SlipwayConfig",
    "SlipwayCheckpoint",
    "SlipwayGraph",
    "SlipwayGraphFixtures",
    "SlipwayArtifact",
    "SlipwayFeatureFixtures",
    "SlipwayFeatures",
    "SlipwayFeatureEngine",
    "SlipwayData",
    "SlipwayRecall",
    "SlipwayRuntime",
    "SlipwayModels",
    "SlipwayPasses",
    "SlipwayCompile",
    "SlipwayBackend*",
    "SlipwayMeasure",
    "SlipwayInspect",
    "SlipwayPage",
    "SlipwayExport",
    "SlipwayPredict",
    "SlipwayVerify",
    "SlipwayReport",
    "SlipwayRelease",
    "SlipwayScheduling",
    "SlipwayLatency",
    "SlipwayMetrics",
    "SlipwayProtocol",
    "SlipwayRedis",
    "SlipwayItems",
    "SlipwayOnline",
    "SlipwayRetrieval",
    "SlipwayLoad",
    "SlipwayServing",
    "slipway",
]

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)"
)


def layer(name):
    """The position of `name` in LAYERS, or None."""
    for position, entry in enumerate(LAYERS):
        if name == entry or (entry.endswith("*") and name.startswith(entry[:-1])):
            return position
    return None


def check(targets, lines_of):
    """Complaints about `targets` as `swift package describe` gives them; `lines_of(path)` are a file's lines."""
    names = {target["name"] for target in targets}
    complaints = []
    for target in targets:
        name, declared = target["name"], set(target.get("target_dependencies", []))
        if target["type"] != "test":
            own = layer(name)
            if own is None:
                complaints.append(f"{name} has no layer: add it to LAYERS in scripts/check_layers.py")
            for other in sorted(declared):
                below = layer(other)
                if own is not None and below is not None and below >= own:
                    complaints.append(f"{name} depends on {other}, which does not lie below it")
        for source in target["sources"]:
            if not source.endswith(".swift"):
                continue
            path = f"{target['path']}/{source}"
            for number, line in enumerate(lines_of(path), 1):
                found = IMPORT.match(line)
                if found and found[1] in names and found[1] != name and found[1] not in declared:
                    complaints.append(f"{path}:{number}: {name} imports {found[1]} but does not declare it in Package.swift")
    return complaints


def self_test():
    targets = [
        {"name": "SlipwayCore", "type": "library", "path": "C", "sources": ["a.swift"], "target_dependencies": ["SlipwayGraph"]},
        {"name": "SlipwayGraph", "type": "library", "path": "G", "sources": ["b.swift", "c.c"]},
        {"name": "SlipwayBackendAOT", "type": "library", "path": "A", "sources": [], "target_dependencies": ["SlipwayBackendTRT"]},
        {"name": "SlipwayBackendTRT", "type": "library", "path": "R", "sources": []},
        {"name": "Other", "type": "library", "path": "O", "sources": []},
        {"name": "GraphTests", "type": "test", "path": "T", "sources": ["t.swift"], "target_dependencies": ["SlipwayGraph"]},
    ]
    files = {
        "C/a.swift": ["import Foundation", "public import SlipwayGraph"],
        "G/b.swift": ["// import Other", "@preconcurrency public import struct SlipwayCore.DType"],
        "T/t.swift": ["@testable import SlipwayGraph", "import Testing"],
    }
    assert check(targets, files.__getitem__) == [
        "SlipwayCore depends on SlipwayGraph, which does not lie below it",
        "G/b.swift:2: SlipwayGraph imports SlipwayCore but does not declare it in Package.swift",
        "SlipwayBackendAOT depends on SlipwayBackendTRT, which does not lie below it",
        "Other has no layer: add it to LAYERS in scripts/check_layers.py",
    ], check(targets, files.__getitem__)


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(__file__).resolve().parent.parent
    described = subprocess.run(
        ["swift", "package", "describe", "--type", "json"], cwd=root, stdout=subprocess.PIPE, text=True, check=True
    )
    targets = json.loads(described.stdout)["targets"]
    complaints = check(targets, lambda path: (root / path).read_text(encoding="utf-8").splitlines())
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if not complaints:
        print(f"{len(targets)} targets keep to their layers")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
