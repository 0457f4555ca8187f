"""Writes torch_kinds/ and torch_complex/: a small distributed checkpoint with every element type and sharding, and one
that is refused, by PyTorch itself.

    python make_torch_kinds.py            (four gloo processes on the CPU)
"""
import os
import shutil
import sys

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing as mp
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Replicate, Shard, distribute_tensor

TYPES = [
    torch.float32, torch.float16, torch.bfloat16, torch.float64,
    torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
]


def run(rank, folder):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29617")
    dist.init_process_group("gloo", rank=rank, world_size=4)
    line = init_device_mesh("cpu", (4,))
    grid = init_device_mesh("cpu", (2, 2))
    table = torch.arange(11 * 6, dtype=torch.float32).reshape(11, 6) / 8 - 3
    cube = torch.arange(5 * 4 * 3, dtype=torch.int64).reshape(5, 4, 3) * 1000003
    state = {
        "row_wise": distribute_tensor(table, line, [Shard(0)]),
        "column_wise": distribute_tensor(table, line, [Shard(1)]),
        "grid": distribute_tensor(table, grid, [Shard(0), Shard(1)]),
        "replicated_columns": distribute_tensor(table, grid, [Replicate(), Shard(1)]),
        "cube_middle": distribute_tensor(cube, line, [Shard(1)]),
        "cube_last": distribute_tensor(cube, grid, [Shard(0), Shard(2)]),
        "scalar": torch.tensor(42, dtype=torch.int64),
        "empty": torch.zeros(0, 3),
        "transposed": table.t(),
        "view": table[2:5, 1:4],
        "parameter": torch.nn.Parameter(table[:2].clone()),
        "note": {"text": "not a tensor", "numbers": [1, 2, 3]},
    }
    for kind in TYPES:
        values = torch.tensor([0, 1, 2, -3, 100, 7], dtype=torch.float64)
        if kind is torch.uint8:
            values = values.abs()
        state["type." + str(kind).removeprefix("torch.")] = values.to(kind).reshape(2, 3)
    dcp.save(state, checkpoint_id=folder)
    dist.destroy_process_group()


if __name__ == "__main__":
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_kinds")
    shutil.rmtree(folder, ignore_errors=True)
    os.chdir(os.path.dirname(folder))
    mp.spawn(run, args=("torch_kinds",), nprocs=4)
    shutil.rmtree("torch_complex", ignore_errors=True)
    dcp.save({"z": torch.zeros(2, dtype=torch.complex64)}, checkpoint_id="torch_complex", no_dist=True)
    sys.exit(0)
