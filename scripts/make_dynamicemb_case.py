#!/usr/bin/env python3
"""Write a checkpoint with dynamicemb tables of two ranks, rows, and the scores they should get.

  make_dynamicemb_case.py OUT

dynamicemb itself needs a GPU. Its files are written here as its `dump` writes them; the scores are TorchEasyRec's for the
same model with tables of fixed size, given each id's row in place of the id and a row of zeros for ids without one. Needs a
Python that imports TorchEasyRec.
"""
import json, os, re, sys
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
import torch.distributed.checkpoint as dcp
from google.protobuf import text_format

import tzrec  # noqa: F401
from tzrec.features.feature import create_features
from tzrec.models.model import BaseModel, ScriptWrapper
from tzrec.protos.pipeline_pb2 import EasyRecConfig
from tzrec.utils.state_dict_util import init_parameters

CONFIG = """\
train_input_path: "data/eval.parquet"
eval_input_path: "data/eval.parquet"
model_dir: "ckpt"
data_config { batch_size: 16 dataset_type: ParquetDataset fg_mode: FG_NONE label_fields: "clk" }
feature_configs { id_feature { feature_name: "user" expression: "user:user" embedding_dim: 8 dynamicemb { max_capacity: %(user)d } } }
feature_configs { id_feature { feature_name: "tags" expression: "user:tags" embedding_dim: 8 pooling: "mean" dynamicemb { max_capacity: %(tags)d score_strategy: "LFU" } } }
feature_configs { id_feature { feature_name: "item" expression: "item:item" embedding_dim: 8 embedding_name: "item_shared" dynamicemb { max_capacity: %(item)d frequency_admission_strategy { threshold: 2 } } } }
feature_configs { raw_feature { feature_name: "price" expression: "item:price" } }
feature_configs { sequence_feature { sequence_name: "click" sequence_length: 9 sequence_delim: ";"
  features { id_feature { feature_name: "item" expression: "item:item" embedding_dim: 8 embedding_name: "item_shared" dynamicemb { max_capacity: %(click)d frequency_admission_strategy { threshold: 2 } } } } } }
model_config {
  feature_groups { group_name: "deep" feature_names: ["user", "tags", "item", "price"] group_type: DEEP }
  feature_groups { group_name: "history" feature_names: ["item", "click__item"] group_type: SEQUENCE }
  losses { binary_cross_entropy {} }
  multi_tower_din {
    towers { input: "deep" mlp { hidden_units: 8 } }
    din_towers { input: "history" attn_mlp { hidden_units: 6 activation: "Dice" } }
    final { hidden_units: 4 }
  }
}
"""
BAGS = "model.embedding_group.emb_impls.__BASE__.ebc"
STEPS = "model.embedding_group.seq_emb_impls.__BASE__.ec_dict.8"
TABLES = {"user": (BAGS, "user_emb", 13), "tags": (BAGS, "tags_emb", 7), "item": (BAGS, "item_shared", 9),
          "click": (STEPS, "item_shared", 11)}
ROWS = 24


def dump(folder, name, keys, values, world, random):
    """The files of one table, as every rank dumps them."""
    os.makedirs(folder, exist_ok=True)
    for rank in range(world):
        own = keys % world == rank
        if name == "tags_emb":
            own = np.full(len(keys), rank == 0)
        end = f"rank_{rank}.world_size_{world}"
        keys[own].tofile(f"{folder}/{name}_emb_keys.{end}")
        values[own].tofile(f"{folder}/{name}_emb_values.{end}")
        random.integers(1, 99, int(own.sum())).astype(np.int64).tofile(f"{folder}/{name}_emb_scores.{end}")
        random.normal(size=(int(own.sum()), 8)).astype(np.float32).tofile(f"{folder}/{name}_emb_opt_values.{end}")
    with open(f"{folder}/{name}_opt_args.json", "w") as file:
        json.dump({"opt_type": "adagrad", "evict_strategy": "KLru", "dist_type": "continuous"}, file)


def quantized(values):
    """What INT8 rows mean: half scale and bias, codes of 8 bits."""
    low = values.min(1).astype(np.float16).astype(np.float32)
    spread = values.max(1) - low
    scale = (spread / np.float32(255)).astype(np.float16).astype(np.float32)
    scale = np.where((spread == 0) | (scale == 0), np.float32(1), scale)
    codes = np.clip(np.rint((values - low[:, None]) * (np.float32(1) / scale)[:, None]), 0, 255)
    return (codes * scale[:, None] + low[:, None]).astype(np.float32)


