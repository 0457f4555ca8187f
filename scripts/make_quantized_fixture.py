#!/usr/bin/env python3
"""Turns quantized_rows.npz (float rows and what fbgemm makes of them) into the flat file the kernel tests read.

usage: make_quantized_fixture.py quantized_rows.npz out.bin [--all]

Without --all, the widths above 32 keep their first 12 rows and dequantized rows are kept up to width 16. The file is a
sequence of entries: four little-endian int32 (kind, width, rows, bytes), then the bytes. Kinds: 0 float32 rows;
16 float16 rows; 8, 4, 2 table rows (scale, bias, codes); 108, 104, 102 the same rows dequantized to float32.
"""
import struct
import sys

import numpy as np


def main():
    source, target = sys.argv[1:3]
    everything = "--all" in sys.argv
    arrays = np.load(source)
    widths = sorted(int(name[2:]) for name in arrays if name.startswith("w_"))
    with open(target, "wb") as out:
        for width in widths:
            entries = [(0, arrays[f"w_{width}"]), (16, arrays[f"fp16_{width}"])]
            for bits in (8, 4, 2):
                if f"fused_int{bits}_{width}" not in arrays:
                    continue
                fused = arrays[f"fused_int{bits}_{width}"]
                entries.append((bits, np.concatenate([fused[:, -4:], fused[:, :-4]], axis=1)))
                if everything or width <= 16:
                    entries.append((100 + bits, arrays[f"deq_int{bits}_{width}"]))
            for kind, rows in entries:
                if not everything and width > 32:
                    rows = rows[:12]
                data = np.ascontiguousarray(rows).tobytes()
                out.write(struct.pack("<4i", kind, width, len(rows), len(data)) + data)


main()
