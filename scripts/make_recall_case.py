#!/usr/bin/env python3
"""Write two small models for recall with random weights, their rows, and what numpy finds.

  make_recall_case.py OUT

OUT/dssm: a two-tower model; expected.json has the users' embeddings and the items nearest to each, best first, computed here.
OUT/tdm: a TDM model, a tree over its items with gaps in it (upstream's tables and serving_tree), the nodes' features.
Needs torch (for checkpoints), numpy and pyarrow.
"""
import json
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
import torch.distributed.checkpoint as dcp

HEAD = """\
train_input_path: "data/users.parquet"
eval_input_path: "data/users.parquet"
model_dir: "ckpt"
"""
DSSM = HEAD + """\
data_config { batch_size: 4 dataset_type: ParquetDataset fg_mode: FG_NONE label_fields: "clk" }
feature_configs { id_feature { feature_name: "user_id" expression: "user:user_id" embedding_dim: 4 num_buckets: 12 } }
feature_configs { raw_feature { feature_name: "age" expression: "user:age" } }
feature_configs { id_feature { feature_name: "item_id" expression: "item:item_id" embedding_dim: 4 num_buckets: 40 } }
model_config {
  feature_groups { group_name: "user" feature_names: ["user_id", "age"] group_type: DEEP }
  feature_groups { group_name: "item" feature_names: ["item_id"] group_type: DEEP }
  dssm {
    user_tower { input: "user" mlp { hidden_units: 6 } }
    item_tower { input: "item" mlp { hidden_units: 6 } }
    output_dim: 4 similarity: INNER_PRODUCT
  }
  losses { softmax_cross_entropy {} }
}
"""
TDM = HEAD + """\
data_config {
  batch_size: 4 dataset_type: ParquetDataset fg_mode: FG_NONE label_fields: "clk"
  tdm_sampler {
    item_input_path: "tree/node_table.txt" edge_input_path: "tree/edge_table.txt"
    predict_edge_input_path: "tree/predict_edge_table.txt" attr_fields: ["tree_level", "item_id", "cate_id"]
    item_id_field: "item_id" attr_delimiter: "," layer_num_sample: [0, 1, 2, 3, 4, 5]
  }
}
feature_configs { id_feature { feature_name: "user_id" expression: "user:user_id" embedding_dim: 4 num_buckets: 12 } }
feature_configs { id_feature { feature_name: "item_id" expression: "item:item_id" embedding_name: "item_emb" embedding_dim: 4 num_buckets: 80 } }
feature_configs { id_feature { feature_name: "cate_id" expression: "item:cate_id" embedding_name: "cate_emb" embedding_dim: 4 num_buckets: 7 } }
feature_configs { sequence_feature { sequence_name: "click_seq" sequence_length: 5 sequence_delim: ";"
  features { id_feature { feature_name: "item_id" expression: "item:item_id" embedding_name: "item_emb" embedding_dim: 4 num_buckets: 80 } }
  features { id_feature { feature_name: "cate_id" expression: "item:cate_id" embedding_name: "cate_emb" embedding_dim: 4 num_buckets: 7 } } } }
model_config {
  feature_groups { group_name: "deep" feature_names: ["user_id"] group_type: DEEP }
  feature_groups {
    group_name: "seq" feature_names: ["item_id", "cate_id", "click_seq__item_id", "click_seq__cate_id"] group_type: SEQUENCE
  }
  num_class: 2
  tdm { multiwindow_din { windows_len: [1, 2] attn_mlp { hidden_units: 4 activation: "nn.PReLU" } } final { hidden_units: 6 } }
  losses { softmax_cross_entropy {} }
}
"""
rng = np.random.default_rng(11)


def weights(shapes, scale=0.6):
    return {name: rng.normal(scale=scale, size=shape).astype(np.float32) for name, shape in shapes.items()}


def save(out, config, state):
    os.makedirs(f"{out}/data", exist_ok=True)
    open(f"{out}/pipeline.config", "w").write(config)
    dcp.save({name: torch.from_numpy(np.asarray(value)) for name, value in state.items()},
             checkpoint_id=f"{out}/ckpt/model.ckpt-1/model", no_dist=True)


