#!/usr/bin/env python3
"""Times Slipway beside the engines a user would pick instead, on requests of one user and B candidates.

  compare.py --cases ../../shared/bench --case deepfm,din,dbmtl --cli slipway --out .build/results/compare

Two comparisons in one run, all processes pinned to one core with one thread each, the user's inputs given once, INT8
tables:
  whole  the model with its lookups: Slipway portable and compiled, float32, bf16 and int8, against TorchScript
  dense  what follows the lookups: the same against ONNX Runtime, OpenVINO, AOTInductor and TorchScript
Before anything is timed the scores of all must agree; those of reduced precision are reported as drift. A round asks
every engine in turn, in an order that changes from round to round, for the median of as many runs as fill --slice-ms.
What counts is the ratio within a round. Precisions without instructions for them on this machine are left out, and the
table says so.

Packages and compiled models are made first and kept in --work; `--prepare` does no more than that. Writes OUT.md,
OUT.json and OUT.svg.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

from pairs import DEFAULT_SLIPWAY, SETTLE_ROUNDS, Side, machine

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1e-4
# What a machine must have for a precision to be worth timing.
NEEDS = {"float32": None, "bf16": "avx512_bf16", "int8": "avx512_vnni"}
SLIPWAY_PRECISION = {"float32": "fp32", "bf16": "bf16", "int8": "int8"}
ENGINES = {
    "float32": ("onnxruntime", "openvino", "aotinductor", "torchscript"),
    "bf16": ("openvino", "aotinductor"),
    "int8": ("onnxruntime", "openvino"),
}
REFERENCE = "slipway compiled float32"


def package(arguments, case, precision, mode):
    """Exports a case once: user inputs once a request, INT8 tables, compiled code of `mode`."""
    folder = arguments.work / f"{case.name}-{precision}-aot{mode}"
    if not folder.is_dir():
        environment = {
            **os.environ, "QUANT_EMB": "INT8", "QUANT_EC_EMB": "INT8", "INPUT_TILE": "3", "ENABLE_AOT": mode,
        }
        subprocess.run(
            [
                arguments.cli, "export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder,
                "--no-report", "--dense-precision", SLIPWAY_PRECISION[precision], "--allow-score-drift",
            ],
            cwd=case, env=environment, check=True, stdout=subprocess.DEVNULL)
    return folder


def commands(arguments, case, batch, part, precisions):
    """The sides of one comparison by name."""
    mode = "2" if part == "whole" else "1"
    found = {}
    for precision in precisions:
        line = [
            arguments.slipway, "serve-pairs", package(arguments, case, precision, mode), case / "data" / "eval.parquet",
            "--batch", str(batch), "--clock", arguments.clock, *(["--dense-only"] if part == "dense" else []),
        ]
        found[f"slipway compiled {precision}"] = line
        if precision == "float32":
            found["slipway portable float32"] = [*line, "--portable"]
    chunk = ["--chunk", str(arguments.chunk)] if arguments.chunk and arguments.chunk < batch else []
    peer = [sys.executable, HERE / "side.py", part, case, "--batch", str(batch), "--clock", arguments.clock, *chunk]
    if part == "whole":
        found["torchscript float32"] = peer
        return found
    for precision in precisions:
        for engine in ENGINES[precision]:
            if engine in arguments.engines:
                found[f"{engine} {precision}"] = [
                    *peer, "--engine", engine, "--precision", precision, "--work", arguments.work,
                    *(["--no-autotune"] if case.name in arguments.no_autotune else [])]
    return found


def prepare(arguments, case, batch, part, precisions):
    for name, command in commands(arguments, case, batch, part, precisions).items():
        if part == "dense" and not name.startswith("slipway"):
            print(f"preparing {case.name} B = {batch}: {name}", flush=True)
            subprocess.run([*command, "--prepare"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def drift(found, expected):
    """The largest difference of the outputs that both have, relative to 1 or the value."""
    names = sorted(set(found) & set(expected))
    if not names or any(len(found[name]) != len(expected[name]) for name in names):
        raise SystemExit("the engines score other requests")
    gaps = [
        abs(a - b) / max(1, abs(b)) for name in names for a, b in zip(found[name], expected[name])
    ]
    return max(gap if gap == gap else float("inf") for gap in gaps)


def measure(arguments, case, batch, part, precisions):
    """One comparison: each side's rounds in nanoseconds, and its scores' difference from the reference's."""
    sides = {}
    try:
        for name, command in commands(arguments, case, batch, part, precisions).items():
            sides[name] = Side(name, command, arguments.core)
        scores = {name: side.scores() for name, side in sides.items()}
        drifts = {name: drift(found, scores[REFERENCE]) for name, found in scores.items()}
        for name, gap in drifts.items():
            if name.endswith("float32") and not gap <= TOLERANCE:
                raise SystemExit(f"{case.name}, {part}, B = {batch}: {name} differs by {gap:.2g} from {REFERENCE}")
        counts = {name: side.runs_that_fill(arguments.slice_ms) for name, side in sides.items()}
        rounds = {name: [] for name in sides}
        order = list(sides)
        for number in range(SETTLE_ROUNDS + arguments.rounds):
            for name in order:
                time = sides[name].run(counts[name])
                if number >= SETTLE_ROUNDS:
                    rounds[name].append(time)
            order = order[1:] + order[:1]
        return [
            summary(name, rounds[name], rounds[REFERENCE], drifts[name], sides[name].about) for name in sides
        ]
    finally:
        for side in sides.values():
            side.close()


