#!/usr/bin/env python3
"""Writes a pipeline.config and a checkpoint of any size, to see how export behaves on tables larger than memory.

  scripts/make_synthetic_checkpoint.py OUT --gigabytes 4 [--tables 8] [--dim 16] [--files 2] [--chunk-megabytes 256]

OUT/pipeline.config describes a multi_tower model of one id feature a table; OUT/ckpt/model.ckpt-1/model holds its weights in
PyTorch's distributed-checkpoint format, the tables sharded by rows over the files. The same arguments give the same bytes.
Needs the standard library only: PyTorch's classes are named, never loaded.
"""

import argparse
import math
import pathlib
import pickle
import random
import sys
import types
import zipfile

BLOCK_BYTES = 4 << 20
ALIGNMENT = 64
HIDDEN_UNITS = (256, 128)
FINAL_UNITS = 64
FLOAT_BYTES = 4

CONFIG_HEAD = """\
train_input_path: "data/train.parquet"
eval_input_path: "data/eval.parquet"
model_dir: "ckpt"
train_config {
  sparse_optimizer { adagrad_optimizer { lr: 0.05 } constant_learning_rate { } }
  dense_optimizer { adam_optimizer { lr: 0.01 } constant_learning_rate { } }
  num_epochs: 1
}
eval_config { }
data_config {
  batch_size: 1024
  dataset_type: ParquetDataset
  label_fields: "clk"
  fg_mode: FG_NONE
}
"""
CONFIG_FEATURE = """\
feature_configs {{
  id_feature {{ feature_name: "f{0}" expression: "{1}:f{0}" embedding_dim: {2} num_buckets: {3} }}
}}
"""
CONFIG_MODEL = """\
model_config {{
  feature_groups {{
    group_name: "all"
{0}
    group_type: DEEP
  }}
  losses {{ binary_cross_entropy {{ }} }}
  metrics {{ auc {{ }} }}
  multi_tower {{
    towers {{ input: "all" mlp {{ {1} }} }}
    final {{ hidden_units: {2} }}
  }}
}}
"""


class Names:
    """Stand-ins for the PyTorch classes that a pickle names."""

    def __init__(self):
        self.modules = {}
        meta = "torch.distributed.checkpoint.metadata"
        for name in ("Metadata", "TensorStorageMetadata", "ChunkStorageMetadata", "MetadataIndex", "StorageMeta"):
            self._add(meta, name, {"__init__": lambda self, **fields: self.__dict__.update(fields)})
        self._add(meta, "TensorProperties", {"__getstate__": lambda self: self.state})
        self._add(meta, "_MEM_FORMAT_ENCODING", {})
        self._add(
            "torch.distributed.checkpoint.filesystem", "_StorageInfo",
            {"__init__": lambda self, **fields: self.__dict__.update(fields)})
        self._add("torch", "Size", {"__reduce__": lambda self: (type(self), (tuple(self),))}, (tuple,))
        self._add("torch", "FloatStorage", {})
        self._add("torch.serialization", "_get_layout", {})
        self._add("torch._utils", "_rebuild_tensor_v2", {})
        # A name that is not a class: pickled as the bare global.
        self._add("torch", "float32", {"__reduce__": lambda self: "float32"})
        self.modules["torch"].float32 = self.float32 = self.float32()

    def _add(self, module, name, members, bases=()):
        found = type(name, bases, {**members, "__module__": module})
        holder = self.modules.setdefault(module, types.ModuleType(module))
        setattr(holder, name, found)
        setattr(self, name, found)

    def __enter__(self):
        """Lets pickle find the stand-ins under PyTorch's names."""
        # pickle imports the parents of a module too.
        for name in list(self.modules):
            while "." in name:
                name = name.rpartition(".")[0]
                self.modules.setdefault(name, types.ModuleType(name))
        self.replaced = {name: sys.modules.get(name) for name in self.modules}
        sys.modules.update(self.modules)

    def __exit__(self, *_):
        for name, module in self.replaced.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


class Call:
    """Pickled as a call of `function`."""

    def __init__(self, function, *arguments):
        self.reduced = (function, arguments)

    def __reduce__(self):
        return self.reduced


class TensorPickler(pickle.Pickler):
    """Writes data.pkl, whose storage is a persistent id."""

    def persistent_id(self, value):
        return value.storage if isinstance(value, Storage) else None