def main():
    out = sys.argv[1]
    random = np.random.default_rng(5)
    torch.manual_seed(5)
    os.makedirs(f"{out}/data", exist_ok=True)
    tables = {}
    for feature, (module, name, count) in TABLES.items():
        keys = np.unique(np.concatenate([random.integers(0, 2**63 - 1, count - 2), [0, 2**62 + 1]])).astype(np.int64)
        random.shuffle(keys)
        tables[feature] = (keys, random.normal(scale=0.5, size=(len(keys), 8)).astype(np.float32))
        dump(f"{out}/ckpt/model.ckpt-5/dynamicemb/model.{module}", name, *tables[feature], 2, random)
    open(f"{out}/pipeline.config", "w").write(CONFIG % {feature: 1000 for feature in TABLES})

    def ids(feature, lengths):
        known = random.choice(tables[feature][0], int(lengths.sum()))
        unknown = random.integers(0, 2**63 - 1, int(lengths.sum()))
        return np.where(random.random(len(known)) < 0.7, known, unknown).astype(np.int64)

    lengths = {"user": np.ones(ROWS, int), "tags": random.integers(0, 4, ROWS), "item": np.ones(ROWS, int),
               "click": random.integers(0, 6, ROWS)}
    raw = {feature: ids(feature, own) for feature, own in lengths.items()}
    # The candidate is looked up among the bags' rows and among the steps'.
    raw["item"][::3] = tables["click"][0][: len(raw["item"][::3])][np.arange(len(raw["item"][::3])) % 11]
    price = random.normal(size=ROWS).astype(np.float32)

    def lists(feature):
        return np.split(raw[feature], np.cumsum(lengths[feature])[:-1])

    pq.write_table(pa.table({
        "row_id": pa.array(range(ROWS), pa.int64()), "user": pa.array(raw["user"]),
        "tags": pa.array([x.tolist() for x in lists("tags")], pa.list_(pa.int64())), "item": pa.array(raw["item"]),
        "price": pa.array(price), "click__item": pa.array([x.tolist() for x in lists("click")], pa.list_(pa.int64())),
    }), f"{out}/data/eval.parquet")

    config = EasyRecConfig()
    # In a group of steps the candidate is looked up in their table, so both have its size.
    sizes = {feature: len(keys) + 1 for feature, (keys, _) in tables.items()}
    sizes["item"] = sizes["click"] = max(sizes["item"], sizes["click"])
    fixed = re.sub(r"dynamicemb \{ max_capacity: (\d+)[^{}]*(\{[^{}]*\})?[^{}]*\}", r"num_buckets: \1", CONFIG % sizes)
    text_format.Merge(fixed, config)
    features = create_features(list(config.feature_configs), fg_mode=config.data_config.fg_mode)
    model = BaseModel.create_class("MultiTowerDIN")(config.model_config, features, ["clk"], sample_weights=None)
    init_parameters(model, torch.device("cpu"))
    for name, value in model.named_parameters():
        torch.nn.init.normal_(value, std=0.4)
    model.set_is_inference(True)
    model.eval()
    state = {f"model.{name}": value for name, value in model.state_dict().items()}
    stored = {}
    for name, value in state.items():
        if ".embedding_bags." not in name and ".embeddings." not in name:
            stored[name] = value.clone()
    # Training leaves such a stand-in for a dynamic table.
    stored[f"{BAGS}.embedding_bags.user_emb.weight"] = torch.zeros(1, 1)
    dcp.save(stored, checkpoint_id=f"{out}/ckpt/model.ckpt-5/model", no_dist=True)

    wrapper = ScriptWrapper(model)

    def rows(feature, table, values):
        keys = tables[table][0]
        index = {int(key): row for row, key in enumerate(keys)}
        return np.array([index.get(int(x), values) for x in raw[feature]], np.int64)

    for setting, store in [("q0", lambda x: x), ("int8", quantized)]:
        def table(name, feature, sequence):
            weight = state[f"{STEPS}.embeddings.{name}.weight" if sequence else f"{BAGS}.embedding_bags.{name}.weight"]
            with torch.no_grad():
                weight.zero_()
                values = tables[feature][1]
                # Tables of steps stay as they are.
                weight[: len(values)] = torch.from_numpy(values if sequence else store(values))
        table("user_emb", "user", False)
        table("tags_emb", "tags", False)
        table("item_shared", "item", False)
        table("item_shared", "click", True)
        batch = {"price.values": torch.from_numpy(price[:, None])}
        for feature, name in [("user", "user"), ("tags", "tags"), ("click", "click__item")]:
            batch[f"{name}.values"] = torch.from_numpy(rows(feature, feature, sizes[feature] - 1))
            batch[f"{name}.lengths"] = torch.from_numpy(lengths[feature].astype(np.int32))
        # One id of the candidate has two rows: score twice and keep what each table says.
        batch["item.lengths"] = torch.ones(ROWS, dtype=torch.int32)
        bags = state[f"{BAGS}.embedding_bags.item_shared.weight"]
        known = rows("item", "item", sizes["item"] - 1)
        steps = rows("item", "click", sizes["click"] - 1)
        scores = []
        for row in range(ROWS):
            with torch.no_grad():
                kept = bags[steps[row]].clone()
                moved = bags[known[row]].clone()
                bags[steps[row]] = moved
                batch["item.values"] = torch.from_numpy(steps)
                scores.append({k: v[row].item() for k, v in wrapper(batch).items()})
                bags[steps[row]] = kept
        pq.write_table(pa.table({
            **{k: pa.array([s[k] for s in scores], pa.float32()) for k in sorted(scores[0])},
            "row_id": pa.array(range(ROWS), pa.int64())}), f"{out}/expected_{setting}.parquet")
        print(setting, scores[0])


if __name__ == "__main__":
    main()
