"""Drives the Open Inference Protocol over gRPC with Triton's client, and gRPC's health service with gRPC's own; both unchanged.

Arguments: the address of the gRPC port, that of its admin port, the model. Standard input: JSON with inputs as [name, datatype,
shape, values], the token, the admin's token, and the model's own inputs in the same form. Writes what the server said.
"""

import json
import queue
import sys
import time

import grpc
import numpy as np
import tritonclient.grpc as triton
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

TYPES = {"INT64": np.int64, "INT32": np.int32, "FP32": np.float32, "FP64": np.float64, "BYTES": np.object_}
CONTENTS = {"INT64": "int64_contents", "FP32": "fp32_contents", "FP64": "fp64_contents", "BYTES": "bytes_contents"}


def tensors(fields):
    inputs = []
    for name, datatype, shape, values in fields:
        tensor = triton.InferInput(name, shape, datatype)
        tensor.set_data_from_numpy(np.array(values, dtype=TYPES[datatype]).reshape(shape))
        inputs.append(tensor)
    return inputs


def probs(result):
    return result.as_numpy("probs").tolist()


def failure(call):
    """Status and message of a call that fails."""
    try:
        call()
    except triton.InferenceServerException as error:
        return [error.status(), error.message()]
    except grpc.RpcError as error:
        return ["StatusCode." + error.code().name, error.details()]
    return ["no failure", ""]


