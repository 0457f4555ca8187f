#!/usr/bin/env python3
"""Writes a PBRequest of one user and N candidates from encoded rows: the user's features of row 0, the others of rows 0 to N-1.

  make_request.py CASE N OUT        CASE holds pipeline.config and data/eval.parquet

Which columns are the user's is read from the config's expressions; columns of sequence groups are the user's too.
"""

import pathlib
import re
import struct
import sys

import pyarrow as pa
import pyarrow.parquet


def varint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def feature(value, kind):
    """A PBFeature: long_feature, float_feature, long_list, float_list, or empty text for a missing value."""
    if value is None:
        return field(3, b"")
    if pa.types.is_list(kind):
        if pa.types.is_floating(kind.value_type):
            return field(24, field(1, struct.pack(f"<{len(value)}f", *value)))
        return field(22, field(1, b"".join(varint(element) for element in value)))
    if pa.types.is_floating(kind):
        return varint(4 << 3 | 5) + struct.pack("<f", value)
    return varint(2 << 3) + varint(value)


def request(case, candidates):
    config = (case / "pipeline.config").read_text(encoding="utf-8")
    of_items = set(re.findall(r'expression:\s*"(?:item|context):(\w+)"', config))
    named = set(re.findall(r'feature_name:\s*"(\w+)"', config))
    table = pyarrow.parquet.read_table(case / "data" / "eval.parquet").slice(0, candidates)
    out = b""
    for name in table.column_names:
        kind = table.schema.field(name).type
        values = table[name].to_pylist()
        if "__" not in name and name not in named:
            continue  # labels and row numbers
        if name in of_items and "__" not in name:
            column = b"".join(field(1, feature(value, kind)) for value in values)
            out += field(4, field(1, name.encode()) + field(2, column))
        else:
            out += field(2, field(1, name.encode()) + field(2, feature(values[0], kind)))
    return out + b"".join(field(3, f"item{row}".encode()) for row in range(table.num_rows))


def main():
    case, candidates, path = sys.argv[1:]
    data = request(pathlib.Path(case), int(candidates))
    pathlib.Path(path).write_bytes(data)
    print(f"{path}: {len(data)} bytes")


if __name__ == "__main__":
    main()
