"""Requests of one user and B candidates from a file of rows: the user of a batch's first row, the candidates of all."""

import numpy
import pyarrow as pa
import pyarrow.parquet
import torch

MAX_REQUESTS = 8


def tensors(table):
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


def batches(case, size):
    """The first whole batches of `size` rows, at most MAX_REQUESTS, as tables."""
    table = pyarrow.parquet.read_table(case / "data" / "eval.parquet")
    count = min(table.num_rows // size, MAX_REQUESTS)
    if count == 0:
        raise SystemExit(f"{case}: eval.parquet has {table.num_rows} rows, fewer than one batch of {size}")
    return [table.slice(i * size, size) for i in range(count)]


def requests(case, size, users, chunk=None):
    """Each request as a list of inputs to score one after the other: one of all candidates, or of `chunk` at a time."""
    chunk = min(chunk or size, size)
    if size % chunk:
        raise SystemExit(f"--chunk {chunk} does not divide {size} candidates")
    found = []
    for table in batches(case, size):
        names = [name for name in table.column_names if name in users]
        user = tensors(table.slice(0, 1).select(names))
        items = table.drop_columns(names)
        found.append([{**user, **tensors(items.slice(row, chunk))} for row in range(0, size, chunk)])
    return found


def joined(outputs):
    """The outputs of all batches, one after the other, as lists."""
    return {
        name: numpy.concatenate([numpy.asarray(output[name], dtype=numpy.float32).reshape(-1) for output in outputs])
        .tolist()
        for name in outputs[0]
    }
