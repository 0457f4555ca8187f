import Foundation
import Testing

@testable import SlipwayConfig

@Suite struct SchemaTableTests {
    @Test func everyTypeIsThere() {
        let table = SchemaTable.shared
        for message in table.messages.values {
            #expect(!message.name.isEmpty)
            for field in message.fields {
                switch field.type {
                case .message(let name): #expect(table.messages[name] != nil, "\(message.name).\(field.name)")
                case .enumeration(let name): #expect(table.enums[name] != nil, "\(message.name).\(field.name)")
                default: continue
                }
            }
        }
    }

    @Test func knowsNumbersLabelsAndDefaults() throws {
        let table = SchemaTable.shared
        #expect(table.root.fields.map(\.number) == Array(1...9))
        let model = table.message("ModelConfig")
        #expect(model.field(named: "dlrm")?.oneof == "model")
        #expect(model.field(named: "num_class")?.defaultText == "1")
        let data = table.message("DataConfig")
        #expect(data.field(named: "fg_encoded_multival_sep")?.defaultText == "\\003")
        #expect(data.field(named: "dataset_type")?.label == .required)
        #expect(table.enumeration("FgMode").number(of: "FG_DAG") == 3)
        #expect(table.enumeration("FgMode").name(of: 4) == "FG_BUCKETIZE")
    }

    /// Every declared default reads as its field's type.
    @Test func defaultsAreValues() {
        let table = SchemaTable.shared
        for message in table.messages.values {
            for field in message.fields {
                guard let text = field.defaultText else { continue }
                #expect(ScalarText.value(text, of: field, table: table) != nil, "\(message.name).\(field.name)")
            }
        }
    }

    @Test func passesOverWhatItDoesNotKnow() {
        let table = SchemaTable(text: "x\nm A\nf a b\nf 1 z int32 a -\nf 2 o int32 b -\nv W 1\ne E\nv W 1\nv X y")
        #expect(table.messages["A"]?.fields.map(\.name) == ["b"])
        #expect(table.enums["E"]?.names == ["W"])
    }
}
