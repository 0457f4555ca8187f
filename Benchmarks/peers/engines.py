"""Engines that run the dense part: each takes the module and a request's tensors, and gives a call without arguments.

Making one compiles for the number of candidates, leaves the steps of a sequence open, and keeps the result in a folder.
`bind` puts one request's tensors in place. All on one thread.
"""

import os

import numpy
import torch

SEQUENCE = "sequence_user"


def export_onnx(module, example, path):
    """The module as ONNX; the steps of a sequence stay open."""
    axes = {SEQUENCE: {1: "steps"}} if SEQUENCE in module.names else {}
    torch.onnx.export(
        module, example, str(path), input_names=list(module.names), output_names=list(module.outputs),
        dynamic_axes=axes, opset_version=17, dynamo=False)


def quantize_onnx(path, target, samples):
    """INT8 by onnxruntime: weights by channel, activations calibrated on `samples`, quantize and dequantize nodes."""
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.rest = iter(samples)

        def get_next(self):
            return next(self.rest, None)

    quantize_static(
        str(path), str(target), Reader(), per_channel=True, op_types_to_quantize=["MatMul", "Gemm"],
        weight_type=QuantType.QInt8, activation_type=QuantType.QUInt8)


def onnx_file(module, requests, folder, precision):
    plain = folder / "model.onnx"
    if not plain.is_file():
        export_onnx(module, requests[0], plain)
    if precision != "int8":
        return plain
    small = folder / "model.int8.onnx"
    if not small.is_file():
        samples = [dict(zip(module.names, (tensor.numpy() for tensor in request))) for request in requests]
        quantize_onnx(plain, small, samples)
    return small


class TorchScript:
    precisions = ("float32",)

    def __init__(self, module, requests, folder, precision, autotunes=True):
        self.module = torch.jit.freeze(torch.jit.trace(module, requests[0]).eval())

    def bind(self, tensors):
        return lambda: self.module(*tensors)


class AOTInductor:
    precisions = ("float32", "bf16")

    def __init__(self, module, requests, folder, precision, autotunes=True):
        self.dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        path = folder / f"model.{precision}{'' if autotunes else '.plain'}.pt2"
        if not path.is_file():
            example = tuple(tensor.to(self.dtype) for tensor in requests[0])
            steps = {name: None for name in module.names}
            if SEQUENCE in steps:
                steps[SEQUENCE] = {1: torch.export.Dim("steps", min=2, max=4096)}
            exported = torch.export.export(module.to(self.dtype), example, dynamic_shapes=steps)
            torch._inductor.aoti_compile_and_package(
                exported, package_path=str(path), inductor_configs={"max_autotune": autotunes, "freezing": True})
        self.run = torch._inductor.aoti_load_package(str(path), run_single_threaded=True)

    def bind(self, tensors):
        tensors = [tensor.to(self.dtype) for tensor in tensors]
        return lambda: self.run(*tensors)


class ONNXRuntime:
    precisions = ("float32", "int8")

    def __init__(self, module, requests, folder, precision, autotunes=True):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.names, self.outputs = module.names, module.outputs
        self.session = onnxruntime.InferenceSession(
            str(onnx_file(module, requests, folder, precision)), options, providers=["CPUExecutionProvider"])

    def bind(self, tensors):
        import onnxruntime

        binding = self.session.io_binding()
        given = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor.numpy()) for tensor in tensors]
        for name, value in zip(self.names, given):
            binding.bind_ortvalue_input(name, value)
        for name in self.outputs:
            binding.bind_output(name)

        def run():
            self.session.run_with_iobinding(binding)
            return binding.get_outputs()

        return run


class OpenVINO:
    precisions = ("float32", "bf16", "int8")

    def __init__(self, module, requests, folder, precision, autotunes=True):
        import openvino

        settings = {
            "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
        }
        path = onnx_file(module, requests, folder, precision)
        self.compiled = openvino.Core().compile_model(str(path), "CPU", settings)
        self.tensor = openvino.Tensor
        self.names, self.outputs = module.names, module.outputs

    def bind(self, tensors):
        request = self.compiled.create_infer_request()
        given = [self.tensor(tensor.numpy(), shared_memory=True) for tensor in tensors]
        for name, tensor in zip(self.names, given):
            request.set_tensor(name, tensor)

        # The request does not keep what it shares: `tensors` and `given` live as long as the call does.
        def run(_keep=(tensors, given)):
            request.infer()
            return [request.get_tensor(name).data for name in self.outputs]

        return run


ENGINES = {"torchscript": TorchScript, "onnxruntime": ONNXRuntime, "openvino": OpenVINO, "aotinductor": AOTInductor}


def as_array(output):
    """What an engine gives for one output, as float32."""
    if isinstance(output, torch.Tensor):
        return output.float().numpy().copy()
    return numpy.array(output.numpy() if hasattr(output, "numpy") else output, dtype=numpy.float32)


def limit_threads():
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
