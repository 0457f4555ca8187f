import SlipwayPasses

extension PassTexts {
    private static func graph(_ lines: String) -> String { "slipway graph 1\nname \"g\"\n\(lines)\n" }

    static let all: [PassTexts] = [
        PassTexts(
            name: "a layer read twice", pass: EliminateCommonSubexpressions.self,
            before: graph(
                """
                input "x.values" %x : f32[B, 2]
                param "w" %w : f32[3, 2]
                  %a = linear(input = %x, weight = %w) : f32[B, 3]
                  %b = linear(input = %x, weight = %w) : f32[B, 3]
                  %c = unary(input = %b) {function = "relu"} : f32[B, 3]
                  %y = binary(a = %a, b = %c) {function = "add"} : f32[B, 3]
                output "y" %y
                """),
            after: """
                %v2 = linear(input = %x.values, weight = %p0) : f32[B, 3]
                %v3 = unary(input = %v2) {function = "relu"} : f32[B, 3]
                %v4 = binary(a = %v2, b = %v3) {function = "add"} : f32[B, 3]
                """, patches: ["share linear"]),
        PassTexts(
            name: "a step nobody reads", pass: EliminateDeadCode.self,
            before: graph(
                """
                input "x.values" %x : f32[B, 2]
                param "w" %w : f32[3, 2]
                param "v" %v : f32[3, 2]
                  %a = linear(input = %x, weight = %v) : f32[B, 3]
                  %y = linear(input = %x, weight = %w) : f32[B, 3]
                output "y" %y
                """),
            after: """
                %v2 = linear(input = %x.values, weight = %p0) : f32[B, 3]
                """, patches: ["leave out linear"]),
        PassTexts(
            name: "rows", pass: SinkTile.self,
            before: graph(
                """
                input "u.values" %u : user f32[U, 2]
                input "batch_size" %n : user i32[U]
                input "x.values" %x : f32[B, 3]
                param "w" %w : f32[3, 2]
                  %t = tile(rows = %u, count = %n) : f32[B, 2]
                  %a = linear(input = %t, weight = %w) : f32[B, 3]
                  %b = unary(input = %a) {function = "tanh"} : f32[B, 3]
                  %y = binary(a = %b, b = %x) {function = "add"} : f32[B, 3]
                output "y" %y
                output "z" %b
                """),
            after: """
                %v4 = linear(input = %u.values, weight = %p0) : user f32[U, 3]
                %v5 = unary(input = %v4) {function = "tanh"} : user f32[U, 3]
                %v6 = tile(rows = %v5, count = %batch_size) : f32[B, 3]
                %v7 = binary(a = %v6, b = %x.values) {function = "add"} : f32[B, 3]
                """, patches: ["once a request: linear", "once a request: unary"]),
        PassTexts(
            name: "a sequence", pass: SinkTile.self,
            before: graph(
                """
                input "s.lengths" %l : user i32[U]
                input "s.values" %s : user f32["S:s", 2]
                input "batch_size" %n : user i32[U]
                input "q.values" %q : f32[B, 2]
                  %t = jagged_tile(values = %s, lengths = %l, count = %n) {symbol = "S:s:tiled"} : f32["S:s:tiled", 2]
                  %m = tile(rows = %l, count = %n) : i32[B]
                  %c = clamp_lengths(lengths = %m) {maximum = 2} : i32[B]
                  %a = jagged_align(values = %t, lengths = %m, target = %c) {symbol = "S:s:2"} : f32["S:s:2", 2]
                  %p = segment_reduce(values = %a, lengths = %c) {mode = "mean"} : f32[B, 2]
                  %e = jagged_expand(rows = %q, lengths = %c) {symbol = "S:s:2"} : f32["S:s:2", 2]
                  %d = binary(a = %e, b = %a) {function = "add"} : f32["S:s:2", 2]
                  %r = segment_reduce(values = %d, lengths = %c) {mode = "mean"} : f32[B, 2]
                output "p" %p
                output "r" %r
                """),
            after: """
                %v4 = clamp_lengths(lengths = %s.lengths) {maximum = 2} : user i32[U]
                %v5 = jagged_align(values = %s.values, lengths = %s.lengths, target = %v4) {symbol = "U:S:s:2"} : user f32[U:S:s:2, 2]
                %v6 = segment_reduce(values = %v5, lengths = %v4) {mode = "mean"} : user f32[U, 2]
                %v7 = tile(rows = %v4, count = %batch_size) : i32[B]
                %v8 = jagged_expand(rows = %q.values, lengths = %v7) {symbol = "S:s:2"} : f32[S:s:2, 2]
                %v9 = jagged_tile(values = %v5, lengths = %v4, count = %batch_size) {symbol = "S:s:2"} : f32[S:s:2, 2]
                %v10 = binary(a = %v8, b = %v9) {function = "add"} : f32[S:s:2, 2]
                %v11 = segment_reduce(values = %v10, lengths = %v7) {mode = "mean"} : f32[B, 2]
                %v12 = tile(rows = %v6, count = %batch_size) : f32[B, 2]
                """,
            patches: [
                "once a request: clamp_lengths", "once a request: jagged_align", "once a request: segment_reduce",
            ]
        ),
        PassTexts(
            name: "attention input", pass: FoldTargetAttention.self,
            before: graph(
                """
                input "s.lengths" %l : i32[B]
                input "s.values" %s : f32["S:s", 3]
                input "q.values" %q : f32[B, 2]
                param "w" %w : f32[4, 12]
                param "b" %b : f32[4]
                  %a = attention_input(query = %q, sequence = %s, lengths = %l) : f32["S:s", 12]
                  %y = linear(input = %a, weight = %w, bias = %b) : f32["S:s", 4]
                output "y" %y
                """),
            after: """
                %v5 = slice(input = %p0) {axis = 1, end = 2, start = 0} : f32[4, 2]
                %v6 = slice(input = %p0) {axis = 1, end = 8, start = 6} : f32[4, 2]
                %v7 = binary(a = %v5, b = %v6) {function = "add"} : f32[4, 2]
                %v8 = slice(input = %p0) {axis = 1, end = 6, start = 3} : f32[4, 3]
                %v9 = slice(input = %p0) {axis = 1, end = 9, start = 6} : f32[4, 3]
                %v10 = binary(a = %v8, b = %v9) {function = "subtract"} : f32[4, 3]
                %v11 = slice(input = %p0) {axis = 1, end = 11, start = 9} : f32[4, 2]
                %v12 = attention_layer(query = %q.values, sequence = %s.values, lengths = %s.lengths, query_weight = %v7, step_weight = %v10, product_weight = %v11, bias = %p1) {symbol = "S:s"} : f32[S:s, 4]
                """, patches: ["fold attention_input into a layer"]),
        PassTexts(
            name: "a concatenation of pairs over a request's steps", pass: FoldTargetAttention.self,
            before: graph(
                """
                input "s.lengths" %l : user i32[U]
                input "s.values" %s : user f32["S:s", 2]
                input "batch_size" %n : user i32[U]
                input "q.values" %q : f32[B, 2]
                param "w" %w : f32[3, 8]
                  %m = tile(rows = %l, count = %n) : i32[B]
                  %t = jagged_tile(values = %s, lengths = %l, count = %n) {symbol = "S:t"} : f32["S:t", 2]
                  %e = jagged_expand(rows = %q, lengths = %m) {symbol = "S:t"} : f32["S:t", 2]
                  %p = binary(a = %e, b = %t) {function = "multiply"} : f32["S:t", 2]
                  %d = binary(a = %t, b = %e) {function = "subtract"} : f32["S:t", 2]
                  %c = concat(input = %t, input = %p, input = %e, input = %d) {axis = 1} : f32["S:t", 8]
                  %y = linear(input = %c, weight = %w) : f32["S:t", 3]
                output "y" %y
                """),
            after: """
                %v5 = slice(input = %p0) {axis = 1, end = 6, start = 4} : f32[3, 2]
                %v6 = slice(input = %p0) {axis = 1, end = 8, start = 6} : f32[3, 2]
                %v7 = binary(a = %v5, b = %v6) {function = "subtract"} : f32[3, 2]
                %v8 = slice(input = %p0) {axis = 1, end = 2, start = 0} : f32[3, 2]
                %v9 = slice(input = %p0) {axis = 1, end = 8, start = 6} : f32[3, 2]
                %v10 = binary(a = %v8, b = %v9) {function = "add"} : f32[3, 2]
                %v11 = slice(input = %p0) {axis = 1, end = 4, start = 2} : f32[3, 2]
                %v12 = attention_layer(query = %q.values, sequence = %s.values, lengths = %s.lengths, count = %batch_size, query_weight = %v7, step_weight = %v10, product_weight = %v11) {symbol = "S:t"} : f32[S:t, 3]
                """, patches: ["fold concat into a layer"]),
        PassTexts(
            name: "steps times weights", pass: FoldWeightedSum.self,
            before: graph(
                """
                input "s.lengths" %l : user i32[U]
                input "s.values" %s : user f32["S:s", 2]
                input "batch_size" %n : user i32[U]
                  %m = tile(rows = %l, count = %n) : i32[B]
                  %t = jagged_tile(values = %s, lengths = %l, count = %n) {symbol = "S:t"} : f32["S:t", 2]
                  %x = slice(input = %t) {axis = 1, end = 1, start = 0} : f32["S:t", 1]
                  %a = binary(a = %x, b = %t) {function = "multiply"} : f32["S:t", 2]
                  %y = segment_reduce(values = %a, lengths = %m) {mode = "sum"} : f32[B, 2]
                output "y" %y
                """),
            after: """
                %v3 = jagged_tile(values = %s.values, lengths = %s.lengths, count = %batch_size) {symbol = "S:t"} : f32[S:t, 2]
                %v4 = slice(input = %v3) {axis = 1, end = 1, start = 0} : f32[S:t, 1]
                %v5 = weighted_sum(weights = %v4, values = %s.values, lengths = %s.lengths, count = %batch_size) : f32[B, 2]
                """, patches: ["weighted sum"]),
        PassTexts(
            name: "a norm after a layer", pass: FoldBatchNorm.self,
            before: graph(
                """
                input "x.values" %x : f32[B, 2]
                param "w" %w : f32[3, 2]
                param "mean" %m : f32[3]
                param "var" %v : f32[3]
                param "gamma" %g : f32[3]
                param "beta" %b : f32[3]
                  %a = linear(input = %x, weight = %w) : f32[B, 3]
                  %n = batch_norm(input = %a, mean = %m, variance = %v, gamma = %g, beta = %b) {epsilon = 1e-05} : f32[B, 3]
                  %y = unary(input = %n) {function = "relu"} : f32[B, 3]
                output "y" %y
                """),
            after: """
                %v6 = affine(input = %p2) {scale = 1.0, shift = 1e-05} : f32[3]
                %v7 = unary(input = %v6) {function = "sqrt"} : f32[3]
                %v8 = binary(a = %p3, b = %v7) {function = "divide"} : f32[3]
                %v9 = reshape(input = %v8) {tail = [1]} : f32[3, 1]
                %v10 = binary(a = %p0, b = %v9) {function = "multiply"} : f32[3, 2]
                %v11 = binary(a = %p1, b = %v8) {function = "multiply"} : f32[3]
                %v12 = unary(input = %v11) {function = "negate"} : f32[3]
                %v13 = binary(a = %v12, b = %p4) {function = "add"} : f32[3]
                %v14 = linear(input = %x.values, weight = %v10, bias = %v13) : f32[B, 3]
                %v15 = unary(input = %v14) {function = "relu"} : f32[B, 3]
                """, patches: ["fold batch_norm into linear"]),
        PassTexts(
            name: "user and item columns", pass: SplitLinearOverConcat.self,
            before: graph(
                """
                input "u.values" %u : user f32[U, 2]
                input "v.values" %v : user f32[U, 1]
                input "batch_size" %n : user i32[U]
                input "x.values" %x : f32[B, 3]
                param "w" %w : f32[4, 6]
                param "b" %b : f32[4]
                  %t = tile(rows = %u, count = %n) : f32[B, 2]
                  %s = tile(rows = %v, count = %n) : f32[B, 1]
                  %c = concat(input = %t, input = %x, input = %s) {axis = 1} : f32[B, 6]
                  %y = linear(input = %c, weight = %w, bias = %b) : f32[B, 4]
                output "y" %y
                """),
            after: """
                %v6 = concat(input = %u.values, input = %v.values) {axis = 1} : user f32[U, 3]
                %v7 = slice(input = %p0) {axis = 1, end = 2, start = 0} : f32[4, 2]
                %v8 = slice(input = %p0) {axis = 1, end = 6, start = 5} : f32[4, 1]
                %v9 = concat(input = %v7, input = %v8) {axis = 1} : f32[4, 3]
                %v10 = linear(input = %v6, weight = %v9, bias = %p1) : user f32[U, 4]
                %v11 = tile(rows = %v10, count = %batch_size) : f32[B, 4]
                %v12 = slice(input = %p0) {axis = 1, end = 5, start = 2} : f32[4, 3]
                %v13 = linear(input = %x.values, weight = %v12) : f32[B, 4]
                %v14 = binary(a = %v13, b = %v11) {function = "add"} : f32[B, 4]
                """, patches: ["split linear: 3 user columns, 3 item columns"]),
    ]
}
