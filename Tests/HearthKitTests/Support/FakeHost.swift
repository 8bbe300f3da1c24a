import CHearth
import Dispatch
import HearthKit
import Synchronization

/// A host with scripted answers: the tables of the C interface, implemented in the test.
///
/// Lives for ever: a plugin's task may still be on its way out when its test has ended.
/// Sendable because what changes is behind the lock, and the tables are constant once made.
@dynamicMemberLookup final class FakeHost: @unchecked Sendable {
    /// What the host has seen, and what it is to answer.
    struct State {
        var lastContext: hearth_context = 0
        var finished: Set<hearth_context> = []
        /// Uses of contexts that are over: each is a defect of the plugin.
        var staleUses: [String] = []
        var refused: [String: hearth_status] = [:]
        var schemas: [(name: String, schema: String)] = []
        var routes: [FakeRoute] = []
        var requests: [hearth_context: FakeRequest] = [:]
        var cancellations: [hearth_context: @Sendable () -> Void] = [:]
        var logged: [String] = []
        var metrics: [String] = []
        var workersUsed = 0
        var reservations = 0
        var largestReservation = Int.max
        var settings = "{}"
        var transactions: Set<hearth_context> = []
        var services: [FakeService] = []
        var observers: [FakeObserver] = []
    }

    let state = Mutex(State())
    let database: FakeDatabase
    let provider: FakeProvider
    private let table: UnsafeMutablePointer<hearth_host>
    private let core = UnsafeMutablePointer<hearth_core>.allocate(capacity: 1)
    private let http = UnsafeMutablePointer<hearth_http>.allocate(capacity: 1)
    private let databaseTable = UnsafeMutablePointer<hearth_database>.allocate(capacity: 1)
    private let services = UnsafeMutablePointer<hearth_services>.allocate(capacity: 1)
    private let users = UnsafeMutablePointer<hearth_users>.allocate(capacity: 1)
    private let granted: Set<String>

    init(
        granted: Set<String> = ["core", "http", "database", "services", "users"], database: FakeDatabase = FakeDatabase(),
        provider: FakeProvider = FakeProvider()
    ) {
        self.granted = granted
        self.database = database
        self.provider = provider
        table = .allocate(capacity: 1)
        table.initialize(to: hearth_host())
        core.initialize(to: Self.coreTable)
        http.initialize(to: Self.httpTable)
        databaseTable.initialize(to: Self.databaseTable)
        services.initialize(to: Self.servicesTable)
        users.initialize(to: Self.usersTable)
        table.pointee.size = UInt32(MemoryLayout<hearth_host>.size)
        table.pointee.abi = HEARTH_ABI
        table.pointee.`self` = Unmanaged.passRetained(self).toOpaque()
        table.pointee.set_error = { host, message in
            FakeHost.of(host).state.withLock { $0.logged.append("error: \(message.string)") }
        }
        table.pointee.get_interface = { host, id in
            let host = FakeHost.of(host)
            guard host.granted.contains(String(id.string.split(separator: "/")[0].dropFirst("hearth.".count))) else { return nil }
            switch id.string {
            case "hearth.core/1": return UnsafeRawPointer(host.core)
            case "hearth.http/1": return UnsafeRawPointer(host.http)
            case "hearth.database/1": return UnsafeRawPointer(host.databaseTable)
            case "hearth.services/1": return UnsafeRawPointer(host.services)
            case "hearth.users/1": return UnsafeRawPointer(host.users)
            default: return nil
            }
        }
    }

    /// The host as its plugin sees it.
    var pointer: UnsafePointer<hearth_host> { UnsafePointer(table) }

    /// What the host has seen, and what it is to answer.
    subscript<Value: Sendable>(dynamicMember path: WritableKeyPath<State, Value>) -> Value {
        get { state.withLock { $0[keyPath: path] } }
        set { state.withLock { $0[keyPath: path] = newValue } }
    }

    static func of(_ host: UnsafePointer<hearth_host>?) -> FakeHost {
        guard let pointer = host?.pointee.`self` else { preconditionFailure("a call without host") }
        return Unmanaged<FakeHost>.fromOpaque(pointer).takeUnretainedValue()
    }

    // MARK: Contexts

    func makeContext() -> hearth_context {
        state.withLock {
            $0.lastContext += 1
            return $0.lastContext
        }
    }

    /// Ends a context; false when it was over.
    func finish(_ context: hearth_context, _ call: String) -> Bool {
        state.withLock {
            $0.cancellations[context] = nil
            if $0.finished.insert(context).inserted { return true }
            $0.staleUses.append(call)
            return false
        }
    }

    /// What a call is to answer instead of being served.
    func refusal(_ call: String, _ context: hearth_context? = nil) -> hearth_status? {
        state.withLock { state in
            if let context, state.finished.contains(context) {
                state.staleUses.append(call)
                return 2
            }
            return state.refused[call]
        }
    }

    /// Makes a call answer a status from now on.
    func refuse(_ call: String, _ status: hearth_status) { state.withLock { $0.refused[call] = status } }

    /// Tells a context that nobody waits any more.
    func cancel(_ context: hearth_context) { state.withLock { $0.cancellations[context] }?() }

    /// Runs something on a thread of its own, as workers do.
    static func onWorker(_ work: @escaping @Sendable () -> Void) { DispatchQueue.global().async(execute: work) }
}

/// A C pointer that may go to another thread: the interface says so.
struct Foreign<Value>: @unchecked Sendable { let value: Value }

extension hearth_string {
    var string: String {
        String(decoding: UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(length)), as: UTF8.self)
    }
}

extension hearth_bytes {
    var array: [UInt8] { Array(UnsafeBufferPointer(start: data, count: data == nil ? 0 : Int(length))) }
    var string: String { String(decoding: array, as: UTF8.self) }
}
