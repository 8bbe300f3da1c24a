import CHearth

/// Waits for the results of statements: decodes them while they are valid, then resumes the task.
class QueryCompletion {
    /// Called once, with results that live until it returns.
    fileprivate func complete(_ error: UnsafePointer<hearth_error>?, _ results: QueryResults) {}

    /// The completion as the C interface calls it.
    static let callback: hearth_results = { user, error, results, count in
        guard let user else { return }
        let completion = Unmanaged<QueryCompletion>.fromOpaque(user).takeRetainedValue()
        let results = QueryResults(pointers: UnsafeBufferPointer(start: results, count: results == nil ? 0 : Int(count)))
        WorkerExecutor.here { completion.complete(error, results) }
    }
}

/// A completion that knows what to decode.
final class DecodingCompletion<R: Sendable>: QueryCompletion {
    private let continuation: UnsafeContinuation<R, any Error>
    private let decode: (QueryResults) throws -> R

    init(_ continuation: UnsafeContinuation<R, any Error>, _ decode: @escaping (QueryResults) throws -> R) {
        self.continuation = continuation
        self.decode = decode
    }

    fileprivate override func complete(_ error: UnsafePointer<hearth_error>?, _ results: QueryResults) {
        if let error { return continuation.resume(throwing: HostError(error)) }
        continuation.resume(with: Result { try decode(results) })
    }
}

/// The results of statements, in their order.
struct QueryResults {
    let pointers: UnsafeBufferPointer<UnsafePointer<hearth_rows>?>

    /// Decodes the rows of a statement; none when there is no such result.
    func rows<R: Row>(_ index: Int, _: R.Type = R.self) throws -> [R] {
        guard let rows = result(index), let values = rows.pointee.values else { return [] }
        let columns = Int(rows.pointee.column_count)
        return try (0..<Int(rows.pointee.row_count)).map { row in
            var reader = RowReader(cells: values + row * columns, count: columns)
            return try R(row: &reader)
        }
    }

    /// How many rows each statement changed.
    var affected: [Int] { pointers.indices.map { result($0).map { Int(clamping: $0.pointee.affected) } ?? 0 } }

    private func result(_ index: Int) -> UnsafePointer<hearth_rows>? {
        pointers.indices.contains(index) ? pointers[index] : nil
    }
}
