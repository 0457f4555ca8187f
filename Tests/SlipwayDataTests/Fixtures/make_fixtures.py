"""Writes the fixtures beside it. Needs pyarrow; run in this folder."""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

scalars = pa.table({
    "i8": pa.array([-128, None, 127], pa.int8()),
    "i16": pa.array([-32768, 0, 32767], pa.int16()),
    "i32": pa.array([-(2**31), None, 2**31 - 1], pa.int32()),
    "i64": pa.array([-(2**63), None, 2**63 - 1], pa.int64()),
    "u8": pa.array([0, 255, None], pa.uint8()),
    "u16": pa.array([0, 65535, None], pa.uint16()),
    "u32": pa.array([0, 2**32 - 1, None], pa.uint32()),
    "u64": pa.array([0, 2**63 - 1, None], pa.uint64()),
    "f16": pa.array([np.float16(0.5), None, np.float16(-2)], pa.float16()),
    "f32": pa.array([0.1, None, float("inf")], pa.float32()),
    "f64": pa.array([0.1, None, float("nan")], pa.float64()),
    "dec": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50")], pa.decimal128(9, 2)),
    "bool": pa.array([True, None, False]),
    "str": pa.array(["", None, "Grüße 你好 \U0001f680"]),
    "lstr": pa.array(["a", None, "c"], pa.large_string()),
    "bin": pa.array([b"abc", None, b""], pa.binary()),
    "dict": pa.array(["x", None, "y"]).dictionary_encode(),
    "date": pa.array([datetime.date(1970, 1, 2), None, datetime.date(2024, 1, 1)]),
    "ts": pa.array([1, None, -5], pa.timestamp("ms")),
    "nothing": pa.nulls(3),
})
pq.write_table(scalars, "scalars.parquet")

nested = pa.table({
    "ids": pa.array([[1, 2], [], None, [3, None]], pa.list_(pa.int64())),
    "large": pa.array([[0.5], None, [], [1.5, 2.5]], pa.large_list(pa.float32())),
    "fixed": pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.int16(), 2)),
    "words": pa.array([["a", None], [], None, ["\u00e9"]], pa.list_(pa.string())),
    "lists": pa.array([[[1.0], []], None, [], [None, [2.0, 3.0]]], pa.list_(pa.list_(pa.float64()))),
    "map": pa.array([[("a", 1), ("b", None)], [], None, [("", 3)]], pa.map_(pa.string(), pa.int64())),
    "imap": pa.array([[(1, 0.5)], None, [], [(2, 1.5), (3, 2.5)]], pa.map_(pa.int32(), pa.float32())),
})
pq.write_table(nested, "nested.parquet", row_group_size=2)

pq.write_table(nested.slice(0, 0), "no_rows.parquet")
pq.write_table(pa.table({"s": pa.array([{"a": 1}]), "x": pa.array([1])}), "struct.parquet")
pq.write_table(pa.table({"u": pa.array([2**63], pa.uint64())}), "too_large.parquet")
pq.write_table(pa.table({"b": pa.array([b"\xff\xfe"], pa.binary())}), "not_utf8.parquet")

# Ten rows over three files in row groups of two: batches must fill across both.
for part, (start, end) in enumerate([(0, 3), (3, 8), (8, 10)]):
    rows = list(range(start, end))
    table = pa.table({"row": pa.array(rows, pa.int64()), "ids": pa.array([list(range(r % 3)) for r in rows], pa.list_(pa.int64()))})
    pq.write_table(table, f"part-{part}.parquet", row_group_size=2)

# The same column as nulls only, as int32 and as int64.
pq.write_table(pa.table({"x": pa.nulls(2)}), "widen-0.parquet")
pq.write_table(pa.table({"x": pa.array([1, None], pa.int32())}), "widen-1.parquet")
pq.write_table(pa.table({"x": pa.array([2**40], pa.int64())}), "widen-2.parquet")
pq.write_table(pa.table({"x": pa.array(["a"])}), "text.parquet")

with open("plain.csv", "w") as out:
    out.write('id,name,price,"quoted, name",empty,flag,day\n')
    out.write('1,"say ""hi""",0.5,"two\nlines",,true,2024-01-31\n')
    out.write("2,,,NULL,,false,2024-02-01\n")
    out.write("NA,null,-1e3,,,true,2024-02-02\n")
with open("bare.csv", "w") as out:
    out.write("1;0.5;a\n2;;b\n")
with open("header_only.csv", "w") as out:
    out.write("a,b\n")
with open("short_row.csv", "w") as out:
    out.write("a,b\n1,2\n3\n")
with open("empty.csv", "w") as out:
    pass
