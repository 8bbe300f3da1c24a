import CHearth

/// Waits for the results of a statement: decodes them while they are valid, then resumes the task.
class QueryCompletion {
    /// Called once, with results that live until it returns.
    func complete(_ error: UnsafePointer<hearth_error>?, _ results: UnsafeBufferPointer<UnsafePointer<hearth_rows>?>) {}

    /// The completion as the C interface calls it.
    static let callback: hearth_results = { user, error, results, count in
        guard let user else { return }
        let completion = Unmanaged<QueryCompletion>.fromOpaque(user).takeRetainedValue()
        completion.complete(error, UnsafeBufferPointer(start: results, count: results == nil ? 0 : Int(count)))
    }
}

/// Decodes rows.
final class RowsCompletion<R: Row>: QueryCompletion {
    private let continuation: UnsafeContinuation<[R], any Error>

    init(_ continuation: UnsafeContinuation<[R], any Error>) { self.continuation = continuation }

    override func complete(_ error: UnsafePointer<hearth_error>?, _ results: UnsafeBufferPointer<UnsafePointer<hearth_rows>?>) {
        if let error { return continuation.resume(throwing: HostError(error)) }
        do {
            continuation.resume(returning: try results.first.flatMap { $0 }.map(Self.decode) ?? [])
        } catch {
            continuation.resume(throwing: error)
        }
    }

    private static func decode(_ rows: UnsafePointer<hearth_rows>) throws -> [R] {
        let columns = Int(rows.pointee.column_count)
        guard let values = rows.pointee.values else { return [] }
        return try (0..<Int(rows.pointee.row_count)).map { row in
            var reader = RowReader(cells: values + row * columns, count: columns)
            return try R(row: &reader)
        }
    }
}

/// Counts the rows that statements changed.
final class AffectedCompletion: QueryCompletion {
    private let continuation: UnsafeContinuation<[Int], any Error>

    init(_ continuation: UnsafeContinuation<[Int], any Error>) { self.continuation = continuation }

    override func complete(_ error: UnsafePointer<hearth_error>?, _ results: UnsafeBufferPointer<UnsafePointer<hearth_rows>?>) {
        if let error { return continuation.resume(throwing: HostError(error)) }
        continuation.resume(returning: results.map { Int($0?.pointee.affected ?? 0) })
    }
}
