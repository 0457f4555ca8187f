/// A float32 matrix that someone else owns, to be read: row i starts `i * stride` elements after `base`.
///
/// The memory must outlive the view: pass an array's `withUnsafeBufferPointer`, never the array itself.
public struct MatrixView {
    public var base: UnsafePointer<Float>?
    public var rows: Int
    public var columns: Int
    /// Elements from the start of one row to the start of the next.
    public var stride: Int

    /// `stride` defaults to `columns`: rows without gaps.
    public init(@_nonEphemeral _ base: UnsafePointer<Float>?, rows: Int, columns: Int, stride: Int? = nil) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }

    public init(_ matrix: MutableMatrixView) {
        self.init(UnsafePointer(matrix.base), rows: matrix.rows, columns: matrix.columns, stride: matrix.stride)
    }
}

/// A float32 matrix that someone else owns, to be written.
public struct MutableMatrixView {
    public var base: UnsafeMutablePointer<Float>?
    public var rows: Int
    public var columns: Int
    /// Elements from the start of one row to the start of the next.
    public var stride: Int

    /// `stride` defaults to `columns`: rows without gaps.
    public init(@_nonEphemeral _ base: UnsafeMutablePointer<Float>?, rows: Int, columns: Int, stride: Int? = nil) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }
}
