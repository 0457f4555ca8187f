/// Floats as numpy writes them: the shortest digits that read back the same, always with a point or an exponent.
enum FloatText {
    static func numpy(_ value: Float) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        // The shortest digits of a float, read as a double, are that double's shortest digits too.
        guard let double = Double(value.description) else { return value.description }
        return JSONWriter.number(double)
    }
}
