#!/usr/bin/env python3
"""A server on one processor under load from another: requests a second against the bare predictor, times at 70 % of that,
overload, and memory over time.

  load.py PACKAGE REQUEST [--seconds 10] [--soak 0] [--peer CASE --python PYTHON]

REQUEST is a PBRequest in a file (make_request.py writes one). The release build is measured: make build. The generator is compiled
here with cc. `--peer` also measures python_server.py with the same request; PYTHON has Benchmarks/peers/requirements.txt, fastapi and
uvicorn. Nothing passes or fails: the numbers are printed, as a table and as JSON with --out.
"""

import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def pinned(core, command, **options):
    return subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], **options)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def resident_mb(process):
    pages = int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


class Server:
    """A process that answers on a port once /v2/health/ready, or any path, does."""

    def __init__(self, core, command, port, log, environment=None):
        self.port = port
        self.process = pinned(core, command, stdout=log, stderr=log, env=environment)
        for _ in range(1200):
            if self.process.poll() is not None:
                raise SystemExit(f"{command[0]} ended with status {self.process.returncode}; see {log.name}")
            if self.answers():
                return
            time.sleep(0.1)
        raise SystemExit(f"{command[0]} does not answer")

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"GET /v2/health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                status = connection.recv(64).split(b" ")
                return len(status) > 1 and status[1] != b"503"
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Load:
    def __init__(self, arguments, generator):
        self.arguments, self.generator = arguments, generator

    def run(self, server, connections, rate, seconds, *more):
        output = subprocess.run(
            ["taskset", "-c", str(self.arguments.generator_core), str(self.generator), str(server.port),
             "/api/predict/load", str(self.arguments.request), str(connections), f"{rate:.3f}", str(seconds), *more],
            check=True, capture_output=True, text=True).stdout  # fmt: skip
        return json.loads(output)

    def soak(self, server, rate, seconds):
        """Memory sampled every second, the first tenth of the time left out."""
        samples = []
        done = threading.Event()

        def watch():
            while not done.wait(1):
                samples.append(resident_mb(server.process))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            result = self.run(server, 16, rate, seconds)
        finally:
            done.set()
            watcher.join()
        steady = samples[len(samples) // 10 :] or [0]
        result["resident_mb"] = {"first": steady[0], "last": steady[-1], "min": min(steady), "max": max(steady)}
        result["growth_percent"] = 100 * (max(steady) - min(steady)) / max(min(steady), 1e-9)
        return result

    def measure(self, name, server, soak):
        seconds = self.arguments.seconds
        self.run(server, 4, 0, min(seconds, 3))
        full = self.run(server, 4, 0, seconds)
        rate = full["statuses"].get("200", 0) / full["seconds"]
        results = {"requests_per_second": rate, "closed": full}
        print(f"{name}: {rate:.1f} requests/s with 4 connections, p50 {full['ok'].get('p50')} ms", flush=True)
        for name, more in (("evenly", []), ("random", ["random"])):
            part = results[f"at_70_percent_{name}"] = self.run(server, 64, 0.7 * rate, seconds, *more)
            ok = part["ok"]
            if ok["count"]:
                ratio = ok["p99"] / ok["p50"]
                print(f"  70 %, {name}: p50 {ok['p50']} ms, p99 {ok['p99']} ms, p99/p50 {ratio:.2f}, {part['statuses']}", flush=True)
        over = results["at_300_percent"] = self.run(server, 512, 3 * rate, seconds)
        good = over["statuses"].get("200", 0) / over["seconds"]
        over["goodput"] = good / rate
        print(f"  300 %: goodput {100 * good / rate:.1f} %, {over['statuses']}, refused {over['refused']}, ok {over['ok']}", flush=True)
        if soak:
            result = results["soak"] = self.soak(server, 0.7 * rate, soak)
            print(f"  soak {soak} s: {result['resident_mb']} MB, {result['growth_percent']:.2f} % between least and most")
        return results


def bare_rate(arguments, slipway):
    """What the predictor alone does with the request's inputs, on the server's core."""
    output = subprocess.run(
        ["taskset", "-c", str(arguments.server_core), str(slipway), "bench", str(arguments.package), "--request",
         str(arguments.request), "--runs", str(arguments.runs)],
        check=True, capture_output=True, text=True).stdout  # fmt: skip
    print(output, end="")
    return float(re.search(r"predictor alone: ([0-9.]+)", output).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=pathlib.Path)
    parser.add_argument("request", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement")
    parser.add_argument("--soak", type=int, default=0, help="seconds at 70 %% load with memory watched")
    parser.add_argument("--runs", type=int, default=500, help="of the bare predictor")
    parser.add_argument("--peer", type=pathlib.Path, help="CASE of python_server.py")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--slipway", type=pathlib.Path)
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    slipway = arguments.slipway
    if slipway is None:
        build = ["swift", "build", "-c", "release", "--show-bin-path"]
        slipway = pathlib.Path(subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()) / "slipway"
    with tempfile.TemporaryDirectory() as folder:
        generator = pathlib.Path(folder) / "generator"
        subprocess.run(["cc", "-O2", "-o", generator, HERE / "generator.c", "-lm"], check=True)
        load = Load(arguments, generator)
        bare = bare_rate(arguments, slipway)
        results = {"bare_requests_per_second": bare}
        log = open(pathlib.Path(folder) / "server.log", "w")
        port = free_port()
        server = Server(
            arguments.server_core,
            [slipway, "serve", f"load={arguments.package}", "--host", "127.0.0.1", "--port", port, "--log-level", "error"],
            port, log)  # fmt: skip
        try:
            results["slipway"] = load.measure("slipway", server, arguments.soak)
        finally:
            server.stop()
        share = results["slipway"]["requests_per_second"] / bare
        print(f"  {100 * share:.1f} % of the bare predictor's {bare:.1f} requests/s", flush=True)
        if arguments.peer:
            port = free_port()
            server = Server(arguments.server_core, [arguments.python, HERE / "python_server.py", arguments.peer, port], port, log)
            try:
                results["python"] = load.measure("FastAPI and TorchScript", server, 0)
            finally:
                server.stop()
        if arguments.out:
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            arguments.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
