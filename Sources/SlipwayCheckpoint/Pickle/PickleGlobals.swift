/// The only names a pickle may refer to. None of them is ever looked up or called: each is a label in the value tree.
enum PickleGlobals {
    static func isAllowed(_ name: String) -> Bool {
        allowed.contains(name)
    }

    private static let allowed: Set<String> = {
        var names: Set<String> = [
            "torch.Size", "torch.device", "torch.serialization._get_layout",
            "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
            "collections.OrderedDict", "_codecs.encode",
            "builtins.set", "builtins.frozenset", "__builtin__.set", "__builtin__.frozenset",
            "torch.distributed._shard.sharded_tensor.metadata.TensorProperties",
            "torch.distributed._shard.sharded_tensor.metadata.MEM_FORMAT_ENCODING",
            "torch.distributed.checkpoint.filesystem._StorageInfo",
        ]
        for type in [
            "Metadata", "MetadataIndex", "StorageMeta", "TensorProperties", "TensorStorageMetadata",
            "BytesStorageMetadata", "ChunkStorageMetadata", "_MEM_FORMAT_ENCODING",
        ] {
            names.insert("torch.distributed.checkpoint.metadata.\(type)")
        }
        for module in ["pathlib", "pathlib._local"] {
            for type in ["Path", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"] {
                names.insert("\(module).\(type)")
            }
        }
        for type in TorchDType.typeNames { names.insert(type) }
        for type in TorchDType.storageNames { names.insert(type) }
        return names
    }()
}
