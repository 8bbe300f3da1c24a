import CHearth
import Synchronization

@testable import HearthKit

/// A parameter as the host received it.
indirect enum FakeValue: Sendable, Equatable {
    case null
    case integer(hearth_type, Int64)
    case double(Double)
    case bytes(hearth_type, String)
    case uuid(UUID)
    case list([FakeValue])

    init(_ value: hearth_value) {
        switch value.type {
        case 0: self = .null
        case 3: self = .double(value.as.real)
        case 4, 5, 10: self = .bytes(value.type, value.as.bytes.string)
        case 6: self = .uuid(withUnsafeBytes(of: value.as.uuid) { UUID(bytes: $0) })
        case 11:
            let cells = UnsafeRawPointer(value.as.bytes.data)?.assumingMemoryBound(to: hearth_value.self)
            self = .list(UnsafeBufferPointer(start: cells, count: Int(value.as.bytes.length)).map { FakeValue($0) })
        default: self = .integer(value.type, value.as.integer)
        }
    }
}

/// A call of the database as the host received it.
enum FakeCall: Sendable, Equatable {
    case statement(String, [FakeValue], columns: [hearth_type])
    case begin(hearth_isolation, readOnly: Bool = false)
    case commit
    case rollback
}

/// What the database is to answer to a call.
enum FakeOutcome: Sendable {
    case rows([[Parameter]])
    case affected(UInt64)
    case error(hearth_status, code: String)
    case refusal(hearth_status)
}

/// A database that is a script: each call takes the next outcome; when there is none, nothing is changed and nothing found.
final class FakeDatabase: Sendable {
    private let state = Mutex<(calls: [(hearth_context, FakeCall)], script: [FakeOutcome])>(([], []))
    /// Whether completions are called before the call has returned.
    let isImmediate: Bool

    /// - Parameter script: What the calls answer, statement by statement; a commit takes its turn only where a failure stands there.
    init(_ script: FakeOutcome..., immediately: Bool = false) {
        isImmediate = immediately
        state.withLock { $0.script = script }
    }

    /// What was called so far.
    var calls: [FakeCall] { state.withLock { $0.calls.map(\.1) } }
    /// On which contexts.
    var contexts: [hearth_context] { state.withLock { $0.calls.map(\.0) } }

    func next(_ call: FakeCall, on context: hearth_context) -> FakeOutcome {
        state.withLock { state in
            state.calls.append((context, call))
            guard let first = state.script.first else { return .affected(0) }
            switch (call, first) {
            case (.begin, _), (.rollback, _), (.commit, .rows), (.commit, .affected): return .affected(0)
            default: return state.script.removeFirst()
            }
        }
    }
}

extension FakeHost {
    static var databaseTable: hearth_database {
        var database = hearth_database()
        database.size = UInt32(MemoryLayout<hearth_database>.size)
        database.query = { host, context, statement, done, user in
            FakeHost.of(host).run(context, [statement], done, user)
        }
        database.batch = { host, context, statements, count, done, user in
            FakeHost.of(host).run(context, Array(UnsafeBufferPointer(start: statements, count: Int(count))), done, user)
        }
        database.begin = { host, context, options, done, user in
            let host = FakeHost.of(host)
            if let refused = host.refusal("begin", context) { return refused }
            let begin = FakeCall.begin(options?.pointee.isolation ?? 1, readOnly: options?.pointee.read_only == 1)
            let outcome = host.database.next(begin, on: context)
            if case .refusal(let status) = outcome { return status }
            let user = Foreign(value: user)
            host.deliver {
                if case .error(let status, _) = outcome {
                    withError(status, "") { done?(user.value, $0, 0) }
                } else {
                    let transaction = host.makeContext()
                    host.state.withLock { _ = $0.transactions.insert(transaction) }
                    done?(user.value, nil, transaction)
                }
            }
            return 0
        }
        database.commit = { host, transaction, done, user in FakeHost.of(host).end(transaction, .commit, done, user) }
        database.rollback = { host, transaction, done, user in FakeHost.of(host).end(transaction, .rollback, done, user) }
        database.dialect = { _ in
            let text: StaticString = "sqlite"
            return hearth_string(
                data: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), length: UInt64(text.utf8CodeUnitCount)
            )
        }
        return database
    }

    private func run(
        _ context: hearth_context, _ statements: [UnsafePointer<hearth_statement>?], _ done: hearth_results?,
        _ user: UnsafeMutableRawPointer?
    ) -> hearth_status {
        if let refused = refusal("query", context) { return refused }
        var outcomes: [(FakeOutcome, columns: Int)] = []
        for case let statement? in statements.map({ $0?.pointee }) {
            let parameters = UnsafeBufferPointer(start: statement.parameters, count: Int(statement.parameter_count))
            let columns = Array(UnsafeBufferPointer(start: statement.columns, count: Int(statement.column_count)))
            let call = FakeCall.statement(statement.sql.string, parameters.map { FakeValue($0) }, columns: columns)
            outcomes.append((database.next(call, on: context), columns.count))
        }
        for case (.refusal(let status), _) in outcomes { return status }
        let user = Foreign(value: user)
        let done = Foreign(value: done)
        deliver { [outcomes] in
            for case (.error(let status, let code), _) in outcomes {
                return withError(status, code) { done.value?(user.value, $0, nil, 0) }
            }
            FakeResults(outcomes.map(\.0)).deliver(done.value, user.value)
        }
        return 0
    }

    private func end(
        _ transaction: hearth_context, _ call: FakeCall, _ done: hearth_done?, _ user: UnsafeMutableRawPointer?
    ) -> hearth_status {
        if let refused = refusal("\(call)", transaction) { return refused }
        let outcome = database.next(call, on: transaction)
        if case .refusal(let status) = outcome { return status }
        guard finish(transaction, "\(call)") else { return 2 }
        let user = Foreign(value: user)
        deliver {
            if case .error(let status, _) = outcome {
                withError(status, "") { done?(user.value, $0) }
            } else {
                done?(user.value, nil)
            }
        }
        return 0
    }

    private func deliver(_ completion: @escaping @Sendable () -> Void) {
        if database.isImmediate { completion() } else { FakeHost.onWorker(completion) }
    }
}

