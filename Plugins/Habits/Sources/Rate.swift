/// A share of what was to be done: never over the whole, and 0 where nothing was to be done.
struct Rate: Hashable {
    private let done: Int
    private let total: Int

    /// - Parameters:
    ///   - done: May exceed the total, as after archiving habits that were completed.
    ///   - total: What was to be done.
    init(_ done: Int, of total: Int) {
        self.done = done
        self.total = total
    }

    /// 0 to 1.
    var value: Double { total > 0 ? min(1, Double(done) / Double(total)) : 0 }

    /// Whether everything was done.
    var isWhole: Bool { total > 0 && done >= total }

    /// 0 to 1 with two decimals.
    var fraction: Double { (value * 100).rounded() / 100 }

    /// 0 to 100.
    ///
    /// - Parameter decimals: 1 or 2.
    func percentage(decimals: Int) -> Double {
        let scale = decimals == 1 ? 10.0 : 100
        return (value * 100 * scale).rounded() / scale
    }
}
