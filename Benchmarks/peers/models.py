"""The three benchmark models as TorchScript: quantized bags in front, the dense part behind.

A model made with `users`, the names of the features that a request gives once, takes one row of these and one row a
candidate of the others, as an export with INPUT_TILE=3; without, every row has all features.
"""

from typing import Dict, Tuple

import torch
from layers import (
    BAGS,
    SEQUENCES,
    DeepGroup,
    SequenceGroup,
    TargetAttention,
    as_quantized,
    bags_of,
    linear,
    perceptrons,
)
from pipeline_config import embedding_name, features, groups
from torch import Tensor, nn


def bag_tables(weights, names, described, suffix=""):
    """The pooled tables of the features `names`."""
    return [weights[f"{BAGS}.{embedding_name(name, described[name][1])}{suffix}.weight"] for name in names]


class DeepFMDense(nn.Module):
    def __init__(self, weights, fields: int, width: int):
        super().__init__()
        self.fields, self.width = fields, width
        self.deep = perceptrons(weights, "deep_mlp")
        self.final = perceptrons(weights, "final_mlp")
        self.output = linear(weights, "output_mlp")

    def forward(self, wide: Tensor, fm: Tensor, deep: Tensor) -> Tensor:
        fields = fm.reshape(-1, self.fields, self.width)
        total = fields.sum(dim=1)
        pairs = 0.5 * (total * total - (fields * fields).sum(dim=1))
        joined = torch.cat([wide.sum(dim=1, keepdim=True), pairs, self.deep(deep)], dim=1)
        return self.output(self.final(joined))


class DeepFM(nn.Module):
    """`deepfm` with the groups wide, fm and deep, and a final perceptron."""

    def __init__(self, weights, config, users=frozenset()):
        super().__init__()
        described, members = features(config), groups(config)
        ids = members["fm"][1]
        if members["wide"][1] != ids:
            raise SystemExit("the peer expects the wide and fm groups to hold the same features")
        tables = bag_tables(weights, ids, described) + bag_tables(weights, ids, described, "_wide")
        width = tables[0].shape[1]
        self.split = len(ids) * width
        self.bags = bags_of(ids, tables, users)
        self.group = DeepGroup(members["deep"][1], {name: width for name in ids}, users)
        self.dense = DeepFMDense(weights, len(ids), width)

    def forward(self, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
        bags = self.bags(inputs)
        fm = bags[:, : self.split]
        logits = self.dense(bags[:, self.split :], fm, self.group(fm, inputs)).squeeze(1)
        return {"logits": logits, "probs": torch.sigmoid(logits)}


class TowerDINDense(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.deep = perceptrons(weights, "towers.deep")
        self.attention = TargetAttention(weights, "din_towers.0")
        self.final = perceptrons(weights, "final_mlp")
        self.output = linear(weights, "output_mlp")

    def forward(self, deep: Tensor, query: Tensor, sequence: Tensor, lengths: Tensor) -> Tensor:
        joined = torch.cat([self.deep(deep), self.attention(query, sequence, lengths)], dim=1)
        return self.output(self.final(joined))


class TowerDIN(nn.Module):
    """`multi_tower_din` with the group deep and one attention tower over the group click."""

    def __init__(self, weights, config, users=frozenset()):
        super().__init__()
        described, members = features(config), groups(config)
        deep = members["deep"][1]
        ids = [name for name in deep if described[name][0] == "id_feature"]
        tables = bag_tables(weights, ids, described)
        self.bags = bags_of(ids, tables, users)
        self.group = DeepGroup(deep, {name: table.shape[1] for name, table in zip(ids, tables)}, users)
        click = members["click"][1]
        queries = [name for name in click if not described[name][0].startswith("sequence_")]
        sequences = [name for name in click if described[name][0].startswith("sequence_")]
        rows = [
            weights[f"{SEQUENCES}.{described[name][1]['embedding_dim'][0]}.embeddings."
                    f"{embedding_name(name, described[name][1])}.weight"]
            for name in sequences
        ]
        if users:
            # QUANT_EC_EMB=INT8: what the rows give back is kept, which is no slower to read.
            rows = [as_quantized(row) for row in rows]
        self.click = SequenceGroup(queries, sequences, rows, bool(users))
        self.dense = TowerDINDense(weights)

    def forward(self, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
        deep = self.group(self.bags(inputs), inputs)
        query, sequence, lengths = self.click(inputs)
        logits = self.dense(deep, query, sequence, lengths).squeeze(1)
        return {"logits": logits, "probs": torch.sigmoid(logits)}


class DBMTLDense(nn.Module):
    """Bottom perceptron, then ctr; cvr and cart read ctr's tower as well."""

    def __init__(self, weights):
        super().__init__()
        self.bottom = perceptrons(weights, "bottom_mlp")
        self.ctr, self.cvr, self.cart = (perceptrons(weights, f"task_mlps.{task}") for task in ("ctr", "cvr", "cart"))
        self.cvr_relation = perceptrons(weights, "relation_mlps.cvr")
        self.cart_relation = perceptrons(weights, "relation_mlps.cart")
        self.ctr_output, self.cvr_output, self.cart_output = (linear(weights, f"task_outputs.{i}") for i in range(3))

    def forward(self, features: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        bottom = self.bottom(features)
        ctr = self.ctr(bottom)
        cvr = self.cvr_relation(torch.cat([self.cvr(bottom), ctr], dim=1))
        cart = self.cart_relation(torch.cat([self.cart(bottom), ctr], dim=1))
        return self.ctr_output(ctr), self.cvr_output(cvr), self.cart_output(cart)


class DBMTL(nn.Module):
    """`dbmtl` with one group and the towers ctr, cvr (after ctr) and cart (after ctr)."""

    def __init__(self, weights, config, users=frozenset()):
        super().__init__()
        described = features(config)
        ((_, ids),) = groups(config).values()
        self.bags = bags_of(ids, bag_tables(weights, ids, described), users)
        self.dense = DBMTLDense(weights)

    def forward(self, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
        ctr, cvr, cart = self.dense(self.bags(inputs))
        ctr, cvr, cart = ctr.squeeze(1), cvr.squeeze(1), cart.squeeze(1)
        return {
            "logits_ctr": ctr,
            "logits_cvr": cvr,
            "logits_cart": cart,
            "probs_ctr": torch.sigmoid(ctr),
            "probs_cvr": torch.sigmoid(cvr),
            "probs_cart": torch.sigmoid(cart),
        }


MODELS = {"deepfm": DeepFM, "multi_tower_din": TowerDIN, "dbmtl": DBMTL}