def summary(name, times, reference, gap, about):
    ratios = [time / own for time, own in zip(times, reference)]
    return {
        "engine": name, "about": about, "median_ms": statistics.median(times) / 1e6, "drift": gap,
        "ratio_median": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios),
        "rounds_ns": times,
    }


def table(results, about, arguments, left_out):
    lines = [
        f"One core of {about['processor']} ({', '.join(about['instructions'])}; {about['cores']} cores, load "
        f"{about['load_before']:.1f} before), one thread, {arguments.clock} time, {arguments.rounds} rounds of "
        f"{arguments.slice_ms:g} ms. Ratio: an engine's time over that of {REFERENCE}, within each round.",
    ]
    if arguments.chunk:
        lines[0] += f" Engines other than Slipway get {arguments.chunk} candidates at a time."
    if set(arguments.no_autotune) & {result["case"] for result in results}:
        lines[0] += f" AOTInductor without max-autotune on {', '.join(arguments.no_autotune)}."
    lines += [f"{precision}: not timed, the processor has no {NEEDS[precision]}." for precision in left_out]
    for part in ("whole", "dense"):
        rows = [result for result in results if result["part"] == part]
        if not rows:
            continue
        lines += [
            "", "The model with its lookups:" if part == "whole" else "The dense part alone:", "",
            "| model | B | engine | median ms | ratio, median | min | max | scores off by |",
            "|---|---:|---|---:|---:|---:|---:|---:|",
        ]
        for result in rows:
            for row in result["engines"]:
                lines.append(
                    f"| {result['case']} | {result['batch']} | {row['engine']} | {row['median_ms']:.3f} "
                    f"| {row['ratio_median']:.2f} | {row['ratio_min']:.2f} | {row['ratio_max']:.2f} "
                    f"| {row['drift']:.1e} |")
    return "\n".join(lines) + "\n"


