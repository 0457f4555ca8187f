#!/usr/bin/env python3
"""`slipway serve` with item features in a Redis that sentinels watch, under load, while Redis fails: what callers see of it.

  redis_drill.py PACKAGE [--seconds 8] [--clients 2] [--slipway PROGRAM]

PACKAGE is the bundled example's (`Examples/multi_tower_din`). Master, replica and one sentinel run on this machine. Phases:

  steady    nothing happens
  failover  the master is killed with signal 9; the sentinel makes the replica master
  back      the killed one is started again, empty; the sentinel makes it a replica
  load      other prices are loaded while requests go on
  freeze    the master is stopped (signal 19): it takes connections and answers nothing; it goes on at the end
  restart   both are killed and started again, empty; the other prices are loaded again

Clients ask one request after the other, each for 20 items. A request fails when it gets no answer, another than 200, scores that are
neither of the prices loaded, or an item that is unknown although it was in memory. For each phase: requests, failures, latencies, items
that were served from memory because Redis failed (kept), and for loads the time from the end of the load until all answers had the new
prices. Exit status 0 when no request failed and every load was seen within --fresh-seconds.
"""

import argparse
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from haproxy_drill import until
from load import free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ITEMS = 100
CANDIDATES = 20


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Redis:
    def __init__(self, work, *more, sentinel=None):
        self.port = free_port()
        self.folder = work / str(self.port)
        self.folder.mkdir()
        self.command = ["redis-server"]
        if sentinel:
            config = self.folder / "sentinel.conf"
            config.write_text(sentinel, encoding="utf-8")
            self.command += [config, "--sentinel"]
        else:
            self.command += ["--save", "", "--appendonly", "no"]
        self.command += ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder, *more]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        until("redis-server", lambda: listens(self.port))

    def signal(self, number):
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait()

    def ask(self, *words):
        answer = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True)
        return answer.stdout.strip()


def write_items(path, price):
    """Encoded columns, as the example takes them: elements of lists are separated by \\x03."""
    lines = ["id,item_id,cate_id,brand,price,item_vec,words"]
    for row in range(ITEMS):
        vector = "\x03".join(["0.1", "0.2", "0.3", "0.4"])
        lines.append(f"row{row},{row + 1},{row % 7 + 1},{row % 11 + 1},{price + row * 0.01},{vector},{row % 13 + 1}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def body(first):
    def tensor(name, datatype, shape, data):
        return {"name": name, "datatype": datatype, "shape": shape, "data": data}

    ids = [f"row{(first + offset) % ITEMS}" for offset in range(CANDIDATES)]
    tensors = [
        tensor("item_ids", "BYTES", [CANDIDATES], ids),
        tensor("user_id", "INT64", [1], [87]),
        tensor("age", "FP32", [1], [0.5]),
        tensor("income", "FP64", [1], [0.25]),
        tensor("profile", "FP32", [1, 4], [0.1, 0.2, 0.3, 0.4]),
    ]
    return json.dumps({"inputs": tensors}).encode()


class Server:
    def __init__(self, slipway, package, work, name, *flags):
        self.log = work / f"{name}.log"
        command = [slipway, "serve", f"drill={package}", "--host", "127.0.0.1", "--port", "0", "--item-key", "id"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*command, "--item-empty-score", "-5", *flags], stdout=log, stderr=log)
        until("the server", lambda: self.port() or self.process.poll() is not None, 120)
        if not self.port():
            raise SystemExit(self.log.read_text(encoding="utf-8"))

    def port(self):
        for line in self.log.read_text(encoding="utf-8").splitlines():
            if '"message":"ready"' in line:
                return int(json.loads(line)["port"])
        return None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port(), timeout=30)

    def metric(self, start):
        connection = self.connect()
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(start))


def scores(connection, first):
    connection.request("POST", "/v2/models/drill/infer", body(first))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise ValueError(f"status {answer.status}: {text[:200]}")
    found = next(each for each in json.loads(text)["outputs"] if each["name"] == "probs")
    return found["data"]


def equal(left, right):
    return all(abs(a - b) <= 2e-6 for a, b in zip(left, right))


