import SlipwayCheckpoint
import SlipwayCore

/// A safetensors file.
struct SafeTensorsInspection: InspectedSubject {
    private let metadata: [String: String]
    private let inventory: TensorInventory

    init(path: String) throws {
        let file = try SafeTensorsFile(path: path)
        metadata = file.metadata
        inventory = TensorInventory(file.tensors)
    }

    func sections() -> [String] {
        let pairs = metadata.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return [TextTable(pairs: inventory.pairs + pairs).text()] + inventory.sections()
    }

    func facts() -> [String: Fact] {
        inventory.facts().merging(["metadata": Fact(metadata)]) { $1 }
    }
}
