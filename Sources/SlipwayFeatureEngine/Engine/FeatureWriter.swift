/// Takes the values an operator makes for a row or step, bucketizes them and packs them.
final class FeatureWriter {
    let output: FeatureOutput
    let plan: ValuePlan
    var counters = FeatureCounters()
    /// Numbers spelled as text for hashing.
    private let spelling = ByteArena()
    /// Values of the current row or step.
    private var emitted = 0
    private var isSpoiled = false

    init(_ plan: ValuePlan) {
        self.plan = plan
        output = FeatureOutput(kind: plan.target.outputKind)
    }

    /// True when the row takes no more values.
    @inline(__always)
    private var isFull: Bool { plan.keep > 0 && emitted >= plan.keep }

    // MARK: Values

    /// A value that may be text.
    @inline(__always)
    func emit(_ token: Token, weight: Float = 1) {
        guard !isFull else { return }
        switch plan.target {
        case .hash(let buckets):
            if token.kind != .text { spelling.removeAll() }
            add(buckets.id(token.text(in: spelling)), weight)
        case .words(let vocabulary, let unknown):
            if token.kind != .text { spelling.removeAll() }
            add(word(token.text(in: spelling), vocabulary) ?? missingWord(unknown), weight)
        case .numbers(let bound): add(whole(token, below: bound), weight)
        case .boundaries, .dense:
            guard let number = token.number else {
                spoil()
                return
            }
            emit(number)
        case .ready: add(token.integer ?? 0, weight)
        case .texts:
            output.texts.append(Token(text: output.arena.copy(token.text(in: output.arena))))
            emitted += 1
        }
    }

    /// A text for hashing, and what to look up or parse where that is not in the vocabulary.
    func emit(_ token: Token, plain: Token) {
        guard !isFull else { return }
        switch plan.target {
        case .words(let vocabulary, let unknown):
            spelling.removeAll()
            let id = word(token.text(in: spelling), vocabulary) ?? word(plain.text(in: spelling), vocabulary)
            add(id ?? missingWord(unknown), 1)
        case .hash, .texts: emit(token)
        default: emit(plain)
        }
    }

    /// A number, before normalizing.
    @inline(__always)
    func emit(_ number: Double) {
        guard !isFull else { return }
        write(plan.normalizer.map { $0.apply(number) } ?? number)
    }

    /// An id that is final.
    @inline(__always)
    func emit(id: Int64) {
        guard !isFull else { return }
        add(id, 1)
    }

    @inline(__always)
    private func write(_ value: Double) {
        guard !value.isNaN else {
            isSpoiled = true
            return
        }
        switch plan.target {
        case .boundaries(let boundaries): add(Boundaries.bucket(Float(value), boundaries), 1)
        case .dense:
            output.floats.append(Float(value))
            emitted += 1
        default: emit(Token(value))
        }
    }

    /// A value of this row is no number, so the row counts as missing.
    func spoil() {
        counters.unparsable += 1
        isSpoiled = true
    }

    @inline(__always)
    private func add(_ id: Int64, _ weight: Float) {
        output.ids.append(id)
        if plan.isWeighted { output.weights.append(weight) }
        emitted += 1
    }

    private func whole(_ token: Token, below bound: Int64) -> Int64 {
        guard let id = token.integer else {
            counters.unparsable += 1
            return 0
        }
        guard id >= 0, id < bound else {
            counters.outOfVocabulary += 1
            return 0
        }
        return id
    }

    @inline(__always)
    private func word(_ text: UnsafeBufferPointer<UInt8>, _ vocabulary: Vocabulary) -> Int64? { vocabulary.id(text) }

    private func missingWord(_ unknown: Int64) -> Int64 {
        counters.outOfVocabulary += 1
        return unknown
    }

    // MARK: Rows and steps

    /// Ends a row or step: the default where nothing was written, padding where too little was. Returns the number of values.
    @inline(__always)
    func end() -> Int32 {
        counters.rows += 1
        if emitted == 0 || isSpoiled {
            rollBack()
            writeDefault()
        } else if plan.width > 0, emitted < plan.width {
            pad()
        }
        let count = emitted
        emitted = 0
        return Int32(truncatingIfNeeded: count)
    }

    /// Ends a row or step none of whose inputs gave a value.
    @inline(__always)
    func endMissing() -> Int32 {
        counters.missing += 1
        return end()
    }

    private func rollBack() {
        isSpoiled = false
        guard emitted > 0 else { return }
        switch output.kind {
        case .floats: output.floats.removeLast(emitted)
        case .ids:
            output.ids.removeLast(emitted)
            if plan.isWeighted { output.weights.removeLast(emitted) }
        case .texts: break
        }
        emitted = 0
    }

    private func writeDefault() {
        let value = plan.emptyValue
        if value.isStated { counters.defaulted += 1 }
        switch output.kind {
        case .floats:
            output.floats.append(contentsOf: value.floats)
            emitted = value.floats.count
        case .ids:
            output.ids.append(contentsOf: value.ids)
            if plan.isWeighted { for _ in value.ids { output.weights.append(1) } }
            emitted = value.ids.count
        case .texts:
            for text in value.texts {
                text.withUnsafeBufferPointer { output.texts.append(Token(text: output.arena.copy($0))) }
            }
            emitted = value.texts.count
        }
    }

    /// Fills a short row with the default's values of the places that lack one.
    private func pad() {
        let value = plan.emptyValue
        while emitted < plan.width {
            switch output.kind {
            case .floats: output.floats.append(emitted < value.floats.count ? value.floats[emitted] : 0)
            case .ids:
                guard emitted < value.ids.count else { return }
                output.ids.append(value.ids[emitted])
            case .texts: return
            }
            emitted += 1
        }
    }
}
