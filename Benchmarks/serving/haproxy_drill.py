#!/usr/bin/env python3
"""Replicas of `slipway serve` behind HAProxy under a steady load, while replicas come and go: how many requests fail.

  haproxy_drill.py PACKAGE [--minutes 10] [--request FILE --path /api/predict/drill]

Runs deploy/haproxy/haproxy.cfg as it is, with three replicas of one compute thread each. Each phase has one event:

  steady    three replicas, no event
  add       a fourth joins by HAProxy's runtime interface
  kill      one is killed with signal 9
  restart   the killed one is started again; its health check takes it back
  drain     HAProxy drains one, which is then stopped; started again, taken back
  stop      SIGTERM to one, HAProxy is told nothing; started again, taken back
  remove    the fourth is drained and stopped

Requests are sent in an open loop (generator.c, compiled here with cc): at `--rate`, or at `--share` of what the whole chain does in a
closed loop. A request fails when it gets no answer or another than 200; the generator sends it again up to `--client-retries` times,
and it is lost when that fails too. `failed` counts requests that failed at first: what a caller without retries would see.

The exit status is 0 when nothing failed in any phase but `kill`, no more failed there than the killed replica had requests at once,
and nothing was lost. `--proxy-retries connect` lets HAProxy repeat only what never reached a replica, to see what a kill loses.
Without --request, PACKAGE is the bundled example's, asked by the Open Inference Protocol.
"""

import argparse
import csv
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
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BACKEND = "slipway"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def until(what, is_true, seconds=60):
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            raise SystemExit(f"drill: {what} did not come within {seconds} s")
        time.sleep(0.02)


def example_request():
    """A request to the bundled example: three candidates."""

    def tensor(name, datatype, shape, data):
        return {"name": name, "datatype": datatype, "shape": shape, "data": data}

    return json.dumps(
        {
            "inputs": [
                tensor("item_ids", "BYTES", [3], ["a", "b", "c"]),
                tensor("user_id", "INT64", [1], [87]),
                tensor("age", "FP32", [1], [0.5]),
                tensor("income", "FP64", [1], [0.25]),
                tensor("profile", "FP32", [1, 4], [0.1, 0.2, 0.3, 0.4]),
                tensor("item_id", "INT64", [3], [48, 49, 50]),
                tensor("price", "FP32", [3], [0.9, 1.5, 2.0]),
                tensor("item_vec", "FP32", [3, 4], [0.1] * 12),
            ]
        }
    ).encode()


class Replica:
    """A `slipway serve` that can be started again on its port."""

    def __init__(self, slipway, package, port, folder, name):
        self.port, self.name = port, name
        self.command = [slipway, "serve", f"drill={package}", "--host", "127.0.0.1", "--port", port, "--workers", 1]
        self.log = open(folder / f"{name}.log", "ab")
        self.process = None

    def start(self):
        self.process = subprocess.Popen([*map(str, self.command)], stdout=self.log, stderr=self.log)
        until(f"{self.name}'s readiness", self.is_ready)

    def is_ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"drill: {self.name} ended with status {self.process.returncode}; see {self.log.name}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v2/health/ready", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def end(self, number):
        """Sends the signal and waits; gives the exit status."""
        self.process.send_signal(number)
        return self.process.wait()

    def is_running(self):
        return self.process is not None and self.process.poll() is None


class Balancer:
    """HAProxy with the shipped configuration, and its runtime interface."""

    def __init__(self, config, proxy_retries, replicas, folder):
        self.port, statistics = free_ports(2)
        self.socket = folder / "haproxy.sock"
        text = config.read_text(encoding="utf-8")
        if proxy_retries == "connect":
            text, count = re.subn(r"(?m)^( *retry-on ).*$", r"\1conn-failure", text)
            if count != 1:
                raise SystemExit(f"drill: {config} has {count} lines retry-on")
        path = folder / "haproxy.cfg"
        path.write_text(text, encoding="utf-8")
        environment = dict(os.environ, HAPROXY_SOCKET=str(self.socket))
        environment["SLIPWAY_BIND"] = f"127.0.0.1:{self.port}"
        environment["HAPROXY_STATS"] = f"127.0.0.1:{statistics}"
        for number, replica in enumerate(replicas, 1):
            environment[f"SLIPWAY_REPLICA{number}"] = f"127.0.0.1:{replica.port}"
        self.log = open(folder / "haproxy.log", "wb")
        self.process = subprocess.Popen(["haproxy", "-db", "-f", str(path)], env=environment, stdout=self.log, stderr=self.log)
        until("HAProxy's socket", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise SystemExit(f"drill: HAProxy did not start:\n{pathlib.Path(self.log.name).read_text(encoding='utf-8')}")
        try:
            return bool(self.say("show version"))
        except OSError:
            return False

    def say(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.socket))
            connection.sendall(command.encode() + b"\n")
            answer = b""
            while part := connection.recv(1 << 16):
                answer += part
        return answer.decode()

    def set(self, server, what):
        answer = self.say(f"set server {BACKEND}/{server} {what}").strip()
        # A change of address is answered with what was changed; anything else with an empty line, or a complaint.
        if answer and not what.startswith("addr "):
            raise SystemExit(f"drill: HAProxy answers '{answer}' to {what} of {server}")

    def statistics(self, server):
        rows = csv.DictReader(self.say(f"show stat {BACKEND} 4 -1").lstrip("# ").splitlines())
        return next(row for row in rows if row["svname"] == server)

    def wait_up(self, server):
        until(f"{server} up", lambda: self.statistics(server)["status"].startswith("UP"))

    def wait_down(self, server):
        until(f"{server} down", lambda: self.statistics(server)["status"].startswith(("DOWN", "MAINT")))

    def drain(self, server):
        self.set(server, "state drain")
        until(f"{server} without sessions", lambda: self.statistics(server)["scur"] == "0")


