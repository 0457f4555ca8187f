/// The area under the ROC curve.
enum RankQuality {
    /// The share of pairs of a positive and a negative row that the scores put in order; ties count half.
    ///
    /// nil where labels are not 0 and 1, both of them there, or a score is NaN.
    static func auc(_ scores: [Float], labels: [Float]) -> Double? {
        guard scores.count == labels.count, labels.allSatisfy({ $0 == 0 || $0 == 1 }),
            !scores.contains(where: \.isNaN)
        else { return nil }
        let positives = labels.count { $0 == 1 }, negatives = labels.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var sum = 0.0, start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            let rank = Double(start + 1 + end) / 2
            for place in start..<end where labels[order[place]] == 1 { sum += rank }
            start = end
        }
        let own = Double(positives)
        return (sum - own * (own + 1) / 2) / (own * Double(negatives))
    }
}
