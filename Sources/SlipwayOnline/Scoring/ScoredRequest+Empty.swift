import SlipwayCore

extension ScoredRequest {
    /// Rows of empty lists and zeros as inputs, which every model takes.
    func fillEmpty(_ model: ScoringModel, rows: Int) {
        inputs.removeAll()
        inputs.rowCount = rows
        rowCount = rows
        userCount = model.isTiled ? 1 : rows
        for (index, slot) in model.slots.enumerated() {
            let isLengths = slot.name.hasSuffix(".lengths")
            if slot.name == InputSlot.batchSizeName {
                inputs.buffers[index].int32 = [Int32(clamping: rows)]
            } else if isLengths || model.isDenseRow(slot) {
                let count = model.isSingleUserRow(slot) ? 1 : rows
                if isLengths {
                    inputs.buffers[index].int32 = Array(repeating: 0, count: count)
                } else {
                    inputs.buffers[index].float = Array(repeating: 0, count: count * slot.width)
                }
            }
        }
    }
}