class Clients:
    """Ask until told to stop, and keep what came of it."""

    def __init__(self, server, expected, count):
        self.server, self.expected = server, expected
        self.lock = threading.Lock()
        self.is_done = False
        self.clear()
        self.threads = [threading.Thread(target=self.run, args=(index,)) for index in range(count)]
        for thread in self.threads:
            thread.start()

    def clear(self):
        with self.lock:
            self.times, self.failures, self.last = [], [], {}

    def run(self, index):
        connection, turn = self.server.connect(), index
        while not self.is_done:
            first = turn * 7 % ITEMS
            start = time.monotonic()
            problem, seen = None, None
            try:
                answer = scores(connection, first)
                own = [[self.expected[name][(first + k) % ITEMS] for k in range(CANDIDATES)] for name in ("old", "new")]
                if all(min(abs(a - b), abs(a - c)) <= 2e-6 for a, b, c in zip(answer, *own)):
                    seen = equal(answer, own[1])
                else:
                    problem = f"scores {answer[:4]} at {first}"
            except (OSError, ValueError, http.client.HTTPException) as error:
                problem, connection = repr(error), self.server.connect()
            with self.lock:
                self.times.append(time.monotonic() - start)
                self.last[first] = seen
                if problem:
                    self.failures.append(problem)
            turn += 1

    def sees_new(self):
        """Whether the latest answer about every item was of the new prices."""
        with self.lock:
            return len(self.last) == ITEMS and all(self.last.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package")
    parser.add_argument("--slipway", default=ROOT / ".build/release/slipway")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--fresh-seconds", type=float, default=12)
    arguments = parser.parse_args()
    started = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            sys.exit(drill(arguments, pathlib.Path(folder), started))
        finally:
            for one in started:
                if one.process.poll() is None:
                    os.kill(one.process.pid, signal.SIGCONT)
                    one.process.kill()
                    one.process.wait()


def drill(arguments, work, started):
    def start(one):
        started.append(one)
        return one

    master = start(Redis(work))
    replica = start(Redis(work, "--replicaof", f"127.0.0.1 {master.port}"))
    sentinel = start(
        Redis(
            work,
            sentinel=f"sentinel monitor main 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 5000\n",
        )
    )
    address = f"redis-sentinel://127.0.0.1:{sentinel.port}/main"
    expected = {}
    for name, price in (("old", 0.1), ("new", 2.0)):
        write_items(work / f"{name}.csv", price)
        reference = start(Server(arguments.slipway, arguments.package, work, name, "--items", work / f"{name}.csv"))
        connection = reference.connect()
        expected[name] = [score for first in range(0, ITEMS, CANDIDATES) for score in scores(connection, first)]
        reference.process.terminate()
        reference.process.wait()

    def load(name):
        command = ["items", "load", "--items", work / f"{name}.csv", "--redis", address, "--item-key", "id"]
        subprocess.run([arguments.slipway, *command, "--keep", "1"], check=True, capture_output=True)

    def serves(one):
        return one.ask("role").split("\n")[0] == "master"

    def named():
        return sentinel.ask("sentinel", "get-master-addr-by-name", "main").split("\n")[-1]

    until("replication", lambda: str(replica.port) in sentinel.ask("sentinel", "replicas", "main"))
    load("old")
    flags = ["--items", address, "--redis-ttl-ms", "1000", "--redis-stale-ms", "2000"]
    server = start(Server(arguments.slipway, arguments.package, work, "serve", *flags))
    warm = server.connect()
    for first in range(0, ITEMS, CANDIDATES):
        scores(warm, first)
    clients = Clients(server, expected, arguments.clients)
    fresh, failed = {}, 0

    def loaded(phase, name):
        load(name)
        clients.last = {}
        begin = time.monotonic()
        until("new features", clients.sees_new)
        fresh[phase] = time.monotonic() - begin

    def failover():
        master.signal(signal.SIGKILL)
        until("the failover", lambda: serves(replica) and named() == str(replica.port))

    def back():
        master.start()
        until("the replica", lambda: not serves(master), 90)

    def freeze():
        replica.signal(signal.SIGSTOP)
        time.sleep(arguments.seconds)
        replica.signal(signal.SIGCONT)
        until("one master", lambda: named() in (str(master.port), str(replica.port)))

    def restart():
        for one in (master, replica):
            one.signal(signal.SIGKILL)
        time.sleep(2)
        for one in (master, replica):
            one.start()
        until("a master", lambda: any(serves(one) and named() == str(one.port) for one in (master, replica)), 120)
        loaded("restart", "new")

    phases = [("steady", None), ("failover", failover), ("back", back)]
    phases += [("load", lambda: loaded("load", "new")), ("freeze", freeze), ("restart", restart)]
    try:
        print(f"{'phase':10}{'requests':>9}{'failed':>8}{'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}{'kept':>8}{'unknown':>8}  fresh s")
        for name, event in phases:
            result = 'slipway_redis_items_total{model="drill",result='
            before = [server.metric(f'{result}"{word}"') for word in ("kept", "failed")]
            clients.clear()
            end = time.monotonic() + arguments.seconds
            if event:
                event()
            time.sleep(max(0.5, end - time.monotonic()))
            with clients.lock:
                times, failures = sorted(clients.times), list(clients.failures)
            kept, unknown = (server.metric(f'{result}"{word}"') - old for word, old in zip(("kept", "failed"), before))
            at = [times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.99, 1)]
            line = f"{name:10}{len(times):9}{len(failures):8}" + "".join(f"{each:8.1f}" for each in at)
            print(f"{line}{kept:8.0f}{unknown:8.0f}  {fresh.get(name, 0):.2f}", flush=True)
            for problem in failures[:3]:
                print(f"  {problem}")
            failed += len(failures)
    finally:
        clients.is_done = True
        for thread in clients.threads:
            thread.join()
    late = [name for name, seconds in fresh.items() if seconds > arguments.fresh_seconds]
    if failed or late:
        print(f"drill: {failed} requests failed; loads seen late: {', '.join(late) or 'none'}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    main()
