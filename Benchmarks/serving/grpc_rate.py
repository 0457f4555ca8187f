#!/usr/bin/env python3
"""Calls a second of the gRPC port: the bare handler (ServerLive) and scored requests, on one processor, from another.

  grpc_rate.py PACKAGE [--calls 200000] [--connections 4] [--streams 16] [--rounds 5] [--peer NAME=PORT]

The release build is measured (make build); the generator is h2load (Debian: nghttp2-client). Requests are one row of zeros in the
model's own inputs. Each round asks everything once; medians and ranges are over the rounds. What h2load takes for an answer may be an
error, so the server's own counter of OK calls must agree, or the run ends. `--peer` also asks another gRPC server, which is running
already, for ServerLive.
"""

import argparse
import json
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

from load import ROOT, Server, free_port

SERVICE = "/inference.GRPCInferenceService/"


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def framed(message):
    """A gRPC message behind its flag and length."""
    return b"\0" + struct.pack(">I", len(message)) + message


def zeros(metadata):
    """A ModelInferRequest of one row: no ids, zeros for floats."""
    inputs = [each for each in metadata["inputs"] if each["parameters"]["kind"] == "encoded"]
    names = {each["name"] for each in inputs}
    message = field(1, metadata["name"].encode())
    raw = b""
    for each in inputs:
        name, shape = each["name"], [1, *each["shape"][1:]]
        if name.endswith(".values") and name.removesuffix(".values") + ".lengths" in names:
            shape[0] = 0
        count = 1
        for size in shape:
            count *= size
        value = struct.pack({"INT64": "<q", "INT32": "<i", "FP32": "<f"}[each["datatype"]], 1 if name == "batch_size" else 0)
        packed = b"".join(varint(size) for size in shape)
        message += field(5, field(1, name.encode()) + field(2, each["datatype"].encode()) + field(3, packed))
        raw += field(7, value * count)
    return message + raw


def rate(arguments, port, method, body):
    command = ["taskset", "-c", str(arguments.generator_core), "h2load", "-n", str(arguments.calls), "-c", str(arguments.connections),
               "-m", str(arguments.streams), "-d", str(body), "-H", "content-type: application/grpc", "-H", "te: trailers",
               f"http://127.0.0.1:{port}{SERVICE}{method}"]  # fmt: skip
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    failed = int(re.search(r"(\d+) failed", output)[1])
    if failed:
        raise SystemExit(f"{method}: {failed} calls of {arguments.calls} failed\n{output}")
    return float(re.search(r"finished in [^,]*, ([\d.]+) req/s", output)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=pathlib.Path)
    parser.add_argument("--slipway", type=pathlib.Path, default=ROOT / ".build/release/slipway")
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--streams", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PORT")
    arguments = parser.parse_args()
    port, calls = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder, open(pathlib.Path(folder) / "log", "wb") as log:
        command = [arguments.slipway, "serve", f"load={arguments.package}", "--host", "127.0.0.1", "--port", port, "--grpc-port", calls,
                   "--workers", 1, "--queue-size", 100_000, "--request-timeout-ms", 60_000]  # fmt: skip
        server = Server(arguments.server_core, command, port, log)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/models/load") as page:
                metadata = json.load(page)
            bodies = {"ServerLive": framed(b""), "ModelInfer": framed(zeros(metadata))}
            for method, body in bodies.items():
                (pathlib.Path(folder) / method).write_bytes(body)
            plans = [(method, calls, method) for method in bodies]
            for peer in arguments.peer:
                name, peer_port = peer.split("=")
                plans.append((name, int(peer_port), "ServerLive"))
            found = {name: [] for name, _, _ in plans}
            for _ in range(arguments.rounds):
                for name, where, method in plans:
                    found[name].append(rate(arguments, where, method, pathlib.Path(folder) / method))
            for method in bodies:
                time.sleep(0.2)
                answered = server.metric(f'slipway_grpc_requests_total{{method="{method}",code="OK"}}')
                if answered != arguments.calls * arguments.rounds:
                    raise SystemExit(f"{method}: {answered} calls were answered OK of {arguments.calls * arguments.rounds}")
        finally:
            server.stop()
    for name, rates in found.items():
        print(f"{name:12} {statistics.median(rates):10.0f} calls/s  ({min(rates):.0f} to {max(rates):.0f})")


if __name__ == "__main__":
    sys.exit(main())
