import SlipwayCore
import Testing

@Suite struct TensorTests {
    @Test func countsItsElements() {
        #expect(Tensor(shape: [2, 3], floats: [1, 2, 3, 4, 5, 6]).count == 6)
        #expect(Tensor(shape: [], ints: [5]).count == 1)
        #expect(Tensor(shape: [0, 3], floats: []).count == 0)
        #expect(Tensor(zeros: [2, 2]) == Tensor(shape: [2, 2], floats: [0, 0, 0, 0]))
    }

    @Test func convertsBetweenFloatsAndIntegers() {
        #expect(Tensor(shape: [2], ints: [-1, 1 << 24]).floats == [-1, 16_777_216])
        #expect(Tensor(shape: [3], floats: [1.9, -1.9, 0.5]).ints == [1, -1, 0])
        #expect(Tensor(shape: [4], floats: [.nan, .infinity, -.infinity, 1e30]).ints == [0, 0, 0, 0])
        #expect(Tensor(shape: [1], floats: [-0x1p63]).ints == [.min])
    }

    @Test func storageIsPartOfEquality() {
        #expect(Tensor(shape: [1], floats: [1]) != Tensor(shape: [1], ints: [1]))
        #expect(Tensor(shape: [1, 2], ints: [1, 2]) != Tensor(shape: [2, 1], ints: [1, 2]))
    }
}
