#!/usr/bin/env python3
"""A server on one processor under load from another: requests a second against the bare predictor, times at 70 % of that,
overload, and memory over time.

  load.py PACKAGE REQUEST [--seconds 10] [--find-rate] [--reloads 0] [--soak 0] [--peer CASE --python PYTHON]

REQUEST is a PBRequest in a file (make_request.py writes one). The release build is measured: make build. The generator is compiled
here with cc. `--find-rate` also lets `slipway load` look for the highest rate. `--peer` also measures python_server.py with the same request; PYTHON has Benchmarks/peers/requirements.txt, fastapi and
uvicorn. Nothing passes or fails: the numbers are printed, as a table and as JSON with --out.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

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

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as page:
            lines = page.read().decode().splitlines()
        return next((int(float(line.split()[-1])) for line in lines if line.startswith(name)), 0)

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

    def reload(self, server, rate, reloads):
        """The package is loaded again every second, warm-up and all, while requests go on; memory once each has settled."""
        samples = []

        def ask():
            for _ in range(reloads):
                time.sleep(1)
                server.process.send_signal(signal.SIGHUP)
                time.sleep(1)
                samples.append(resident_mb(server.process))

        asker = threading.Thread(target=ask)
        asker.start()
        result = self.run(server, 64, rate, 2 * reloads + 1)
        asker.join()
        result["resident_mb"] = samples
        result["loads"] = server.metric('slipway_model_loads_total{model="load",result="ok"}')
        return result

    def find(self, server, rate):
        """The highest rate that `slipway load` finds, from half of the given one on, with its report."""
        with tempfile.TemporaryDirectory() as folder:
            facts = pathlib.Path(folder) / "facts.json"
            command = [self.arguments.slipway, "load", f"http://127.0.0.1:{server.port}/api/predict/load"]
            command += ["--requests", self.arguments.request, "--find-rate", "--p99-ms", self.arguments.p99_ms]
            command += ["--arrivals", "even", "--rate", f"{rate / 2:.1f}", "--seconds", self.arguments.seconds]
            command += ["--json", facts] + (["--report", self.arguments.report] if self.arguments.report else [])
            core = str(self.arguments.generator_core)
            subprocess.run(["taskset", "-c", core, *map(str, command)], check=True, capture_output=True)
            return json.loads(facts.read_text())

    def measure(self, name, server, soak, reloads, finds=False):
        seconds = self.arguments.seconds
        self.run(server, 4, 0, min(seconds, 3))
        full = self.run(server, 4, 0, seconds)
        rate = full["in_time"] / full["seconds"]
        results = {"requests_per_second": rate, "closed": full}
        print(f"{name}: {rate:.1f} requests/s with 4 connections, p50 {full['ok'].get('p50')} ms", flush=True)
        if finds:
            facts = results["search"] = self.find(server, rate)
            found = facts["search"]["rate"]
            share = 100 * found / rate
            print(f"  highest rate with p99 within {self.arguments.p99_ms:g} ms: {found:.1f} requests/s, {share:.1f} % of that", flush=True)
        for name, more in (("evenly", []), ("random", ["random"])):
            part = results[f"at_70_percent_{name}"] = self.run(server, 64, 0.7 * rate, seconds, *more)
            ok = part["ok"]
            if ok["count"]:
                ratio = ok["p99"] / ok["p50"]
                print(f"  70 %, {name}: p50 {ok['p50']} ms, p99 {ok['p99']} ms, p99/p50 {ratio:.2f}, {part['statuses']}", flush=True)
        if reloads:
            result = results["reloads"] = self.reload(server, 0.7 * rate, reloads)
            ok, memory = result["ok"], result["resident_mb"]
            print(f"  70 %, evenly, {result['loads']} loads: p50 {ok['p50']} ms, p99 {ok['p99']} ms, {result['statuses']}; "
                  f"{memory[0]:.0f} MB after the first, {memory[-1]:.0f} after the last, {max(memory):.0f} at most", flush=True)  # fmt: skip
        over = results["at_300_percent"] = self.run(server, 512, 3 * rate, seconds)
        good = over["in_time"] / over["seconds"]
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
    parser.add_argument("--reloads", type=int, default=0, help="of the package at 70 %% load")
    parser.add_argument("--find-rate", action="store_true", help="let slipway load look for the highest rate too")
    parser.add_argument("--p99-ms", type=float, default=50, help="with --find-rate: what 99 %% of the answers must keep")
    parser.add_argument("--report", type=pathlib.Path, help="with --find-rate: slipway load's report, a new file")
    parser.add_argument("--runs", type=int, default=500, help="of the bare predictor")
    parser.add_argument("--peer", type=pathlib.Path, help="CASE of python_server.py")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--slipway", type=pathlib.Path)
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.slipway is None:
        build = ["swift", "build", "-c", "release", "--show-bin-path"]
        folder = subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
        arguments.slipway = pathlib.Path(folder) / "slipway"
    slipway = arguments.slipway
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
            results["slipway"] = load.measure("slipway", server, arguments.soak, arguments.reloads, arguments.find_rate)
        finally:
            server.stop()
        share = results["slipway"]["requests_per_second"] / bare
        print(f"  {100 * share:.1f} % of the bare predictor's {bare:.1f} requests/s", flush=True)
        if arguments.peer:
            port = free_port()
            server = Server(arguments.server_core, [arguments.python, HERE / "python_server.py", arguments.peer, port], port, log)
            try:
                results["python"] = load.measure("FastAPI and TorchScript", server, 0, 0)
            finally:
                server.stop()
        if arguments.out:
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            arguments.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
