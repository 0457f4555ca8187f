"""TorchScript building blocks: quantized bags, sequence tables, multi-layer perceptrons, target attention."""

from typing import Dict, List, Set, Tuple

import torch
from fbgemm_gpu.split_embedding_configs import SparseType
from fbgemm_gpu.split_table_batched_embeddings_ops_common import EmbeddingLocation, PoolingMode
from fbgemm_gpu.split_table_batched_embeddings_ops_inference import IntNBitTableBatchedEmbeddingBagsCodegen
from torch import Tensor, nn

BITS = 8
SCALE_AND_BIAS_BYTES = 4
BAGS = "embedding_group.emb_impls.__BASE__.ebc.embedding_bags"
SEQUENCES = "embedding_group.seq_emb_impls.__BASE__.ec_dict"


def linear(weights, prefix):
    """A linear layer with the weight and bias stored under `prefix`."""
    weight = weights[f"{prefix}.weight"]
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight, weights[f"{prefix}.bias"]
    return layer


def perceptrons(weights, prefix):
    """The linear layers stored under `prefix`, a ReLU after each."""
    layers = []
    while f"{prefix}.mlp.{len(layers) // 2}.perceptron.0.weight" in weights:
        layers += [linear(weights, f"{prefix}.mlp.{len(layers) // 2}.perceptron.0"), nn.ReLU()]
    return nn.Sequential(*layers)


def quantized(table):
    """A table's INT8 rows, scale and bias behind the codes."""
    return torch.ops.fbgemm.FloatToFusedNBitRowwiseQuantizedSBHalf(table, BITS)


def as_quantized(table):
    """A table as its INT8 rows give it back, in float32."""
    return torch.ops.fbgemm.FusedNBitRowwiseQuantizedSBHalfToFloat(quantized(table), BITS)


def bags_of(names, tables, users):
    """The lookup of `names`: of a row each, or of a request where there are `users`."""
    return TiledBags(names, tables, users) if users else QuantizedBags(names, tables)


class QuantizedBags(nn.Module):
    """Sum-pooled INT8 bags, one table a feature: <feature>.values [N], .lengths [B] -> [B, sum of widths].

    `twice` looks every feature's ids up in a second list of tables as well, behind the first.
    """

    def __init__(self, names: List[str], tables: List[Tensor]):
        super().__init__()
        self.names = names
        self.repeats = len(tables) // len(names)
        self.lookup = IntNBitTableBatchedEmbeddingBagsCodegen(
            [
                (name, table.shape[0], table.shape[1], SparseType.INT8, EmbeddingLocation.HOST)
                for name, table in zip(names * self.repeats, tables)
            ],
            pooling_mode=PoolingMode.SUM,
            device="cpu",
            output_dtype=SparseType.FP32,
            row_alignment=16,
        )
        self.lookup.initialize_weights()
        rows = [quantized(table) for table in tables]
        self.lookup.assign_embedding_weights(
            [(row[:, :-SCALE_AND_BIAS_BYTES].contiguous(), row[:, -SCALE_AND_BIAS_BYTES:].contiguous()) for row in rows]
        )

    def forward(self, inputs: Dict[str, Tensor]) -> Tensor:
        values: List[Tensor] = []
        lengths: List[Tensor] = []
        for _ in range(self.repeats):
            for name in self.names:
                values.append(inputs[name + ".values"])
                lengths.append(inputs[name + ".lengths"])
        offsets = torch.ops.fbgemm.asynchronous_complete_cumsum(torch.cat(lengths))
        return self.lookup(torch.cat(values), offsets)


