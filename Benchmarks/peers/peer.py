#!/usr/bin/env python3
"""The benchmark models as a TorchEasyRec user would serve them: TorchScript, fbgemm INT8 bags, one thread.

CASE is a folder with pipeline.config, ckpt/model.ckpt-*/model and data/eval.parquet.

  peer.py verify CASE                         compares with CASE/pred_int8.parquet
  peer.py latency CASE [--batch 1,32,200,512] [--runs 200]
  peer.py serve-pairs CASE [--batch 200]      for pairs.py: see its description of the protocol
"""

import argparse
import pathlib
import statistics
import sys
import time
import warnings

import pyarrow as pa
import pyarrow.parquet
import torch
import torch.distributed.checkpoint as checkpoint
from models import MODELS
from pipeline_config import parse

WARM_UP_RUNS = 5
TOLERANCE = 1e-5
MAX_BATCHES = 8


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


def load_model(case):
    """The model of a case, scripted and frozen."""
    config = parse((case / "pipeline.config").read_text(encoding="utf-8"))
    kind = next((name for name in MODELS if name in config["model_config"][0]), None)
    if kind is None:
        raise SystemExit(f"{case}: the model is none of {', '.join(MODELS)}")
    return torch.jit.freeze(torch.jit.script(MODELS[kind](load_weights(case / "ckpt"), config).eval()))


def inputs_of(table):
    """A table of encoded rows as the tensors an exported model takes: `<feature>.values` and `.lengths`."""
    inputs = {}
    for name in table.column_names:
        column = table[name].combine_chunks()
        if pa.types.is_floating(column.type):
            inputs[f"{name}.values"] = torch.tensor(column.to_numpy()).unsqueeze(1)
        elif pa.types.is_list(column.type):
            inputs[f"{name}.values"] = torch.tensor(column.flatten().to_numpy())
            inputs[f"{name}.lengths"] = torch.tensor(column.value_lengths().to_numpy(), dtype=torch.int32)
        else:
            inputs[f"{name}.values"] = torch.tensor(column.to_numpy())
            inputs[f"{name}.lengths"] = torch.ones(len(column), dtype=torch.int32)
    return inputs


def load_batches(case, size):
    """The first whole batches of `size` rows, at most MAX_BATCHES."""
    table = pyarrow.parquet.read_table(case / "data" / "eval.parquet")
    count = min(table.num_rows // size, MAX_BATCHES)
    if count == 0:
        raise SystemExit(f"{case}: eval.parquet has {table.num_rows} rows, fewer than one batch of {size}")
    return [inputs_of(table.slice(i * size, size)) for i in range(count)]


class Runner:
    """A model and its batches, taken in turn."""

    def __init__(self, model, batches):
        self.model, self.batches, self.next = model, batches, 0

    def times_ns(self, runs):
        """How long each of `runs` forward passes took."""
        times = []
        for _ in range(runs):
            batch = self.batches[self.next]
            self.next = (self.next + 1) % len(self.batches)
            start = time.perf_counter_ns()
            self.model(batch)
            times.append(time.perf_counter_ns() - start)
        return times


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def verify(case, batch):
    model = load_model(case)
    table = pyarrow.parquet.read_table(case / "data" / "eval.parquet")
    expected = pyarrow.parquet.read_table(case / "pred_int8.parquet")
    if not expected["row_id"].equals(table["row_id"]):
        raise SystemExit("pred_int8.parquet holds other rows than eval.parquet")
    outputs = [model(inputs_of(table.slice(row, batch))) for row in range(0, table.num_rows, batch)]
    failed = False
    for name in sorted(outputs[0]):
        got = torch.cat([output[name] for output in outputs])
        want = torch.tensor(expected[name].to_numpy())
        difference = (got - want).abs()
        good = bool((difference <= TOLERANCE + TOLERANCE * want.abs()).all())
        failed |= not good
        print(f"{name:12} rows {len(want)}  largest difference {difference.max():.2e}  {'ok' if good else 'DIFFERS'}")
    return 1 if failed else 0


def latency(case, sizes, runs):
    model = load_model(case)
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, 1 thread, {runs} runs")
    print(f"{'B':>5} {'median ms':>10} {'p99 ms':>10}")
    for size in sizes:
        runner = Runner(model, load_batches(case, size))
        runner.times_ns(WARM_UP_RUNS)
        times = runner.times_ns(runs)
        print(f"{size:5} {statistics.median(times) / 1e6:10.3f} {percentile(times, 0.99) / 1e6:10.3f}", flush=True)
    return 0


def serve_pairs(case, size):
    runner = Runner(load_model(case), load_batches(case, size))
    runner.times_ns(WARM_UP_RUNS)
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
        if name == "latency":
            command.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", message="torch.distributed is disabled")
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    if arguments.command == "verify":
        return verify(arguments.case, int(arguments.batch))
    if arguments.command == "latency":
        return latency(arguments.case, [int(size) for size in arguments.batch.split(",")], arguments.runs)
    return serve_pairs(arguments.case, int(arguments.batch))


if __name__ == "__main__":
    sys.exit(main())