/// Lends an error.
func withError(_ status: hearth_status, _ code: String, _ body: (UnsafePointer<hearth_error>) -> Void) {
    code.lending { code in
        "SELECT secret".lending { message in
            var error = hearth_error(
                size: UInt32(MemoryLayout<hearth_error>.size), status: status, code: code, message: message, retryable: 0,
                reserved: 0)
            body(&error)
        }
    }
}

/// Results in the form of the C interface; their memory is overwritten when the completion has returned.
struct FakeResults {
    private let outcomes: [FakeOutcome]

    init(_ outcomes: [FakeOutcome]) { self.outcomes = outcomes }

    func deliver(_ done: hearth_results?, _ user: UnsafeMutableRawPointer?) {
        var rows: [UnsafeMutablePointer<hearth_rows>] = []
        var cells: [UnsafeMutableBufferPointer<hearth_value>] = []
        for outcome in outcomes {
            var result = hearth_rows()
            result.size = UInt32(MemoryLayout<hearth_rows>.size)
            if case .affected(let count) = outcome { result.affected = count }
            if case .rows(let table) = outcome {
                let memory = UnsafeMutableBufferPointer<hearth_value>.allocate(capacity: table.reduce(0) { $0 + $1.count })
                _ = memory.initialize(from: table.joined().map { Self.cell($0) })
                cells.append(memory)
                result.values = UnsafePointer(memory.baseAddress)
                result.row_count = UInt64(table.count)
                result.column_count = UInt32(table.first?.count ?? 0)
            }
            let place = UnsafeMutablePointer<hearth_rows>.allocate(capacity: 1)
            place.initialize(to: result)
            rows.append(place)
        }
        let pointers = rows.map { UnsafePointer<hearth_rows>?.some(UnsafePointer($0)) }
        pointers.withUnsafeBufferPointer { done?(user, nil, $0.baseAddress, UInt64($0.count)) }
        for memory in cells { memory.update(repeating: hearth_value()) }
        for place in rows { place.pointee = hearth_rows() }
    }

    private static func cell(_ parameter: Parameter) -> hearth_value {
        var cell = hearth_value()
        switch parameter {
        case .null, .list: cell.type = 0
        case .integer(let value, let type):
            cell.type = type
            cell.as.integer = value
        case .double(let value):
            cell.type = 3
            cell.as.real = value
        case .text(let value, let type): cell.fill(type, Array(value.utf8))
        case .bytes(let value): cell.fill(5, value)
        case .uuid(let value):
            cell.type = 6
            value.withBytes { source in withUnsafeMutableBytes(of: &cell.as.uuid) { $0.copyMemory(from: source) } }
        }
        return cell
    }
}

extension hearth_value {
    /// Leaked: a few bytes a test.
    fileprivate mutating func fill(_ type: hearth_type, _ bytes: [UInt8]) {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = memory.initialize(from: bytes)
        self.type = type
        `as`.bytes = hearth_bytes(data: memory.baseAddress, length: UInt64(memory.count))
    }
}
