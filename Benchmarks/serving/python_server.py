#!/usr/bin/env python3
"""What a user would write otherwise: FastAPI and uvicorn around the TorchScript peer, one process with one thread.

  python_server.py CASE PORT        answers POST /api/predict/load, a PBRequest of user and context features of encoded ids

The request is read with protobuf's own parser; user features are repeated for the candidates, as the model takes them.
"""

import pathlib
import sys
import warnings

import fastapi
import numpy as np
import torch
import uvicorn
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))
from peer import load_model  # noqa: E402

FIELD = descriptor_pb2.FieldDescriptorProto


def messages():
    """The messages of torchrec_predict.proto that the benchmark's request and response use."""
    file = descriptor_pb2.FileDescriptorProto(name="load.proto", package="load", syntax="proto3")

    def message(name, fields, oneof=None, entries=()):
        one = file.message_type.add(name=name)
        if oneof:
            one.oneof_decl.add(name=oneof)
        for number, field_name, kind, repeated, type_name in fields:
            field = one.field.add(
                name=field_name, number=number, type=kind, label=FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
            )
            if type_name:
                field.type_name = f".load.{type_name}"
            if oneof:
                field.oneof_index = 0
        for entry, value_type in entries:
            inner = one.nested_type.add(name=entry)
            inner.options.map_entry = True
            inner.field.add(name="key", number=1, type=FIELD.TYPE_STRING, label=FIELD.LABEL_OPTIONAL)
            inner.field.add(
                name="value", number=2, type=FIELD.TYPE_MESSAGE, label=FIELD.LABEL_OPTIONAL, type_name=f".load.{value_type}"
            )

    message("LongList", [(1, "features", FIELD.TYPE_INT64, True, None)])
    message(
        "PBFeature",
        [
            (2, "long_feature", FIELD.TYPE_INT64, False, None),
            (3, "string_feature", FIELD.TYPE_STRING, False, None),
            (4, "float_feature", FIELD.TYPE_FLOAT, False, None),
            (22, "long_list", FIELD.TYPE_MESSAGE, False, "LongList"),
        ],
        oneof="value",
    )
    message("ContextFeatures", [(1, "features", FIELD.TYPE_MESSAGE, True, "PBFeature")])
    message(
        "PBRequest",
        [
            (2, "user_features", FIELD.TYPE_MESSAGE, True, "PBRequest.UserFeaturesEntry"),
            (3, "item_ids", FIELD.TYPE_STRING, True, None),
            (4, "context_features", FIELD.TYPE_MESSAGE, True, "PBRequest.ContextFeaturesEntry"),
        ],
        entries=[("UserFeaturesEntry", "PBFeature"), ("ContextFeaturesEntry", "ContextFeatures")],
    )
    message("ArrayShape", [(1, "dim", FIELD.TYPE_INT64, True, None)])
    message(
        "ArrayProto",
        [
            (1, "dtype", FIELD.TYPE_INT32, False, None),
            (2, "array_shape", FIELD.TYPE_MESSAGE, False, "ArrayShape"),
            (3, "float_val", FIELD.TYPE_FLOAT, True, None),
        ],
    )
    message(
        "PBResponse",
        [
            (1, "map_outputs", FIELD.TYPE_MESSAGE, True, "PBResponse.MapOutputsEntry"),
            (4, "item_ids", FIELD.TYPE_STRING, True, None),
        ],
        entries=[("MapOutputsEntry", "ArrayProto")],
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return [
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"load.{name}")) for name in ("PBRequest", "PBResponse")
    ]


def inputs_of(request, rows):
    inputs = {}
    for name, value in request.user_features.items():
        kind = value.WhichOneof("value")
        if kind == "long_list":
            ids = np.fromiter(value.long_list.features, np.int64, len(value.long_list.features))
            inputs[f"{name}.values"] = torch.from_numpy(np.tile(ids, rows))
            inputs[f"{name}.lengths"] = torch.full((rows,), len(ids), dtype=torch.int32)
        elif kind == "float_feature":
            inputs[f"{name}.values"] = torch.full((rows, 1), value.float_feature)
        else:
            inputs[f"{name}.values"] = torch.full((rows,), value.long_feature, dtype=torch.int64)
            inputs[f"{name}.lengths"] = torch.ones(rows, dtype=torch.int32)
    for name, column in request.context_features.items():
        if column.features[0].WhichOneof("value") == "float_feature":
            values = np.fromiter((value.float_feature for value in column.features), np.float32, rows)
            inputs[f"{name}.values"] = torch.from_numpy(values).unsqueeze(1)
        else:
            values = np.fromiter((value.long_feature for value in column.features), np.int64, rows)
            inputs[f"{name}.values"] = torch.from_numpy(values)
            inputs[f"{name}.lengths"] = torch.ones(rows, dtype=torch.int32)
    return inputs


def main():
    case, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    warnings.filterwarnings("ignore", message="torch.distributed is disabled")
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    model = load_model(case)
    request_type, response_type = messages()
    app = fastapi.FastAPI()

    @app.post("/api/predict/load")
    async def predict(request: fastapi.Request):
        message = request_type.FromString(await request.body())
        rows = len(message.item_ids)
        response = response_type(item_ids=message.item_ids)
        for name, output in model(inputs_of(message, rows)).items():
            array = response.map_outputs[name]
            array.dtype = 1
            array.array_shape.dim.extend(output.shape)
            array.float_val.extend(output.flatten().tolist())
        return fastapi.Response(response.SerializeToString(), media_type="application/octet-stream")

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main()
