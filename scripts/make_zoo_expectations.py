#!/usr/bin/env python3
"""Score every variant under Tests/SlipwayZooTests/Fixtures with TorchEasyRec itself.

  make_zoo_expectations.py FIXTURES [KIND ...]

Needs a Python that imports TorchEasyRec. Writes inputs.json (once) and, beside each <kind>.config, <kind>.json: for every
variant the parameters of the checkpoint and the outputs for those inputs. Weights follow from their names: element i of
parameter p is u - 0.5, or u + 0.5 for a running variance, where u = (splitmix64(fnv1a64(p) + i) >> 40) / 2^24.
"""
import glob, inspect, json, os, re, sys
import numpy as np
import torch
from torchrec.modules.mc_modules import MCHManagedCollisionModule
from google.protobuf import text_format

import tzrec  # noqa: F401
from tzrec.features.feature import create_features
from tzrec.models.match_model import MatchModel, MatchTower, MatchTowerWoEG, TowerWoEGWrapper, TowerWrapper
from tzrec.models.model import BaseModel, ScriptWrapper
from tzrec.ops import Kernel
from tzrec.models.tdm import TDM, TDMEmbedding
from tzrec.protos.pipeline_pb2 import EasyRecConfig
from tzrec.protos.model_pb2 import Kernel as KernelProto
from tzrec.utils import config_util
from tzrec.utils.state_dict_util import init_parameters

MASK = (1 << 64) - 1