class Load:
    def __init__(self, generator, port, path, body, connections, retries):
        self.command = [generator, port, path, body, connections]
        self.more = [f"retries={retries}", "all"]

    def run(self, rate, seconds):
        command = [*self.command, f"{rate:.3f}", f"{seconds:.3f}", *self.more]
        output = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout
        return json.loads(output)

    def during(self, rate, seconds, event):
        """Load of so many seconds, and on while the event takes longer; the event begins after a fifth of them."""
        results, stopped = [], threading.Event()

        def send():
            results.append(self.run(rate, seconds))
            while not stopped.is_set():
                results.append(self.run(rate, 1))

        sender = threading.Thread(target=send)
        sender.start()
        try:
            time.sleep(seconds / 5)
            notes = event() or {}
        finally:
            stopped.set()
            sender.join()
        return results, notes


class Drill:
    def __init__(self, replicas, balancer):
        self.balancer = balancer
        self.by_name = dict(zip(["replica1", "replica2", "replica3", "spare1"], replicas))

    def phases(self):
        names = ["steady", "add", "kill", "restart", "drain", "stop", "remove"]
        return [(name, getattr(self, name)) for name in names]

    def steady(self):
        pass

    def add(self):
        spare = self.by_name["spare1"]
        spare.start()
        self.balancer.set("spare1", f"addr 127.0.0.1 port {spare.port}")
        self.balancer.set("spare1", "state ready")
        self.balancer.wait_up("spare1")

    def kill(self):
        # The most sessions at once from here on: no more can be in flight when it dies.
        self.balancer.say("clear counters")
        time.sleep(0.3)
        self.by_name["replica3"].end(signal.SIGKILL)
        self.balancer.wait_down("replica3")
        return {"at_once": int(self.balancer.statistics("replica3")["smax"])}

    def restart(self):
        self.by_name["replica3"].start()
        self.balancer.wait_up("replica3")

    def drain(self):
        self.balancer.drain("replica2")
        status = self.by_name["replica2"].end(signal.SIGTERM)
        self.balancer.wait_down("replica2")
        self.by_name["replica2"].start()
        self.balancer.set("replica2", "state ready")
        self.balancer.wait_up("replica2")
        return {"exit_status": status}

    def stop(self):
        status = self.by_name["replica1"].end(signal.SIGTERM)
        self.balancer.wait_down("replica1")
        self.by_name["replica1"].start()
        self.balancer.wait_up("replica1")
        return {"exit_status": status}

    def remove(self):
        self.balancer.drain("spare1")
        status = self.by_name["spare1"].end(signal.SIGTERM)
        self.balancer.set("spare1", "state maint")
        return {"exit_status": status}


class Tally:
    """What the phases of one name gave, over all rounds."""

    def __init__(self):
        self.sent = self.failed = self.lost = self.unsent = 0
        self.statuses, self.errors, self.p99, self.longest = {}, 0, [], 0
        self.notes = []

    def add(self, results, notes):
        for result in results:
            self.sent += result["sent"]
            self.failed += result["failed"]
            self.lost += result["lost"]
            self.unsent += result["unsent"]
            self.errors += result["errors"]
            for status, count in result["statuses"].items():
                self.statuses[status] = self.statuses.get(status, 0) + count
            if result["ok"]["count"]:
                self.p99.append(result["ok"]["p99"])
                self.longest = max(self.longest, result["ok"]["max"])
        if notes:
            self.notes.append(notes)

    def as_json(self):
        p99 = max(self.p99) if self.p99 else None
        return {
            "sent": self.sent, "failed": self.failed, "lost": self.lost, "unsent": self.unsent, "no_answer": self.errors,
            "statuses": self.statuses, "p99_ms_worst": p99, "max_ms": self.longest, "notes": self.notes,
        }  # fmt: skip

    def complaints(self, name):
        found = []
        allowed = sum(note["at_once"] for note in self.notes) if name == "kill" else 0
        if self.failed > allowed:
            found.append(f"{name}: {self.failed} requests failed, {allowed} may")
        if self.lost or self.unsent:
            found.append(f"{name}: {self.lost} requests were lost with retries, {self.unsent} never sent")
        for note in self.notes:
            if note.get("exit_status"):
                found.append(f"{name}: a stopped replica ended with status {note['exit_status']}")
        return found


