import Testing

@testable import SlipwayKernels

@Suite struct InstructionSetTests {
    @Test func referenceComesFirst() {
        #expect(InstructionSet.scalar.name == "scalar")
        #expect(InstructionSet.available.contains(.current))
        #expect(Set(InstructionSet.available.map(\.name)).count == InstructionSet.available.count)
    }
}
