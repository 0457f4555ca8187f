"""Writes python.safetensors with the safetensors package."""
import os

import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "floats": np.arange(6, dtype=np.float32).reshape(2, 3) / 2,
        "halves": np.array([1, -2, 65504], dtype=np.float16),
        "doubles": np.array([[0.25]]),
        "longs": np.array([-(2**63), 2**63 - 1], dtype=np.int64),
        "bytes": np.array([0, 1, 254, 255], dtype=np.uint8),
        "flag": np.array(True),
        "none": np.zeros((0, 2), dtype=np.float32),
    },
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "python.safetensors"),
    metadata={"made": 'by "python"', "é": "ü"},
)
