#!/usr/bin/env python3
"""Times Slipway against the TorchScript peer in alternating pairs, both on one core, and writes the ratios.

  pairs.py CASE PACKAGE [--batch 1,32,200,512] [--rounds 15] [--out results/deepfm]

CASE is a folder as peer.py takes it, PACKAGE what `slipway export` made of it. Each round asks one side, then the
other (who begins alternates), for the median of a number of runs that fills --slice-ms. What counts is the ratio within
a round: both halves saw the same machine. Writes OUT.json and OUT.md.

Protocol of both sides: `serve-pairs` prints a line that begins with `ready`, then answers each line `run N` with the
median nanoseconds of N runs.
"""

import argparse
import json
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_SLIPWAY = HERE.parent / ".build" / "release" / "slipway-bench"
PROBE_RUNS = 5
SETTLE_ROUNDS = 1


class Side:
    """One process that runs on demand."""

    def __init__(self, name, command, core):
        self.name = name
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        ready, _, self.about = self._line().partition(" ")
        if ready != "ready":
            raise SystemExit(f"{name} did not start: {shlex.join(map(str, command))}")

    def _line(self):
        return self.process.stdout.readline().strip()

    def run(self, count):
        """The median nanoseconds of `count` runs."""
        self.process.stdin.write(f"run {count}\n")
        self.process.stdin.flush()
        answer = self._line()
        if not answer.isdigit():
            raise SystemExit(f"{self.name} ended instead of answering")
        return int(answer)

    def scores(self):
        """Every output over all batches, by name."""
        self.process.stdin.write("scores\n")
        self.process.stdin.flush()
        return json.loads(self._line())

    def runs_that_fill(self, milliseconds):
        """How many runs take about that long."""
        return max(3, round(milliseconds * 1e6 / max(self.run(PROBE_RUNS), 1)))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(arguments, batch):
    """The rounds of one batch size: pairs (slipway ns, peer ns)."""
    options = ["--batch", str(batch), "--clock", arguments.clock]
    data = arguments.case / "data" / "eval.parquet"
    sides = [
        Side("slipway", [arguments.slipway, "serve-pairs", arguments.package, data, *options], arguments.core),
        Side("peer", [sys.executable, HERE / "peer.py", "serve-pairs", arguments.case, *options], arguments.core),
    ]
    try:
        counts = [side.runs_that_fill(arguments.slice_ms) for side in sides]
        rounds = []
        for number in range(SETTLE_ROUNDS + arguments.rounds):
            pair = [0, 0]
            for which in (0, 1) if number % 2 == 0 else (1, 0):
                pair[which] = sides[which].run(counts[which])
            if number >= SETTLE_ROUNDS:
                rounds.append(pair)
        return rounds
    finally:
        for side in sides:
            side.close()


def summary(batch, rounds):
    ratios = [peer / slipway for slipway, peer in rounds]
    return {
        "batch": batch,
        "slipway_ms": statistics.median(slipway for slipway, _ in rounds) / 1e6,
        "peer_ms": statistics.median(peer for _, peer in rounds) / 1e6,
        "ratio_median": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "rounds_ns": rounds,
    }


def machine():
    """What the figures depend on: processor, the vector instructions it has, cores."""
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile")
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8") if os.path.exists("/proc/cpuinfo") else ""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    present = [flag for flag in wanted if flag in fields.get("flags", "").split()]
    return {
        "processor": fields.get("model name", platform.machine()),
        "instructions": present,
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }


def table(case, clock, about, results):
    lines = [
        f"`{case}`, one core of {about['processor']} ({', '.join(about['instructions'])}; {about['cores']} cores, load "
        f"{about['load_before']:.1f} before), {clock} time. Ratio: peer's time over Slipway's, within each round.",
        "",
        "| B | Slipway ms | peer ms | ratio, median | min | max |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for row in results:
        lines.append(
            f"| {row['batch']} | {row['slipway_ms']:.3f} | {row['peer_ms']:.3f} | {row['ratio_median']:.2f} "
            f"| {row['ratio_min']:.2f} | {row['ratio_max']:.2f} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("package", type=pathlib.Path)
    parser.add_argument("--batch", default="1,32,200,512")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--slice-ms", type=float, default=150, help="how long one side runs in a round")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu where other work shares the core")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--slipway", type=pathlib.Path, default=DEFAULT_SLIPWAY, help="the slipway-bench binary")
    parser.add_argument("--out", type=pathlib.Path, help="where to write, without suffix")
    arguments = parser.parse_args()
    if not arguments.slipway.is_file():
        parser.error(f"{arguments.slipway} is not there: swift build -c release --package-path Benchmarks")
    if arguments.rounds < 1:
        parser.error("--rounds must be positive")
    about = machine()
    results = [summary(batch, measure(arguments, batch)) for batch in map(int, arguments.batch.split(","))]
    text = table(arguments.case.resolve().name, arguments.clock, about, results)
    print(text, end="")
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        record = {"case": arguments.case.resolve().name, "clock": arguments.clock, "machine": about, "results": results}
        pathlib.Path(f"{arguments.out}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        pathlib.Path(f"{arguments.out}.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