class TiledBags(nn.Module):
    """QuantizedBags of a request: rows of `users` are looked up once and repeated for every candidate."""

    def __init__(self, names: List[str], tables: List[Tensor], users: Set[str]):
        super().__init__()
        of_user = [name in users for name in names] * (len(tables) // len(names))
        sides = {}
        for side in (True, False):
            own = [name for name in names if (name in users) == side]
            sides[side] = QuantizedBags(own, [table for table, user in zip(tables, of_user) if user == side])
        self.user, self.item = sides[True], sides[False]
        # (whether of the user, first and end column there), in the order of `tables`
        self.runs: List[Tuple[bool, int, int]] = []
        ends = {True: 0, False: 0}
        for table, user in zip(tables, of_user):
            first, ends[user] = ends[user], ends[user] + table.shape[1]
            if self.runs and self.runs[-1][0] == user:
                first = self.runs.pop()[1]
            self.runs.append((user, first, ends[user]))

    def forward(self, inputs: Dict[str, Tensor]) -> Tensor:
        item = self.item(inputs)
        user = self.user(inputs).expand(item.size(0), -1)
        pieces: List[Tensor] = []
        for of_user, begin, end in self.runs:
            pieces.append(user[:, begin:end] if of_user else item[:, begin:end])
        return torch.cat(pieces, dim=1)


class DeepGroup(nn.Module):
    """Bags and raw features in the order of a feature group: [B, sum of bag widths] -> [B, D].

    Raw features of `users` have one row.
    """

    def __init__(self, names: List[str], widths: Dict[str, int], users: Set[str]):
        super().__init__()
        # (raw feature or "", whether the user's, first and end column of a run of bags)
        self.parts: List[Tuple[str, bool, int, int]] = []
        column = 0
        for name in names:
            if name not in widths:
                self.parts.append((name, name in users, 0, 0))
                continue
            end = column + widths[name]
            if self.parts and not self.parts[-1][0]:
                self.parts[-1] = ("", False, self.parts[-1][2], end)
            else:
                self.parts.append(("", False, column, end))
            column = end

    def forward(self, bags: Tensor, inputs: Dict[str, Tensor]) -> Tensor:
        pieces: List[Tensor] = []
        for name, of_user, begin, end in self.parts:
            if name == "":
                pieces.append(bags[:, begin:end])
            elif of_user:
                pieces.append(inputs[name + ".values"].expand(bags.size(0), -1))
            else:
                pieces.append(inputs[name + ".values"])
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces, dim=1)


class SequenceGroup(nn.Module):
    """Queries [B, Q] and zero-padded sequences [B, T, D] out of float32 tables; T is the batch's longest.

    With `tiled` there is one sequence, which is repeated for every query.
    """

    def __init__(self, queries: List[str], sequences: List[str], tables: List[Tensor], tiled: bool):
        super().__init__()
        self.tiled = tiled
        self.queries = queries
        self.sequences = sequences
        self.tables = nn.ModuleList([nn.Embedding.from_pretrained(table) for table in tables])

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
        queries: List[Tensor] = []
        sequences: List[Tensor] = []
        lengths = inputs[self.sequences[0] + ".lengths"]
        longest = int(lengths.max().item())
        for i, table in enumerate(self.tables):
            query = self.queries[i]
            offsets = torch.ops.fbgemm.asynchronous_complete_cumsum(inputs[query + ".lengths"])
            rows = table(inputs[query + ".values"])
            queries.append(torch.ops.fbgemm.jagged_to_padded_dense(rows, [offsets], [1], 0.0).squeeze(1))
            sequence = self.sequences[i]
            offsets = torch.ops.fbgemm.asynchronous_complete_cumsum(inputs[sequence + ".lengths"])
            rows = table(inputs[sequence + ".values"])
            sequences.append(torch.ops.fbgemm.jagged_to_padded_dense(rows, [offsets], [longest], 0.0))
        query, sequence = torch.cat(queries, dim=1), torch.cat(sequences, dim=2)
        if self.tiled:
            return query, sequence.expand(query.size(0), -1, -1), lengths.expand(query.size(0))
        return query, sequence, lengths


class TargetAttention(nn.Module):
    """Attention of a query [B, D] over a sequence [B, T, D] by a perceptron, masked by length -> [B, D]."""

    def __init__(self, weights, prefix: str):
        super().__init__()
        self.mlp = perceptrons(weights, f"{prefix}.mlp")
        self.score = linear(weights, f"{prefix}.linear")

    def forward(self, query: Tensor, sequence: Tensor, lengths: Tensor) -> Tensor:
        longest = sequence.size(1)
        queries = query.unsqueeze(1).expand(-1, longest, -1)
        pairs = torch.cat([queries, sequence, queries - sequence, queries * sequence], dim=2)
        scores = self.score(self.mlp(pairs)).transpose(1, 2)
        present = torch.arange(longest).unsqueeze(0) < lengths.unsqueeze(1)
        scores = scores.masked_fill(~present.unsqueeze(1), -2147483647.0)
        return torch.matmul(torch.softmax(scores, dim=2), sequence).squeeze(1)