class Storage:
    def __init__(self, storage):
        self.storage = storage


class Section:
    """What is written to `file` from here on, as a file of its own."""

    def __init__(self, file):
        self.file, self.start = file, file.tell()

    def write(self, data):
        return self.file.write(data)

    def tell(self):
        return self.file.tell() - self.start

    def seek(self, offset, whence=0):
        return self.file.seek(offset + self.start if whence == 0 else offset, whence) - self.start

    def flush(self):
        self.file.flush()

    def seekable(self):
        return True


def random_block(seed):
    """BLOCK_BYTES of little-endian floats, +-[1/64, 1/32)."""
    bits = int.from_bytes(random.Random(seed).randbytes(BLOCK_BYTES), "little")
    keep = int.from_bytes((0x807FFFFF).to_bytes(4, "little") * (BLOCK_BYTES // 4), "little")
    exponent = int.from_bytes((0x3C800000).to_bytes(4, "little") * (BLOCK_BYTES // 4), "little")
    return (bits & keep | exponent).to_bytes(BLOCK_BYTES, "little")


class CheckpointWriter:
    """Streams chunks of tensors into the .distcp files of one folder."""

    def __init__(self, folder, file_count, names):
        self.folder, self.names = folder, names
        self.files = [open(folder / f"__{rank}_0.distcp", "wb") for rank in range(file_count)]
        self.block = random_block(1)
        self.chunks_written = 0
        self.tensors, self.storage = {}, {}

    def add(self, name, shape, rows_per_chunk=None):
        """Adds a tensor, cut by rows into chunks that go to the files in turn."""
        names = self.names
        rows_per_chunk = min(rows_per_chunk or shape[0], shape[0])
        chunks = []
        for start in range(0, shape[0], rows_per_chunk):
            sizes = (min(rows_per_chunk, shape[0] - start), *shape[1:])
            offsets = (start, *(0 for _ in shape[1:]))
            rank = len(chunks) % len(self.files)
            offset, length = self._write(self.files[rank], sizes)
            self.storage[names.MetadataIndex(fqn=name, index=len(chunks), offset=names.Size(offsets))] = names._StorageInfo(
                relative_path=f"__{rank}_0.distcp", offset=offset, length=length)
            chunks.append(names.ChunkStorageMetadata(offsets=names.Size(offsets), sizes=names.Size(sizes)))
        properties = names.TensorProperties()
        properties.state = (
            names.float32, Call(names._get_layout, "torch.strided"), False, Call(names._MEM_FORMAT_ENCODING, 0), False)
        self.tensors[name] = names.TensorStorageMetadata(properties=properties, size=names.Size(shape), chunks=chunks)

    def _write(self, file, shape):
        """Writes one chunk as torch.save would; returns where it lies."""
        section = Section(file)
        with zipfile.ZipFile(section, "w", zipfile.ZIP_STORED) as archive:
            count = math.prod(shape)
            self._entry(archive, section, "data.pkl", self._pickled_tensor(shape, count))
            self._entry(archive, section, ".format_version", b"1")
            self._entry(archive, section, ".storage_alignment", str(ALIGNMENT).encode())
            self._entry(archive, section, "byteorder", b"little")
            with archive.open(self._info(section, "data/0", count * FLOAT_BYTES), "w") as data:
                # Another place to begin with for every chunk, so that no two hold the same rows.
                place, left = self.chunks_written * 4099 * FLOAT_BYTES % BLOCK_BYTES, count * FLOAT_BYTES
                view = memoryview(self.block)
                while left:
                    piece = view[place:place + left]
                    data.write(piece)
                    left, place = left - len(piece), 0
            self._entry(archive, section, "version", b"3\n")
            self._entry(archive, section, ".data/serialization_id", f"{self.chunks_written:040}".encode())
        self.chunks_written += 1
        file.seek(0, 2)
        return section.start, section.tell()

    def _entry(self, archive, section, name, content):
        archive.writestr(self._info(section, name, len(content)), content)

    @staticmethod
    def _info(section, name, size):
        """A zip entry whose data will begin on a multiple of ALIGNMENT, padded in the extra field."""
        if size >= zipfile.ZIP64_LIMIT:
            raise SystemExit("a chunk must stay below 2 GiB: lower --chunk-megabytes")
        info = zipfile.ZipInfo(f"archive/{name}")
        info.file_size = size
        header = section.tell() + zipfile.sizeFileHeader + len(info.filename) + 4
        padding = -header % ALIGNMENT
        info.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding
        return info

    def _pickled_tensor(self, shape, count):
        names = self.names
        strides = tuple(math.prod(shape[axis + 1:]) for axis in range(len(shape)))
        storage = Storage(("storage", names.FloatStorage, "0", "cpu", count))
        sink = _Bytes()
        pickler = TensorPickler(sink, protocol=2)
        with names:
            pickler.dump(Call(names._rebuild_tensor_v2, storage, 0, tuple(shape), strides, False, {}))
        return bytes(sink.content)

    def close(self):
        """Writes .metadata, which makes the folder a checkpoint."""
        names = self.names
        for file in self.files:
            file.close()
        metadata = names.Metadata(
            state_dict_metadata=self.tensors,
            planner_data={name: (name,) for name in self.tensors},
            storage_data=self.storage,
            storage_meta=names.StorageMeta(checkpoint_id=None, save_id=None, load_id=None, modules=[]),
            version="1.0.0",
        )
        with names, open(self.folder / ".metadata", "wb") as file:
            pickle.dump(metadata, file, protocol=4)


class _Bytes:
    def __init__(self):
        self.content = bytearray()

    def write(self, data):
        self.content += data


def write_config(path, tables, dim, rows):
    """The pipeline config; the first half of the features are the user's."""
    described = [CONFIG_FEATURE.format(i, "user" if i < tables // 2 else "item", dim, rows) for i in range(tables)]
    members = "\n".join(f'    feature_names: "f{i}"' for i in range(tables))
    units = " ".join(f"hidden_units: {units}" for units in HIDDEN_UNITS)
    path.write_text(CONFIG_HEAD + "".join(described) + CONFIG_MODEL.format(members, units, FINAL_UNITS), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--gigabytes", type=float, required=True, help="size of all tables, in 10^9 bytes")
    parser.add_argument("--tables", type=int, default=8)
    parser.add_argument("--dim", type=int, default=16)
    parser.add_argument("--files", type=int, default=2, help="number of .distcp files")
    parser.add_argument("--chunk-megabytes", type=float, default=256, help="largest piece of a table")
    arguments = parser.parse_args()
    tables, dim = arguments.tables, arguments.dim
    if min(tables, dim, arguments.files) < 1 or min(arguments.gigabytes, arguments.chunk_megabytes) <= 0:
        parser.error("sizes and counts must be positive")
    rows = max(1, round(arguments.gigabytes * 1e9 / (tables * dim * FLOAT_BYTES)))
    rows_per_chunk = max(1, min(int(arguments.chunk_megabytes * 1e6) // (dim * FLOAT_BYTES), -(-rows // arguments.files)))

    folder = arguments.out / "ckpt" / "model.ckpt-1" / "model"
    folder.mkdir(parents=True)
    write_config(arguments.out / "pipeline.config", tables, dim, rows)
    writer = CheckpointWriter(folder, arguments.files, Names())
    for i in range(tables):
        bags = "model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags"
        writer.add(f"{bags}.f{i}_emb.weight", (rows, dim), rows_per_chunk)
    width = tables * dim
    for i, units in enumerate(HIDDEN_UNITS):
        writer.add(f"model.towers.all.mlp.{i}.perceptron.0.weight", (units, width))
        writer.add(f"model.towers.all.mlp.{i}.perceptron.0.bias", (units,))
        width = units
    writer.add("model.final_mlp.mlp.0.perceptron.0.weight", (FINAL_UNITS, width))
    writer.add("model.final_mlp.mlp.0.perceptron.0.bias", (FINAL_UNITS,))
    width = FINAL_UNITS
    writer.add("model.output_mlp.weight", (1, width))
    writer.add("model.output_mlp.bias", (1,))
    writer.close()
    largest = max(tables * dim * HIDDEN_UNITS[0], HIDDEN_UNITS[0] * HIDDEN_UNITS[1]) * FLOAT_BYTES
    print(f"{tables} tables of {rows} x {dim} floats in {writer.chunks_written} chunks; largest dense weight {largest} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