def plot(results, path):
    """One panel a model and comparison, both axes logarithmic."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as pyplot

    parts = [part for part in ("whole", "dense") if any(result["part"] == part for result in results)]
    cases = list(dict.fromkeys(result["case"] for result in results))
    figure, panels = pyplot.subplots(
        len(parts), len(cases), figsize=(4.6 * len(cases), 3.8 * len(parts)), squeeze=False)
    names = list(dict.fromkeys(row["engine"] for result in results for row in result["engines"]))
    colors = {name: pyplot.get_cmap("tab10")(index % 10) for index, name in enumerate(names)}
    shown = {}
    for row, part in enumerate(parts):
        for column, case in enumerate(cases):
            panel = panels[row][column]
            lines = {}
            for result in results:
                if (result["part"], result["case"]) == (part, case):
                    for engine in result["engines"]:
                        lines.setdefault(engine["engine"], []).append((result["batch"], engine["median_ms"]))
            for name, points in lines.items():
                (shown[name],) = panel.plot(
                    *zip(*sorted(points)), marker="o", markersize=3.5, color=colors[name],
                    linewidth=2 if name.startswith("slipway") else 1.2)
            panel.set_xscale("log", base=2)
            panel.set_yscale("log")
            panel.set_title(f"{case}, {'with lookups' if part == 'whole' else 'dense part'}", fontsize=10)
            panel.set_xlabel("candidates")
            panel.set_ylabel("median ms")
            sizes = sorted({result["batch"] for result in results})
            panel.set_xticks(sizes, [str(size) for size in sizes])
            panel.grid(True, which="both", linewidth=0.3)
    figure.legend(shown.values(), shown.keys(), loc="lower center", ncols=4, fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    figure.savefig(path)
    pyplot.close(figure)


def write(results, about, arguments, left_out):
    text = table(results, about, arguments, left_out)
    print(text, end="")
    if not arguments.out:
        return
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    record = {"machine": about, "clock": arguments.clock, "chunk": arguments.chunk, "results": results}
    pathlib.Path(f"{arguments.out}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    pathlib.Path(f"{arguments.out}.md").write_text(text, encoding="utf-8")
    plot(results, f"{arguments.out}.svg")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=pathlib.Path, required=True, help="the folder that holds the cases")
    parser.add_argument("--case", default="deepfm,din,dbmtl")
    parser.add_argument("--part", default="whole,dense")
    parser.add_argument("--batch", default="1,32,200,512")
    parser.add_argument("--engines", default="onnxruntime,openvino,aotinductor,torchscript", help="for the dense part")
    parser.add_argument("--precision", default="float32,bf16,int8")
    parser.add_argument("--chunk", type=int, help="feed the other engines so many candidates at a time")
    parser.add_argument(
        "--no-autotune", default="", help="cases that AOTInductor compiles without max-autotune, which takes minutes")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--slice-ms", type=float, default=150, help="how long one engine runs in a round")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu where other work shares the core")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--slipway", type=pathlib.Path, default=DEFAULT_SLIPWAY, help="the slipway-bench binary")
    parser.add_argument("--cli", default="slipway", help="the slipway command, which exports the packages")
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / ".build" / "compare")
    parser.add_argument("--prepare", action="store_true", help="export and compile, time nothing")
    parser.add_argument("--out", type=pathlib.Path, help="where to write, without suffix")
    arguments = parser.parse_args()
    for name in ("part", "engines", "precision", "no_autotune"):
        setattr(arguments, name, getattr(arguments, name).split(","))
    if not arguments.slipway.is_file():
        parser.error(f"{arguments.slipway} is not there: swift build -c release --package-path Benchmarks")
    if arguments.rounds < 1:
        parser.error("--rounds must be positive")
    if set(arguments.part) - {"whole", "dense"} or set(arguments.precision) - set(NEEDS):
        parser.error("--part takes whole and dense, --precision float32, bf16 and int8")
    if "float32" not in arguments.precision:
        parser.error("--precision must hold float32, which all others are compared with")
    if arguments.chunk is not None and arguments.chunk < 1:
        parser.error("--chunk must be positive")
    arguments.work = arguments.work.resolve()
    if pathlib.Path(arguments.cli).is_file():
        arguments.cli = str(pathlib.Path(arguments.cli).resolve())  # exports run in the case's folder
    return arguments


def main():
    arguments = options()
    about = machine()
    left_out = [name for name in arguments.precision if NEEDS[name] and NEEDS[name] not in about["instructions"]]
    precisions = [name for name in arguments.precision if name not in left_out]
    arguments.work.mkdir(parents=True, exist_ok=True)
    cells = [
        ((arguments.cases / case).resolve(), batch, part)
        for part in arguments.part for case in arguments.case.split(",")
        for batch in map(int, arguments.batch.split(","))
    ]
    for cell in cells:
        prepare(arguments, *cell, precisions)
    if arguments.prepare:
        return 0
    results = []
    for case, batch, part in cells:
        engines = measure(arguments, case, batch, part, precisions)
        results.append({"case": case.name, "batch": batch, "part": part, "engines": engines})
        print(f"{case.name}, {part}, B = {batch}: done", file=sys.stderr, flush=True)
    write(results, about, arguments, left_out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
