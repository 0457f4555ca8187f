"""The dense part of the benchmark models as a request gives it: the user's rows once, others a row a candidate."""

import torch
from models import DBMTL, DeepFM, TowerDIN
from pipeline_config import features, groups, user_side
from torch import nn


class Join(nn.Module):
    """A user's columns [1, U] and the candidates' [B, I] as rows [B, U + I] in the order of a feature group."""

    def __init__(self, is_user):
        super().__init__()
        self.user_columns = [column for column, user in enumerate(is_user) if user]
        self.item_columns = [column for column, user in enumerate(is_user) if not user]
        # (whether of the user, first and end column there)
        self.runs, ends = [], {True: 0, False: 0}
        for user in is_user:
            ends[user] += 1
            if self.runs and self.runs[-1][0] == user:
                self.runs[-1] = (user, self.runs[-1][1], ends[user])
            else:
                self.runs.append((user, ends[user] - 1, ends[user]))

    def parts(self, rows):
        """The two inputs that give `rows`."""
        return rows[:1, self.user_columns].contiguous(), rows[:, self.item_columns].contiguous()

    def forward(self, user, item):
        user = user.expand(item.size(0), -1)
        return torch.cat([(user if of_user else item)[:, first:end] for of_user, first, end in self.runs], dim=1)


def join_of(names, config, widths):
    """The Join of a group of features with these widths."""
    users = user_side(config)
    return Join([name in users for name in names for _ in range(widths.get(name, 1))])


def bag_widths(config):
    return {
        name: int(settings["embedding_dim"][0])
        for name, (_, settings) in features(config).items() if "embedding_dim" in settings
    }


class DeepFMRequest(nn.Module):
    names = ("deep_user", "deep_item", "wide_user", "wide_item")
    outputs = ("logits",)

    def __init__(self, model, config):
        super().__init__()
        members, widths = groups(config), bag_widths(config)
        ids, deep = members["fm"][1], members["deep"][1]
        if deep[: len(ids)] != ids:
            raise SystemExit("the peer expects the deep group to begin with the features of the fm group")
        self.split, self.dense = model.split, model.dense
        wide = model.bags.user.lookup.embedding_specs[-1][2]
        self.deep = join_of(deep, config, widths)
        self.wide = join_of(ids, config, {name: wide for name in ids})

    def inputs(self, model, batch):
        bags = model.bags(batch)
        deep = model.group(bags[:, : self.split], batch)
        return (*self.deep.parts(deep), *self.wide.parts(bags[:, self.split :]))

    def forward(self, deep_user, deep_item, wide_user, wide_item):
        deep = self.deep(deep_user, deep_item)
        return (self.dense(self.wide(wide_user, wide_item), deep[:, : self.split], deep).squeeze(1),)


class TowerDINRequest(nn.Module):
    """The sequence [1, T, D] has no padding: nothing is masked."""

    names = ("deep_user", "deep_item", "query_item", "sequence_user")
    outputs = ("logits",)

    def __init__(self, model, config):
        super().__init__()
        self.dense = model.dense
        self.deep = join_of(groups(config)["deep"][1], config, bag_widths(config))

    def inputs(self, model, batch):
        query, sequence, _ = model.click(batch)
        deep = model.group(model.bags(batch), batch)
        return (*self.deep.parts(deep), query.contiguous(), sequence[:1].contiguous())

    def forward(self, deep_user, deep_item, query_item, sequence_user):
        attention = self.dense.attention
        sequence = sequence_user.expand(query_item.size(0), -1, -1)
        query = query_item.unsqueeze(1).expand(-1, sequence_user.size(1), -1)
        pairs = torch.cat([query, sequence, query - sequence, query * sequence], dim=2)
        weights = torch.softmax(attention.score(attention.mlp(pairs)).squeeze(2), dim=1)
        summed = torch.matmul(weights, sequence_user.squeeze(0))
        joined = torch.cat([self.dense.deep(self.deep(deep_user, deep_item)), summed], dim=1)
        return (self.dense.output(self.dense.final(joined)).squeeze(1),)


class DBMTLRequest(nn.Module):
    names = ("all_user", "all_item")
    outputs = ("logits_ctr", "logits_cvr", "logits_cart")

    def __init__(self, model, config):
        super().__init__()
        ((_, ids),) = groups(config).values()
        self.dense = model.dense
        self.all = join_of(ids, config, bag_widths(config))

    def inputs(self, model, batch):
        return self.all.parts(model.bags(batch))

    def forward(self, all_user, all_item):
        ctr, cvr, cart = self.dense(self.all(all_user, all_item))
        return ctr.squeeze(1), cvr.squeeze(1), cart.squeeze(1)


REQUESTS = {DeepFM: DeepFMRequest, TowerDIN: TowerDINRequest, DBMTL: DBMTLRequest}