class Case:
    def __init__(self, address, admin_address, model, task):
        self.address, self.model, self.task = address, model, task
        self.client = triton.InferenceServerClient(address)
        self.admin = triton.InferenceServerClient(admin_address)
        self.channel = grpc.insecure_channel(address)
        self.stub = service_pb2_grpc.GRPCInferenceServiceStub(self.channel)
        self.health = health_pb2_grpc.HealthStub(self.channel)
        self.bearer = {"authorization": "Bearer " + task["token"]}
        self.root = {"authorization": task["admin_token"]}
        self.inputs = task["inputs"]

    def infer(self, fields=None, **more):
        more.setdefault("headers", self.bearer)
        more.setdefault("outputs", [triton.InferRequestedOutput("probs")])
        return self.client.infer(self.model, tensors(fields or self.inputs), **more)

    def facts(self):
        stats = self.client.get_inference_statistics(self.model, headers=self.bearer).model_stats[0]
        metadata = self.client.get_model_metadata(self.model, headers=self.bearer)
        server = self.client.get_server_metadata(headers=self.bearer)
        index = self.client.get_model_repository_index(headers=self.bearer)
        return {
            "live": self.client.is_server_live(),
            "ready": self.client.is_server_ready(),
            "model_ready": self.client.is_model_ready(self.model, headers=self.bearer),
            "no_model_ready": self.client.is_model_ready("nobody", headers=self.bearer),
            "server": server.name,
            "extensions": list(server.extensions),
            "inputs": [[each.name, each.datatype, list(each.shape)] for each in metadata.inputs],
            "outputs": [each.name for each in metadata.outputs],
            "index": [[each.name, each.state] for each in index.models],
            "inferences": stats.inference_count,
            "success": stats.inference_stats.success.count,
        }

    def scores(self):
        raw = self.infer(request_id="t1")
        response = raw.get_response()
        found = {
            "raw": probs(raw),
            "id": response.id,
            "is_raw": len(response.raw_output_contents),
            "gzip": probs(self.infer(compression_algorithm="gzip")),
            "deflate": probs(self.infer(compression_algorithm="deflate")),
            "encoded": probs(self.infer(self.task["encoded"])),
        }
        # Values in the fields of their types, as other clients send them.
        request = service_pb2.ModelInferRequest(model_name=self.model, model_version=response.model_version, id="t2")
        for name, datatype, shape, values in self.inputs:
            tensor = request.inputs.add(name=name, datatype=datatype, shape=shape)
            values = [value.encode() if isinstance(value, str) else value for value in np.ravel(np.array(values)).tolist()]
            getattr(tensor.contents, CONTENTS[datatype]).extend(values)
        typed, call = self.stub.ModelInfer.with_call(
            request, metadata=[*self.bearer.items(), ("traceparent", "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"), ("x-request-id", "r7")]
        )
        head = dict(call.initial_metadata())
        found["typed"] = {each.name: list(each.contents.fp32_contents) for each in typed.outputs}
        found["typed_is_raw"] = len(typed.raw_output_contents)
        found["trace"], found["request_id"] = head["traceparent"], head["x-request-id"]
        return found

    def stream(self, count):
        """Requests one behind the other, the third of which is wrong."""
        answers = queue.Queue()
        self.client.start_stream(lambda result, error: answers.put((result, error)), headers=self.bearer)
        for number in range(count):
            fields = self.inputs if number != 2 else self.inputs[:1]
            self.client.async_stream_infer(
                self.model, tensors(fields), request_id=f"s{number}", enable_empty_final_response=True
            )
        found = []
        for _ in range(count):
            result, error = answers.get(timeout=60)
            if error:
                found.append(error.message())
            else:
                response = result.get_response()
                final = response.parameters["triton_final_response"].bool_param
                found.append([response.id, result.as_numpy("probs").tolist(), final])
        self.client.stop_stream()
        return found

    def problems(self):
        wrong = [[name, datatype, [3] if name == "item_id" else shape, [1, 2, 3] if name == "item_id" else values]
                 for name, datatype, shape, values in self.inputs]
        many = [
            [name, datatype, [4000, *shape[1:]] if shape[0] == 2 else shape, values * 2000 if shape[0] == 2 else values]
            for name, datatype, shape, values in self.inputs
        ]
        large = [*self.inputs[:-1], ["item_vec", "FP32", [2, 200_000], np.zeros(400_000)]]
        return {
            "token": failure(lambda: self.infer(headers={"authorization": "Bearer wrong"})),
            "no_token": failure(lambda: self.infer(headers=None)),
            "model": failure(lambda: self.client.infer("nobody", tensors(self.inputs), headers=self.bearer)),
            "version": failure(lambda: self.infer(model_version="7")),
            "shapes": failure(lambda: self.infer(wrong)),
            "output": failure(lambda: self.infer(outputs=[triton.InferRequestedOutput("nothing")])),
            "large": failure(lambda: self.infer(large)),
            "large_gzip": failure(lambda: self.infer([*self.inputs[:-1], ["item_vec", "FP32", [2, 2_000_000], np.zeros(4_000_000)]],
                                                     compression_algorithm="gzip")),
            "deadline": failure(lambda: self.infer(many, client_timeout=0.001)),
            "own_timeout": failure(lambda: self.infer(timeout=1)),
            "method": failure(lambda: self.channel.unary_unary("/inference.GRPCInferenceService/ModelDance")(b"")),
            "unload": failure(lambda: self.client.unload_model(self.model, headers=self.bearer)),
            "admin_token": failure(lambda: self.admin.load_model(self.model, headers=self.bearer)),
            "load_nobody": failure(lambda: self.admin.load_model("nobody", headers=self.root)),
            "health_nobody": failure(lambda: self.health.Check(health_pb2.HealthCheckRequest(service="nobody"))),
        }

    def life(self):
        """Load and unload, seen by the health service."""
        seen = queue.Queue()
        watch = self.health.Watch(health_pb2.HealthCheckRequest(service=self.model))

        def follow():
            try:
                for each in watch:
                    seen.put(each.status)
            except grpc.RpcError as error:
                seen.put(error.code().name)

        import threading

        threading.Thread(target=follow, daemon=True).start()
        name = health_pb2.HealthCheckResponse.ServingStatus.Name
        found = {"first": name(seen.get(timeout=60))}
        found["check"] = [
            name(self.health.Check(health_pb2.HealthCheckRequest(service=service)).status)
            for service in ("", "inference.GRPCInferenceService", self.model)
        ]
        self.admin.load_model(self.model, headers=self.root)
        found["after_reload"] = probs(self.infer())
        self.admin.unload_model(self.model, headers=self.root)
        found["after_unload"] = self.client.is_model_ready(self.model, headers=self.bearer)
        found["then"] = name(seen.get(timeout=60))
        watch.cancel()
        found["last"] = seen.get(timeout=60)
        return found


def main():
    address, admin_address, model = sys.argv[1:4]
    case = Case(address, admin_address, model, json.load(sys.stdin))
    found = {"scores": case.scores(), "stream": case.stream(24), "problems": case.problems()}
    # Counted after the answer is on its way.
    for _ in range(100):
        found["facts"] = case.facts()
        if found["facts"]["success"] >= 28:
            break
        time.sleep(0.1)
    found["life"] = case.life()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
