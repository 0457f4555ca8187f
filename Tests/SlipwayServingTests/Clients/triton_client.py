"""Drives the Open Inference Protocol with Triton's HTTP client, unchanged.

Arguments: the server's address, the admin port's, the model. Standard input: JSON with inputs as [name, datatype, shape,
values]. Writes what the server said of itself, and outputs as JSON and as binary tensors.
"""

import json
import sys

import numpy as np
import tritonclient.http as http

TYPES = {"INT64": np.int64, "FP32": np.float32, "FP64": np.float64, "BYTES": np.object_}


def infer(client, model, fields, binary):
    inputs = []
    for name, datatype, shape, values in fields:
        tensor = http.InferInput(name, shape, datatype)
        tensor.set_data_from_numpy(np.array(values, dtype=TYPES[datatype]).reshape(shape), binary_data=binary)
        inputs.append(tensor)
    outputs = [http.InferRequestedOutput("probs", binary_data=binary)]
    result = client.infer(model, inputs, outputs=outputs, request_id="t1")
    return {"id": result.get_response()["id"], "probs": result.as_numpy("probs").tolist()}


def main():
    address, admin_address, model = sys.argv[1:4]
    fields = json.load(sys.stdin)["inputs"]
    client = http.InferenceServerClient(address)
    admin = http.InferenceServerClient(admin_address)
    found = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready(model),
        "no_model_ready": client.is_model_ready("nobody"),
        "server": client.get_server_metadata()["name"],
        "outputs": [output["name"] for output in client.get_model_metadata(model)["outputs"]],
        "json": infer(client, model, fields, binary=False),
        "binary": infer(client, model, fields, binary=True),
        "index": client.get_model_repository_index(),
        "count": client.get_inference_statistics(model)["model_stats"][0]["inference_count"],
    }
    try:
        client.unload_model(model)
        found["refused"] = ""
    except http.InferenceServerException as error:
        found["refused"] = error.message()
    admin.load_model(model)
    found["after_reload"] = infer(client, model, fields, binary=True)
    admin.unload_model(model)
    found["after_unload"] = client.is_model_ready(model)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
