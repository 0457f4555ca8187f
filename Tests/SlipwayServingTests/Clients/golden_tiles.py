"""Sends TorchEasyRec's own tiled requests with Triton's client and compares the scores with TorchEasyRec's.

Arguments: the server's address, then MODEL=FILE.npz for each model. The files hold a request's inputs as in/NAME and the scores
of the exported model as out/NAME. Writes the largest difference |ours - theirs| / max(1, |theirs|) of each output.
"""

import json
import sys

import numpy as np
import tritonclient.http as http

TYPES = {np.dtype(np.int64): "INT64", np.dtype(np.int32): "INT32", np.dtype(np.float32): "FP32"}


def main():
    client = http.InferenceServerClient(sys.argv[1])
    found = {}
    for argument in sys.argv[2:]:
        model, path = argument.split("=", 1)
        arrays = np.load(path)
        wanted = {port["name"]: port["datatype"] for port in client.get_model_metadata(model)["inputs"]}
        inputs = []
        for name in arrays.files:
            if not name.startswith("in/") or name[3:] not in wanted:
                continue
            array = np.atleast_1d(arrays[name])
            if wanted[name[3:]] == "INT32":
                array = array.astype(np.int32)
            tensor = http.InferInput(name[3:], list(array.shape), TYPES[array.dtype])
            tensor.set_data_from_numpy(array)
            inputs.append(tensor)
        result = client.infer(model, inputs)
        for name in arrays.files:
            if name.startswith("out/"):
                theirs = arrays[name].astype(np.float64)
                ours = result.as_numpy(name[4:]).astype(np.float64).reshape(theirs.shape)
                found[f"{model}.{name[4:]}"] = float(np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
