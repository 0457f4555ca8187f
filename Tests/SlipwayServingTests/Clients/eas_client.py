"""Sends requests with the client that TorchEasyRec Processor's users have: eas-prediction.

Reads one JSON object from standard input: endpoint, service, token, direct (service discovery first) and requests, each with
user, context and item features as [name, dtype, value or values], items, debug and meta. Writes a list of the responses'
fields. Python's own client decides what is on the wire: nothing here knows the protocol.
"""

import json
import sys

from eas_prediction import PredictClient
from eas_prediction.torchrec_request import TorchRecRequest


def build(fields):
    request = TorchRecRequest()
    for name, dtype, value in fields.get("user", []):
        request.add_user_fea(name, value, dtype)
    for name, dtype, values in fields.get("context", []):
        for value in values:
            request.add_context_fea(name, value, dtype)
    for name, dtype, values in fields.get("item", []):
        for value in values:
            request.add_item_fea(name, value, dtype)
    for item in fields.get("items", []):
        request.add_item_id(item)
    for key, value in fields.get("meta", {}).items():
        request.add_meta_data(key, value)
    request.set_debug_level(fields.get("debug", 0))
    if "neighbours" in fields:
        request.set_faiss_neigh_num(fields["neighbours"])
    return request


def describe(response):
    outputs = {}
    for name, array in response.map_outputs.items():
        values = list(array.float_val) or list(array.double_val) or list(array.int64_val) or list(array.int_val)
        outputs[name] = {"dtype": array.dtype, "shape": list(array.array_shape.dim), "values": values}
    return {
        "outputs": outputs,
        "item_ids": list(response.item_ids),
        "generate_features": dict(response.generate_features),
        "raw_features": dict(response.raw_features),
        "pass_through_data": dict(response.pass_through_data),
    }


def main():
    task = json.load(sys.stdin)
    client = PredictClient(task["endpoint"], task["service"])
    if task.get("direct"):
        client.set_endpoint_type("DIRECT")
    if task.get("token"):
        client.set_token(task["token"])
    client.init()
    answers = []
    for fields in task["requests"]:
        try:
            answers.append(describe(client.predict(build(fields))))
        except Exception as error:  # the test says which are expected
            answers.append({"error": str(error), "kind": type(error).__name__})
    json.dump(answers, sys.stdout)
    client.destroy()


if __name__ == "__main__":
    main()
