#!/usr/bin/env python3
"""The benchmark models as a TorchEasyRec user would serve them: TorchScript, fbgemm INT8 bags, one thread.

CASE is a folder with pipeline.config, ckpt/model.ckpt-*/model and data/eval.parquet.

  peer.py verify CASE                         compares with CASE/pred_int8.parquet
  peer.py latency CASE [--batch 1,32,200,512] [--runs 200] [--clock wall|cpu]
  peer.py serve-pairs CASE [--batch 200]      for pairs.py: see its description of the protocol
"""

import argparse
import pathlib
import statistics
import sys
import time
import warnings

import pyarrow.parquet
import torch
import torch.distributed.checkpoint as checkpoint
from models import MODELS
from pipeline_config import parse, user_side
from user_requests import batches, tensors

WARM_UP_RUNS = 5
TOLERANCE = 1e-5
CLOCKS = {"wall": time.perf_counter_ns, "cpu": time.thread_time_ns}


def load_weights(folder):
    """Every tensor of the newest checkpoint below `folder`, by name, the prefix `model.` taken off."""
    steps = sorted(folder.glob("model.ckpt-*/model"), key=lambda path: int(path.parent.name.rsplit("-", 1)[1]))
    if not steps:
        raise SystemExit(f"no model.ckpt-N/model below {folder}")
    reader = checkpoint.FileSystemReader(str(steps[-1]))
    state = {
        name: torch.empty(entry.size, dtype=entry.properties.dtype)
        for name, entry in reader.read_metadata().state_dict_metadata.items()
    }
    checkpoint.load(state, storage_reader=reader, no_dist=True)
    return {name.removeprefix("model."): tensor for name, tensor in state.items()}


def load_module(case, tiled=False):
    """The model of a case and its config; `tiled` takes requests with the user's features once."""
    config = parse((case / "pipeline.config").read_text(encoding="utf-8"))
    kind = next((name for name in MODELS if name in config["model_config"][0]), None)
    if kind is None:
        raise SystemExit(f"{case}: the model is none of {', '.join(MODELS)}")
    users = user_side(config) if tiled else frozenset()
    return MODELS[kind](load_weights(case / "ckpt"), config, users).eval(), config


def load_model(case):
    """The model of a case, scripted and frozen."""
    return torch.jit.freeze(torch.jit.script(load_module(case)[0]))


class Runner:
    """A model and its batches, taken in turn, timed with `clock`."""

    def __init__(self, model, batches, clock):
        self.model, self.batches, self.clock, self.next = model, batches, clock, 0
        self.times_ns(WARM_UP_RUNS)

    def times_ns(self, runs):
        """How long each of `runs` forward passes took."""
        times = []
        for _ in range(runs):
            batch = self.batches[self.next]
            self.next = (self.next + 1) % len(self.batches)
            start = self.clock()
            self.model(batch)
            times.append(self.clock() - start)
        return times


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def verify(case, batch):
    model = load_model(case)
    table = pyarrow.parquet.read_table(case / "data" / "eval.parquet")
    expected = pyarrow.parquet.read_table(case / "pred_int8.parquet")
    if not expected["row_id"].equals(table["row_id"]):
        raise SystemExit("pred_int8.parquet holds other rows than eval.parquet")
    outputs = [model(tensors(table.slice(row, batch))) for row in range(0, table.num_rows, batch)]
    failed = False
    for name in sorted(outputs[0]):
        got = torch.cat([output[name] for output in outputs])
        want = torch.tensor(expected[name].to_numpy())
        difference = (got - want).abs()
        good = bool((difference <= TOLERANCE + TOLERANCE * want.abs()).all())
        failed |= not good
        print(f"{name:12} rows {len(want)}  largest difference {difference.max():.2e}  {'ok' if good else 'DIFFERS'}")
    return 1 if failed else 0


def latency(case, sizes, runs, clock):
    model = load_model(case)
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, 1 thread, {runs} runs, {clock} time")
    print(f"{'B':>5} {'median ms':>10} {'p99 ms':>10}")
    for size in sizes:
        runner = Runner(model, [tensors(table) for table in batches(case, size)], CLOCKS[clock])
        times = runner.times_ns(runs)
        print(f"{size:5} {statistics.median(times) / 1e6:10.3f} {percentile(times, 0.99) / 1e6:10.3f}", flush=True)
    return 0


def serve_pairs(case, size, clock):
    runner = Runner(load_model(case), [tensors(table) for table in batches(case, size)], CLOCKS[clock])
    print("ready", flush=True)
    for line in sys.stdin:
        match line.split():
            case ["run", count] if count.isdigit() and int(count) > 0:
                print(int(statistics.median(runner.times_ns(int(count)))), flush=True)
            case ["quit"]:
                break
            case _:
                raise SystemExit(f"expected `run N` or `quit`, got {line!r}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, batch in (("verify", "64"), ("latency", "1,32,200,512"), ("serve-pairs", "200")):
        command = commands.add_parser(name)
        command.add_argument("case", type=pathlib.Path)
        command.add_argument("--batch", default=batch)
        if name != "verify":
            command.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu where other work shares the core")
        if name == "latency":
            command.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", message="torch.distributed is disabled")
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    if arguments.command == "verify":
        return verify(arguments.case, int(arguments.batch))
    if arguments.command == "latency":
        sizes = [int(size) for size in arguments.batch.split(",")]
        return latency(arguments.case, sizes, arguments.runs, arguments.clock)
    return serve_pairs(arguments.case, int(arguments.batch), arguments.clock)


if __name__ == "__main__":
    sys.exit(main())