def hashed(name: str, count: int) -> np.ndarray:
    """Numbers in [0, 1) that follow from the name of a parameter."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    z = np.uint64(seed) + np.arange(count, dtype=np.uint64)
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float64) / (1 << 24)).astype(np.float32)


def weights(name: str, shape) -> torch.Tensor:
    """The values of a floating-point parameter."""
    u = hashed(name, int(np.prod(shape, dtype=np.int64)))
    return torch.from_numpy(u + 0.5 if name.endswith("running_var") else u - 0.5).reshape(list(shape))


def fill(name: str, value: torch.Tensor) -> None:
    """Sets a parameter or buffer; whether a quantizer is fitted is true, maps of ids are made up, and other
    integers keep their values."""
    if value.is_floating_point():
        value.copy_(weights(name, value.shape))
    elif name.endswith("._is_initialized"):
        value.fill_(True)
    elif name.endswith("._mch_sorted_raw_ids"):
        # Every third id has a row; the last entry stands for ids without one.
        value.copy_(torch.arange(len(value)) * 3)
        value[-1] = torch.iinfo(torch.int64).max
    elif name.endswith("._mch_remapped_ids_mapping"):
        value.copy_(torch.cat([torch.arange(len(value) - 2, -1, -1), torch.tensor([len(value) - 1])]))


def fill_managed(model: torch.nn.Module) -> None:
    """Sets what managed collision modules need beside their maps; it is lost when a module comes from the meta device."""
    for module in model.modules():
        if isinstance(module, MCHManagedCollisionModule):
            segments = torch.full((1025,), -1, dtype=torch.int64)
            segments[:2] = torch.tensor([0, module._zch_size])
            module._output_segments_tensor = segments
            module._init_output_segments_tensor = segments
            module._mch_slots.fill_(module._zch_size - 1)
            module._delimiter.fill_(torch.iinfo(torch.int64).max)


def inputs(features, rows=7):
    """Rows with empty bags, empty sequences (row 2) and the longest sequence (row 5)."""
    groups, out = {}, {}
    for f in features:
        # New features leave the rows of others as they are.
        random = np.random.default_rng(list(f.name.encode()))
        group = f.name.split("__")[0] if f.is_sequence else f.name
        if f.is_sequence:
            if group not in groups:
                lengths = random.integers(1, 5, rows)
                lengths[2], lengths[5] = 0, 6
                groups[group] = lengths
            lengths = groups[group]
            steps = int(lengths.sum())
            out[f"{f.name}.lengths"] = lengths.astype(np.int32)
            if not f.is_sparse:
                values = np.round(random.normal(size=(steps, f.value_dim)), 3)
                # Times rise within a row and end before those of the candidates; weights are bits, watch times whole.
                if f.name.endswith("__time"):
                    values = np.concatenate([np.sort(random.integers(0, 400_000, n)) for n in lengths])[:, None]
                    values = values + (500_000 if group == "cand" else 0)
                elif f.name.endswith(("__weight", "__watch")):
                    values = random.integers(0, 8 if f.name.endswith("__weight") else 60, (steps, 1))
                out[f"{f.name}.values"] = values.astype(np.float32)
            elif f.value_dim == 1:
                out[f"{f.name}.values"] = random.integers(0, f.num_embeddings, steps).astype(np.int64)
            else:
                keys = random.integers(0, 4, steps)
                out[f"{f.name}.key_lengths"] = keys.astype(np.int32)
                out[f"{f.name}.values"] = random.integers(0, f.num_embeddings, int(keys.sum())).astype(np.int64)
        elif f.is_sparse:
            lengths = np.ones(rows, np.int64) if f.value_dim == 1 else random.integers(0, 4, rows)
            if f.value_dim != 1:
                lengths[3] = 0
            out[f"{f.name}.lengths"] = lengths.astype(np.int32)
            out[f"{f.name}.values"] = random.integers(0, f.num_embeddings, int(lengths.sum())).astype(np.int64)
        else:
            values = np.round(random.normal(size=(rows, f.value_dim)), 3)
            out[f"{f.name}.values"] = (values + 1e6 if f.name == "request_time" else values).astype(np.float32)
    # Each row of the item tower of hstu_match is one item.
    out["video.lengths"] = np.ones(rows, np.int32)
    out["video.values"] = random.integers(0, 8, rows).astype(np.int64)
    return out


def numbers(array):
    """A tensor as JSON."""
    array = np.asarray(array)
    if array.dtype.kind == "f":
        flat = [float(f"{x:.9g}") for x in array.ravel().astype(np.float64)]
    else:
        flat = [int(x) for x in array.ravel()]
    return {"shape": list(array.shape), "values": flat}


def parts(model):
    """What is exported, by the name of its folder."""
    if isinstance(model, MatchModel):
        for name, module in model.named_children():
            if isinstance(module, (MatchTower, MatchTowerWoEG)):
                wrapper = TowerWrapper if isinstance(module, MatchTower) else TowerWoEGWrapper
                yield name.replace("_tower", ""), wrapper(module, name), "model."
    elif isinstance(model, TDM):
        yield "embedding", TDMEmbedding(model.embedding_group, "embedding_group"), "model."
        yield "model", model, "model."
    else:
        yield "", model, "model."


def score(text: str, base: str, data):
    """Parameters and outputs of one variant."""
    config = EasyRecConfig()
    text_format.Merge(base + "\nmodel_config {\n" + text + "\n}", config)
    data_config = config.data_config
    features = create_features(list(config.feature_configs), fg_mode=data_config.fg_mode)
    used = set()
    for group in config.model_config.feature_groups:
        used.update(group.feature_names)
        for inner in group.sequence_groups:
            used.update(inner.feature_names)
    features = [f for f in features if f.name in used]
    model_cls = BaseModel.create_class(config_util.which_msg(config.model_config, "model"))
    # DC2VR takes no sample weights.
    extra = {"sample_weights": None} if "sample_weights" in inspect.signature(model_cls.__init__).parameters else {}
    model = model_cls(config.model_config, features, list(data_config.label_fields), **extra)
    init_parameters(model, torch.device("cpu"))
    fill_managed(model)
    model.set_kernel(Kernel[KernelProto.Name(config.model_config.kernel)])
    model.eval()
    state = {"model." + name: value for name, value in model.state_dict().items()}
    with torch.no_grad():
        for name, value in state.items():
            fill(name, value)
    result = {"parameters": {name: list(value.shape) for name, value in sorted(state.items())}, "outputs": {}}
    result["integers"] = {name: numbers(value)["values"] for name, value in sorted(state.items())
                          if name.endswith(("_action_weights", "_mch_sorted_raw_ids", "_mch_remapped_ids_mapping"))}
    model.set_is_inference(True)
    for part, module, _ in parts(model):
        wrapper = ScriptWrapper(module)
        init_parameters(wrapper, torch.device("cpu"))
        fill_managed(wrapper)
        own = wrapper.state_dict()
        with torch.no_grad():
            for name, value in own.items():
                fill(name, value)
        wrapper.load_state_dict(own)
        if hasattr(module, "set_is_inference"):
            module.set_is_inference(True)
        wrapper.eval()
        found = wrapper({k: torch.from_numpy(v) for k, v in data.items()})
        result["outputs"].update(
            {f"{part}/{name}" if part else name: numbers(value.detach()) for name, value in found.items()})
    return result


def main():
    folder = sys.argv[1]
    base = open(os.path.join(folder, "features.config")).read()
    config = EasyRecConfig()
    text_format.Merge(base, config)
    features = create_features(list(config.feature_configs), fg_mode=config.data_config.fg_mode)
    data = inputs(features)
    with open(os.path.join(folder, "inputs.json"), "w") as file:
        rows = (f'"{name}": ' + json.dumps({"dtype": str(x.dtype), **numbers(x)}) for name, x in data.items())
        file.write("{\n" + ",\n".join(rows) + "\n}\n")
    kinds = sys.argv[2:] or sorted(os.path.basename(x)[:-7] for x in glob.glob(folder + "/*.config"))
    for kind in [k for k in kinds if k != "features"]:
        lines = []
        for piece in re.split(r"^# variant: ", open(os.path.join(folder, kind + ".config")).read(), flags=re.M)[1:]:
            name, _, text = piece.partition("\n")
            torch.manual_seed(0)
            try:
                lines.append(f'"{name.strip()}": ' + json.dumps(score(text, base, data)))
            except Exception as error:
                print(f"{kind}/{name.strip()}: {type(error).__name__}: {error}"[:400])
                if os.environ.get("VERBOSE"):
                    import traceback
                    traceback.print_exc()
        with open(os.path.join(folder, kind + ".json"), "w") as file:
            file.write("{\n" + ",\n".join(lines) + "\n}\n")
        print(kind, len(lines))


if __name__ == "__main__":
    main()
