"""Writes the files beside it: small indexes by faiss's own Python package, embeddings, and what brute force finds.

Needs faiss-cpu, numpy and pyarrow. Components are multiples of 1/64, so that every sum is exact in float32.
"""

import json
import os
import pathlib

import faiss
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)
items = (rng.integers(-127, 128, (60, 8)) / 64).astype("float32")
users = (rng.integers(-127, 128, (12, 8)) / 64).astype("float32")
ids = [1000 + 7 * i for i in range(60)]


def brute(query, metric, count):
    scores = items @ query if metric == "ip" else ((items - query) ** 2).sum(1)
    order = sorted(range(60), key=lambda i: -scores[i] if metric == "ip" else scores[i])
    assert len(set(scores[order[: count + 1]].tolist())) == count + 1, "a tie: choose another seed"
    return [ids[i] for i in order[:count]], [float(scores[i]) for i in order[:count]]


def save(name, index, keys):
    folder = here / name
    folder.mkdir(exist_ok=True)
    faiss.write_index(index, str(folder / "faiss_index"))
    (folder / "id_mapping").write_text("".join(f"{key}\n" for key in keys))


metrics = {"ip": (faiss.IndexFlatIP, faiss.METRIC_INNER_PRODUCT), "l2": (faiss.IndexFlatL2, faiss.METRIC_L2)}
for name, (flat, metric) in metrics.items():
    index = flat(8)
    index.add(items)
    save(f"flat_{name}", index, ids)
    index = faiss.IndexIVFFlat(flat(8), 8, 6, metric)
    index.cp.min_points_per_centroid = 1
    index.train(items)
    if name == "ip":  # most lists empty: faiss then stores their sizes in another way
        few = faiss.clone_index(index)
        few.add(items[:1])
        save("ivf_ip_one", few, ids[:1])
    index.add(items)
    save(f"ivf_{name}", index, ids)
    index = faiss.IndexHNSWFlat(8, 8, metric)
    index.hnsw.efConstruction = 40
    index.add(items)
    save(f"hnsw_{name}", index, ids)
pq8 = faiss.IndexPQ(8, 2, 4)
pq8.train(items)
pq8.add(items)
save("product_quantizer", pq8, ids)

top = 5
near = {name: [brute(user, name, top) for user in users] for name in metrics}
wanted, hits = [], 0
for row, (found, _) in enumerate(near["ip"]):
    # Row 3 wants nothing; the others one item that is found, one found twice, one far away and one unknown.
    mine = [] if row == 3 else [found[row % top], found[0], found[0], ids[int(np.argmin(items @ users[row]))], 5]
    wanted.append(mine)
    hits += len(set(mine) & set(found))
pq.write_table(
    pa.table({
        "item_id": pa.array(ids, pa.int64()),
        "item_tower_emb": pa.array(items.tolist(), pa.list_(pa.float64())),
    }),
    here / "items.parquet", row_group_size=25)
with open(here / "items.csv", "w") as file:
    file.write("item_id,item_tower_emb\n")
    for key, row in zip(ids, items):
        file.write(f'{key},"{",".join(str(x) for x in row.tolist())}"\n')
pq.write_table(
    pa.table({
        "request_id": pa.array([f"r{i}" for i in range(12)]),
        "gt_items": pa.array(wanted, pa.list_(pa.int64())),
        "gt_text": pa.array([",".join(map(str, mine)) for mine in wanted]),
        "user_tower_emb": pa.array(users.tolist(), pa.list_(pa.float32())),
        # Two interests: the next user's, but for row 5, which has only one.
        "interests": pa.array(
            [[users[i].tolist(), ([0.0] * 8 if i == 5 else users[(i + 1) % 12].tolist())] for i in range(12)],
            pa.list_(pa.list_(pa.float32()))),
        "interest_count": pa.array([1 if i == 5 else 2 for i in range(12)], pa.int64()),
    }), here / "users.parquet")


def merged(row):
    scores = items @ users[row]
    if row != 5:
        scores = np.maximum(scores, items @ users[(row + 1) % 12])
    order = sorted(range(60), key=lambda i: -scores[i])
    assert len(set(scores[order[: top + 1]].tolist())) == top + 1
    return [ids[i] for i in order[:top]]


def union(row):
    found = set(near["ip"][row][0])
    return found if row == 5 else found | set(near["ip"][(row + 1) % 12][0])


across = [merged(row) for row in range(12)]
json.dump(
    {
        "top": top,
        "ids": ids,
        "users": users.tolist(),
        "near": {name: [{"ids": found, "scores": scores} for found, scores in rows] for name, rows in near.items()},
        "wanted": sum(len(set(mine)) for mine in wanted),
        "hits": hits,
        "hitsByRow": [len(set(mine) & set(found)) for mine, (found, _) in zip(wanted, near["ip"])],
        "across": across,
        "hitsAcross": sum(len(set(mine) & set(found)) for mine, found in zip(wanted, across)),
        "hitsEach": sum(len(set(mine) & union(row)) for row, mine in enumerate(wanted)),
    },
    open(here / "expected.json", "w"))
print(sum(os.path.getsize(p) for p in here.rglob("*") if p.is_file()), "bytes", hits)
