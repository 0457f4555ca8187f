import SlipwayCore

/// Applies one edit to a dynamic message.
struct EditApplier {
    let edit: ConfigEdit
    let path: EditPath
    let table: SchemaTable

    init(_ edit: ConfigEdit, table: SchemaTable = .shared) throws {
        self.edit = edit
        path = try EditPath(edit.path)
        self.table = table
    }

    /// A field of a message, and which of its values when the path picks one.
    private struct Place {
        let message: DynamicMessage
        let field: FieldSchema
        let index: Int?
        let spelled: String
    }

    /// Returns how many places were changed.
    func apply(to root: DynamicMessage) throws -> Int {
        var messages = [(root, "")]
        for step in path.steps.dropLast() {
            messages = try messages.flatMap { message, spelled in
                try places(step, in: message, at: spelled).flatMap { try inside($0) }
            }
        }
        guard let last = path.steps.last else { return 0 }
        let found = try messages.flatMap { try places(last, in: $0, at: $1) }
        for place in found { try set(place) }
        return found.count
    }

    private func places(_ step: EditPath.Step, in message: DynamicMessage, at spelled: String) throws -> [Place] {
        let field = try self.field(step.name, of: message)
        let name = spelled.isEmpty ? step.name : "\(spelled).\(step.name)"
        let count = message.all(field).count
        if case .whole = step.selector { return [Place(message: message, field: field, index: nil, spelled: name)] }
        guard field.label == .repeated else {
            throw failure("`\(step.name)` is no list", fix: "leave its brackets out")
        }
        let indices: [Int]
        switch step.selector {
        case .whole:
            indices = []
        case .index(let index):
            let place = index < 0 ? index + count : index
            guard place >= 0, place < count else {
                throw failure(
                    "`\(name)` has \(count) entries, not one at \(index)", fix: "use 0 to \(max(0, count - 1))")
            }
            indices = [place]
        case .range(let from, let to):
            let start = Self.clamped(from ?? 0, count)
            let end = Self.clamped(to ?? count, count)
            indices = start < end ? Array(start..<end) : []
        case .condition(let inner, let comparison, let value):
            indices = try message.all(field).indices.filter { index in
                guard case .message(let entry) = message.all(field)[index] else {
                    throw failure("`\(name)` holds no blocks to test", fix: "use an index")
                }
                return try EditCondition(edit: edit.path, table: table)
                    .holds(inner, comparison, value, in: entry)
            }
        }
        return indices.map { Place(message: message, field: field, index: $0, spelled: "\(name)[\($0)]") }
    }

    private static func clamped(_ index: Int, _ count: Int) -> Int {
        min(max(index < 0 ? index + count : index, 0), count)
    }

    /// The message at a place, made when a singular one is absent.
    private func inside(_ place: Place) throws -> [(DynamicMessage, String)] {
        guard place.field.isMessage, place.field.label != .map else {
            throw failure(
                "`\(place.spelled)` is \(place.field.type.spoken) and has no fields", fix: "end the path there")
        }
        if let index = place.index {
            guard case .message(let inner) = place.message.all(place.field)[index] else { return [] }
            return [(inner, place.spelled)]
        }
        guard !place.field.isRepeated else {
            throw failure("`\(place.spelled)` is a list", fix: "pick entries: [0], [:] or [field=value]")
        }
        try keepOneof(place)
        guard let inner = place.message.submessage(place.field, in: table) else { return [] }
        return [(inner, place.spelled)]
    }

    /// Refuses to replace the set member of a oneof by walking into another.
    private func keepOneof(_ place: Place) throws {
        guard let oneof = place.field.oneof, let set = place.message.set(of: oneof), set.name != place.field.name else {
            return
        }
        throw failure(
            "`\(place.spelled)` would replace the `\(set.name)` that is set there",
            fix: "narrow the path, for example with a condition [\(place.field.name).<field>=<value>]")
    }

    private func set(_ place: Place) throws {
        if place.field.label == .map {
            throw failure("`\(place.spelled)` is a map", fix: "edit the block around it as a whole")
        }
        var values: [DynamicValue]
        if place.field.isMessage {
            guard place.index != nil || !place.field.isRepeated else {
                throw failure("`\(place.spelled)` is a list of blocks", fix: "pick entries: [0], [:] or [field=value]")
            }
            values = [.message(try block(place.field))]
        } else if place.field.isRepeated, place.index == nil {
            values = try list(place)
        } else {
            values = [try ScalarText.value(edit.value, of: place.field, table: table, edit: edit.path)]
        }
        if let index = place.index {
            var all = place.message.all(place.field)
            all[index] = values[0]
            values = all
        }
        place.message.replaceAll(of: place.field, with: values)
    }

    private func block(_ field: FieldSchema) throws -> DynamicMessage {
        guard case .message(let name) = field.type else { return DynamicMessage(table.root) }
        var text = edit.value.trimmed
        if text.hasPrefix("{"), text.hasSuffix("}") { text = String(text.dropFirst().dropLast()) }
        return try parsed(text, as: table.message(name), needsRequired: true)
    }

    private func list(_ place: Place) throws -> [DynamicValue] {
        let message = try parsed("\(place.field.name): \(edit.value)", as: place.message.schema, needsRequired: false)
        return message.all(place.field)
    }

    private func parsed(_ text: String, as schema: MessageSchema, needsRequired: Bool) throws -> DynamicMessage {
        let source = SourceText(fileName: "edit of \(edit.path)", bytes: Array(text.utf8))
        let (message, warnings) = try TextParser.parse(source, as: schema, needsRequired: needsRequired, table: table)
        if let unknown = warnings.first(where: { $0.kind == .unknownField }) {
            throw failure(unknown.message, fix: "use a field of \(schema.name)")
        }
        return message
    }

    private func field(_ name: String, of message: DynamicMessage) throws -> FieldSchema {
        if let field = message.schema.field(named: name) { return field }
        let near = NearestName.match(name, in: message.schema.fields.map(\.name))
        throw failure(
            "\(message.schema.name) has no field `\(name)`",
            fix: near.map { "did you mean `\($0)`?" } ?? "name one it has")
    }

    private func failure(_ what: String, fix: String) -> SlipwayError {
        SlipwayError(.invalidArgument, "edit path `\(edit.path)`: \(what)", fix: fix)
    }
}
