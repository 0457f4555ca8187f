/// The pipeline config's schema at run time: every message and enum with its fields, read from the generated table.
struct SchemaTable: Sendable {
    static let shared = SchemaTable(text: schemaTableText)

    /// The message a whole pipeline config is.
    static let rootName = "EasyRecConfig"

    private(set) var messages: [String: MessageSchema] = [:]
    private(set) var enums: [String: EnumSchema] = [:]

    /// Reads a table as `scripts/generate_schema_table.py` writes it; lines of another form are passed over.
    init(text: String) {
        var messageName = ""
        var enumName = ""
        var fields: [FieldSchema] = []
        func flush(_ messages: inout [String: MessageSchema]) {
            if !messageName.isEmpty { messages[messageName] = MessageSchema(name: messageName, fields: fields) }
            messageName = ""
            fields = []
        }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false).map(String.init)
            switch (words[0], words.count) {
            case ("m", 2):
                flush(&messages)
                messageName = words[1]
            case ("e", 2):
                flush(&messages)
                enumName = words[1]
                enums[enumName] = EnumSchema(name: enumName)
            case ("v", 3):
                if let number = Int32(words[2]) { enums[enumName]?.add(words[1], number) }
            case ("f", 6), ("f", 7):
                if let field = FieldSchema(words: words) { fields.append(field) }
            default:
                continue
            }
        }
        flush(&messages)
    }

    /// The named message; empty when the table lacks it, which a test rules out for every type the table names.
    func message(_ name: String) -> MessageSchema {
        messages[name] ?? MessageSchema(name: name, fields: [])
    }

    func enumeration(_ name: String) -> EnumSchema {
        enums[name] ?? EnumSchema(name: name)
    }

    var root: MessageSchema { message(Self.rootName) }
}

/// One message of the schema.
struct MessageSchema: Sendable {
    let name: String
    /// In number order.
    let fields: [FieldSchema]
    private let indexByName: [String: Int]
    private let indexByNumber: [Int: Int]

    init(name: String, fields: [FieldSchema]) {
        self.name = name
        self.fields = fields
        indexByName = Dictionary(fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        indexByNumber = Dictionary(
            fields.indices.map { (fields[$0].number, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func field(named name: String) -> FieldSchema? { indexByName[name].map { fields[$0] } }
    func field(numbered number: Int) -> FieldSchema? { indexByNumber[number].map { fields[$0] } }
}

/// One enum of the schema.
struct EnumSchema: Sendable {
    let name: String
    /// In the order of declaration.
    private(set) var names: [String] = []
    private var numberByName: [String: Int32] = [:]
    private var nameByNumber: [Int32: String] = [:]

    init(name: String) { self.name = name }

    mutating func add(_ value: String, _ number: Int32) {
        names.append(value)
        numberByName[value] = number
        if nameByNumber[number] == nil { nameByNumber[number] = value }
    }

    func number(of value: String) -> Int32? { numberByName[value] }
    func name(of number: Int32) -> String? { nameByNumber[number] }
    /// What an unset field of this type reads as when the schema declares no default.
    var firstNumber: Int32 { names.first.flatMap { numberByName[$0] } ?? 0 }
}
