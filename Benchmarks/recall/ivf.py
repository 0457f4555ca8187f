#!/usr/bin/env python3
"""Recall@100 of an IVF index against brute force, and the time of one search, by the number of lists looked at.

  ivf.py SLIPWAY --items 100000 --dim 64 --users 500 --nlist 1000 --nprobe 1,10,50,100,1000

Items and users are normal around 200 centres, scaled to length 1, which is kinder to lists than noise and harsher than a catalogue
of near duplicates. Brute force is numpy's in float64. `slipway index` builds, `slipway hitrate --batch_size 1 --threads 1` searches.
Needs numpy and pyarrow.
"""
import argparse
import pathlib
import re
import subprocess
import tempfile
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TOP = 100


def made(rng, centres, count):
    rows = centres[rng.integers(0, len(centres), count)] + rng.normal(scale=0.6, size=(count, centres.shape[1]))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def write(path, columns):
    pq.write_table(pa.table({
        name: pa.FixedSizeListArray.from_arrays(pa.array(x.reshape(-1)), x.shape[1]).cast(pa.list_(pa.float32()))
        if isinstance(x, np.ndarray) and x.dtype == np.float32 else pa.array(x) for name, x in columns.items()}), path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("slipway")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--users", type=int, default=500)
    parser.add_argument("--nlist", type=int, default=1000)
    parser.add_argument("--nprobe", default="1,10,50,100,1000")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(200, options.dim))
    items, users = made(rng, centres, options.items), made(rng, centres, options.users)
    scores = users.astype(np.float64) @ items.T.astype(np.float64)
    nearest = np.argpartition(-scores, TOP, 1)[:, :TOP]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write(folder / "items.parquet", {"item_id": np.arange(options.items), "item_tower_emb": items})
        write(folder / "users.parquet", {
            "request_id": np.arange(options.users), "gt_items": nearest.tolist(), "user_tower_emb": users})
        print(f"{options.items} items of {options.dim} dimensions, {options.users} users")
        print("| index | nprobe | recall@100 | median | p99 |\n|---|---|---|---|---|")
        for kind, probes in (("FlatIP", ["1"]), ("IVFFlatIP", options.nprobe.split(","))):
            start = time.time()
            subprocess.run(
                [options.slipway, "index", "--embedding_input_path", folder / "items.parquet", "--index_output_dir",
                 folder / kind, "--id_field", "item_id", "--embedding_field", "item_tower_emb", "--index_type", kind,
                 "--ivf_nlist", str(options.nlist)], check=True, stderr=subprocess.DEVNULL)
            built = time.time() - start
            for probe in probes:
                run = subprocess.run(
                    [options.slipway, "hitrate", "--user_gt_input", folder / "users.parquet", "--index_dir",
                     folder / kind, "--top_k", str(TOP), "--ivf_nprobe", probe, "--batch_size", "1", "--threads", "1"],
                    check=True, text=True, capture_output=True)
                rate = float(run.stdout.split()[-1])
                median, p99 = re.search(r"median (\S+) ms, p99 (\S+) ms", run.stderr).groups()
                shown = "–" if kind == "FlatIP" else f"{probe} of {options.nlist}"
                print(f"| {kind} | {shown} | {rate:.4f} | {median} ms | {p99} ms |", flush=True)
            print(f"{kind} built in {built:.1f} s")


if __name__ == "__main__":
    main()
