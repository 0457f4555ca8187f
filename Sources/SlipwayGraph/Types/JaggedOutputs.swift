/// How a graph gives a list a row: outputs [S, …] hold the elements of all lists, and an output of this name their lengths.
public enum JaggedOutputs {
    /// Name of the output i32 [B] with the length of each row's list, as upstream calls it.
    public static let lengthsName = "__TARGET_REPEAT_INTERLEAVE_KEY__"
}
