import CHearth

/// Names with values in the form of the C interface: header fields, labels, fields of the log.
enum Pairs {
    /// Lends them to a call of the host.
    static func lend<R>(
        _ pairs: some Collection<(name: String, value: String)>, _ body: (UnsafeBufferPointer<hearth_pair>) throws -> R
    ) rethrows -> R {
        guard !pairs.isEmpty else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        var text = ForeignText()
        let places = pairs.map { (text.append($0.name), text.append($0.value)) }
        return try text.withBase { base in
            let pairs = places.map {
                hearth_pair(name: ForeignText.string(at: $0.0, base), value: ForeignText.string(at: $0.1, base))
            }
            return try pairs.withUnsafeBufferPointer(body)
        }
    }
}