def run(arguments, folder):
    generator = folder / "generator"
    subprocess.run(["cc", "-O2", "-o", generator, HERE / "generator.c", "-lm"], check=True)
    body = arguments.request
    if body is None:
        body = folder / "request"
        body.write_bytes(example_request())
    names = ["replica1", "replica2", "replica3", "spare1"]
    replicas = [
        Replica(arguments.slipway, arguments.package, port, folder, name) for name, port in zip(names, free_ports(len(names)))
    ]
    balancer = None
    try:
        for replica in replicas[:3]:
            replica.start()
        balancer = Balancer(arguments.config, arguments.proxy_retries, replicas[:3], folder)
        for name in names[:3]:
            balancer.wait_up(name)
        load = Load(generator, balancer.port, arguments.path, body, arguments.connections, arguments.client_retries)
        rate = arguments.rate
        if rate is None:
            load.run(0, 1)
            full = load.run(0, max(2, min(10, arguments.seconds / 10)))
            if full["failed"]:
                raise SystemExit(f"drill: requests fail before anything happens: {full}")
            rate = arguments.share * full["ok"]["count"] / full["seconds"]
        print(f"{rate:.0f} requests/s to three replicas, HAProxy retries: {arguments.proxy_retries}", flush=True)
        return rate, rounds(arguments, Drill(replicas, balancer), load, rate)
    finally:
        if balancer:
            balancer.process.terminate()
            balancer.process.wait()
        for replica in replicas:
            if replica.is_running():
                replica.end(signal.SIGKILL)


def rounds(arguments, drill, load, rate):
    tallies = {name: Tally() for name, _ in drill.phases()}
    seconds = min(10.0, arguments.seconds / len(tallies))
    end = time.monotonic() + arguments.seconds
    while True:
        for name, event in drill.phases():
            results, notes = load.during(rate, seconds, event)
            tallies[name].add(results, notes)
        if time.monotonic() + seconds * len(tallies) / 2 > end:
            return tallies


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=pathlib.Path)
    parser.add_argument("--slipway", type=pathlib.Path, default=ROOT / ".build/release/slipway")
    parser.add_argument("--config", type=pathlib.Path, default=ROOT / "deploy/haproxy/haproxy.cfg")
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--rate", type=float, help="requests a second")
    parser.add_argument("--share", type=float, default=0.7, help="of the capacity, where no rate is given (0.7)")
    parser.add_argument("--connections", type=int, default=64, help="of the generator")
    parser.add_argument("--client-retries", type=int, default=2)
    parser.add_argument("--proxy-retries", choices=["shipped", "connect"], default="shipped")
    parser.add_argument("--request", type=pathlib.Path, help="body to send")
    parser.add_argument("--path", default="/v2/models/drill/infer", help="where to; the service is called drill")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the logs (none)")
    parser.add_argument("--out", type=pathlib.Path, help="JSON file for the result")
    arguments = parser.parse_args()
    arguments.seconds = arguments.minutes * 60
    if not arguments.slipway.exists():
        raise SystemExit(f"drill: there is no {arguments.slipway}; run make build, or give --slipway")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rate, tallies = run(arguments, folder)
    print(f"{'phase':8} {'sent':>8} {'failed':>7} {'lost':>5} {'p99 ms':>8} {'max ms':>8}  statuses, notes")
    complaints = []
    for name, tally in tallies.items():
        result = tally.as_json()
        p99 = f"{result['p99_ms_worst']:.1f}" if result["p99_ms_worst"] is not None else "-"
        print(
            f"{name:8} {tally.sent:8} {tally.failed:7} {tally.lost:5} {p99:>8} {tally.longest:8.1f}  {tally.statuses}"
            + (f", {tally.errors} without answer" if tally.errors else "")
            + (f", {tally.notes}" if tally.notes else "")
        )
        complaints += tally.complaints(name)
    if arguments.out:
        report = {"requests_per_second": rate, "phases": {name: tally.as_json() for name, tally in tallies.items()}}
        arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for complaint in complaints:
        print(f"drill: {complaint}", file=sys.stderr)
    print("drill: " + ("failed" if complaints else "only what was in flight on the killed replica failed, nothing was lost"))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