def two_towers(out):
    bag = "embedding_group.emb_impls.__BASE__.ebc.embedding_bags"
    state = weights({
        f"model.user_tower.{bag}.user_id_emb.weight": (12, 4), f"model.item_tower.{bag}.item_id_emb.weight": (40, 4),
        **{f"model.{side}_tower.{name}": shape for side, wide in (("user", 5), ("item", 4)) for name, shape in {
            "mlp.mlp.0.perceptron.0.weight": (6, wide), "mlp.mlp.0.perceptron.0.bias": (6,),
            "output.weight": (4, 6), "output.bias": (4,)}.items()},
    }, 0.9)
    save(out, DSSM, state)

    def tower(side, inputs):
        name = f"model.{side}_tower"
        hidden = np.maximum(inputs @ state[f"{name}.mlp.mlp.0.perceptron.0.weight"].T.astype(np.float64)
                            + state[f"{name}.mlp.mlp.0.perceptron.0.bias"], 0)
        return hidden @ state[f"{name}.output.weight"].T + state[f"{name}.output.bias"]

    users = rng.permutation(12)[:8]
    ages = (rng.integers(-8, 9, 8) / 8).astype(np.float32)
    taken = rng.integers(0, 40, 8)
    pq.write_table(pa.table({"user_id": pa.array(users), "age": pa.array(ages), "item_id": pa.array(taken)}),
                   f"{out}/data/users.parquet")
    pq.write_table(pa.table({"item_id": pa.array(np.arange(40))}), f"{out}/data/items.parquet")
    user = tower("user", np.concatenate([state[f"model.user_tower.{bag}.user_id_emb.weight"][users], ages[:, None]], 1))
    item = tower("item", state[f"model.item_tower.{bag}.item_id_emb.weight"])
    scores = user @ item.T
    order = np.argsort(-scores, 1)
    ranked = np.take_along_axis(scores, order, 1)
    assert (ranked[:, :10] - ranked[:, 1:11]).min() > 1e-4, "two items too near to each other: choose another seed"
    found = sum(int(taken[row]) in order[row, :10].tolist() for row in range(8))
    json.dump({"embeddings": user.tolist(), "ids": order[:, :10].tolist(), "scores": ranked[:, :10].tolist(),
               "hits": found, "users": users.tolist(), "ages": ages.tolist()}, open(f"{out}/expected.json", "w"))


def tree(out):
    step, seq = 8, "model.embedding_group.seq_emb_impls.__BASE__.ec_dict.4.embeddings"
    state = weights({
        "model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags.user_id_emb.weight": (12, 4),
        f"{seq}.item_emb.weight": (80, 4), f"{seq}.cate_emb.weight": (7, 4),
        "model.multiwindow_din.mlp.mlp.0.perceptron.0.weight": (4, 3 * step),
        "model.multiwindow_din.mlp.mlp.0.perceptron.0.bias": (4,),
        "model.multiwindow_din.mlp.mlp.0.perceptron.1.weight": (1,),
        "model.multiwindow_din.linear.weight": (1, 4), "model.multiwindow_din.linear.bias": (1,),
        "model.multiwindow_din.active.weight": (1,),
        "model.deep_mlp.mlp.0.perceptron.0.weight": (6, 3 * step + 4), "model.deep_mlp.mlp.0.perceptron.0.bias": (6,),
        "model.output_mlp.weight": (2, 6), "model.output_mlp.bias": (2,),
    })
    state["model.multiwindow_din.windows_len"] = np.array([1, 2], np.int64)
    state["model.multiwindow_din.cumsum_windows_len"] = np.array([1, 3], np.int64)
    save(out, TDM, state)
    # 21 items on the last of six levels, with gaps between them; upstream numbers the others behind the last item.
    leaves = sorted(31 + int(x) for x in rng.choice(32, 21, replace=False))
    nodes = {code: item for item, code in enumerate(leaves)}
    for code in leaves:
        while code:
            code = (code - 1) // 2
            nodes.setdefault(code, 21 + code)
    level = {code: (code + 1).bit_length() - 1 for code in nodes}
    cates = {code: int(rng.integers(0, 7)) for code in nodes}
    codes = sorted(nodes)
    os.makedirs(f"{out}/tree", exist_ok=True)
    with open(f"{out}/tree/serving_tree", "w") as file:
        file.write("6 2\n" + "".join(f"{code} {nodes[code]}\n" for code in codes))
    with open(f"{out}/tree/node_table.txt", "w") as file:
        file.write("id:int64\tweight:float\tfeature:string\n")
        file.write(f"-1\t1.0\t-1,{nodes[0]},{cates[0]}\n")
        for code in codes:
            file.write(f"{nodes[code]}\t1.0\t{level[code]},{nodes[code]},{cates[code]}\n")
    with open(f"{out}/tree/predict_edge_table.txt", "w") as file:
        file.write(f"src_id:int64\tdst_id:int64\tweight:float\n-1\t{nodes[0]}\t1.0\n")
        for code in codes[1:]:
            file.write(f"{nodes[(code - 1) // 2]}\t{nodes[code]}\t1.0\n")
    pq.write_table(pa.table({"item_id": pa.array([nodes[code] for code in codes]),
                             "cate_id": pa.array([cates[code] for code in codes])}), f"{out}/tree/node_feature.parquet")
    clicks = [rng.choice(21, int(n), replace=False) for n in rng.integers(0, 6, 8)]
    by_item = {nodes[code]: cates[code] for code in codes}
    lists = pa.list_(pa.int64())
    pq.write_table(pa.table({
        "user_id": pa.array(rng.permutation(12)[:8]), "item_id": pa.array(rng.integers(0, 21, 8)),
        "cate_id": pa.array(rng.integers(0, 7, 8)),
        "click_seq__item_id": pa.array([x.tolist() for x in clicks], lists),
        "click_seq__cate_id": pa.array([[by_item[int(i)] for i in x] for x in clicks], lists),
    }), f"{out}/data/users.parquet")


if __name__ == "__main__":
    two_towers(f"{sys.argv[1]}/dssm")
    tree(f"{sys.argv[1]}/tdm")
