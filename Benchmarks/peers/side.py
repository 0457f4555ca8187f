#!/usr/bin/env python3
"""One engine in compare.py's comparison: scores requests of one user and B candidates when asked.

  side.py whole CASE --batch 200                                the model with its lookups, as TorchScript
  side.py dense CASE --batch 200 --engine openvino --work DIR   what follows the lookups, in any engine

Prints `ready` and what it runs, then answers each line: `run N` with the median nanoseconds of N requests, `scores`
with one line of JSON, every output over all requests. Ends at `quit` or at the end of input. With --prepare it only
compiles.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time
import warnings

import torch
from dense import REQUESTS
from engines import ENGINES, as_array, limit_threads
from peer import load_module
from pipeline_config import user_side
from user_requests import joined, requests

WARM_UP_RUNS = 5
CLOCKS = {"wall": time.perf_counter_ns, "cpu": time.process_time_ns}


def whole_calls(arguments):
    """For each request the calls that score it, and what runs."""
    model, config = load_module(arguments.case, tiled=True)
    model = torch.jit.freeze(torch.jit.script(model))
    found = requests(arguments.case, arguments.batch, user_side(config), arguments.chunk)
    calls = [[lambda inputs=inputs: model(inputs) for inputs in request] for request in found]
    return calls, f"torch {torch.__version__} {torch.backends.cpu.get_cpu_capability()}"


def dense_calls(arguments):
    model, config = load_module(arguments.case, tiled=True)
    module = REQUESTS[type(model)](model, config).eval()
    found = requests(arguments.case, arguments.batch, user_side(config), arguments.chunk)
    tensors = [[module.inputs(model, inputs) for inputs in request] for request in found]
    rows = min(arguments.chunk or arguments.batch, arguments.batch)
    folder = arguments.work / f"{arguments.case.resolve().name}-{rows}"
    folder.mkdir(parents=True, exist_ok=True)
    engine = ENGINES[arguments.engine](
        module, [request[0] for request in tensors], folder, arguments.precision, not arguments.no_autotune)
    calls = []
    for request in tensors:
        bound = [engine.bind(pieces) for pieces in request]
        calls.append([lambda run=run: dict(zip(module.outputs, run())) for run in bound])
    return calls, arguments.engine


def serve(calls, about, clock):
    position = 0

    def run(count):
        nonlocal position
        times = []
        for _ in range(count):
            request = calls[position]
            position = (position + 1) % len(calls)
            start = clock()
            for call in request:
                call()
            times.append(clock() - start)
        return int(statistics.median(times))

    run(max(WARM_UP_RUNS, len(calls)))
    print("ready", about, flush=True)
    for line in sys.stdin:
        match line.split():
            case ["run", count] if count.isdigit() and int(count) > 0:
                print(run(int(count)), flush=True)
            case ["scores"]:
                outputs = [
                    {name: as_array(value) for name, value in call().items()} for request in calls for call in request
                ]
                print(json.dumps(joined(outputs)), flush=True)
            case ["quit"]:
                return
            case _:
                raise SystemExit(f"expected `run N`, `scores` or `quit`, got {line!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("whole", "dense"))
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--engine", choices=ENGINES, default="torchscript")
    parser.add_argument("--precision", choices=("float32", "bf16", "int8"), default="float32")
    parser.add_argument("--chunk", type=int, help="feed so many candidates at a time")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(".build/compare"), help="compiled models")
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--no-autotune", action="store_true", help="AOTInductor without max-autotune")
    parser.add_argument("--prepare", action="store_true", help="compile only")
    arguments = parser.parse_args()
    if arguments.batch < 1 or (arguments.chunk is not None and arguments.chunk < 1):
        parser.error("--batch and --chunk must be positive")
    if arguments.precision not in ENGINES[arguments.engine].precisions:
        parser.error(f"{arguments.engine} has no {arguments.precision} here")
    warnings.filterwarnings("ignore")
    limit_threads()
    calls, about = whole_calls(arguments) if arguments.part == "whole" else dense_calls(arguments)
    if not arguments.prepare:
        serve(calls, about, CLOCKS[arguments.clock])
    return 0


if __name__ == "__main__":
    sys.exit(main())
