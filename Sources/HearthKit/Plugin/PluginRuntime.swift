import CHearth

/// One plugin instance's connection to the host: the host's pointer and the tables of the granted interfaces.
///
/// Sendable because everything in it is constant: the host promises that the pointers are valid until `stop` returns and
/// that the functions may be called from any thread.
final class PluginRuntime: @unchecked Sendable {
    let host: UnsafePointer<hearth_host>
    let core: UnsafePointer<hearth_core>
    /// Where the tasks of the plugin run.
    let executor: WorkerExecutor

    private let httpTable: UnsafePointer<hearth_http>?
    private let databaseTable: UnsafePointer<hearth_database>?
    private let servicesTable: UnsafePointer<hearth_services>?
    private let usersTable: UnsafePointer<hearth_users>?
    private let cacheTable: UnsafePointer<hearth_cache>?
    private let eventsTable: UnsafePointer<hearth_events>?
    private let clientTable: UnsafePointer<hearth_client>?
    private let jobsTable: UnsafePointer<hearth_jobs>?
    private let auditTable: UnsafePointer<hearth_audit>?
    private let realtimeTable: UnsafePointer<hearth_realtime>?
    private let socketTable: UnsafePointer<hearth_socket>?
    private let filesTable: UnsafePointer<hearth_files>?
    private let mailTable: UnsafePointer<hearth_mail>?
    /// The values that are being computed for the cache.
    let computations = CachedComputations()

    init(host: UnsafePointer<hearth_host>) throws {
        func table<Table>(_ id: StaticString, _: Table.Type) -> UnsafePointer<Table>? {
            host.pointee.get_interface(host, hearth_string(id))?.assumingMemoryBound(to: Table.self)
        }
        guard let core = table("hearth.core/1", hearth_core.self) else { throw InterfaceUnavailable(id: "hearth.core/1") }
        self.host = host
        self.core = core
        executor = WorkerExecutor(host: host, core: core)
        httpTable = table("hearth.http/1", hearth_http.self)
        databaseTable = table("hearth.database/1", hearth_database.self)
        servicesTable = table("hearth.services/1", hearth_services.self)
        usersTable = table("hearth.users/1", hearth_users.self)
        cacheTable = table("hearth.cache/1", hearth_cache.self)
        eventsTable = table("hearth.events/1", hearth_events.self)
        clientTable = table("hearth.client/1", hearth_client.self)
        jobsTable = table("hearth.jobs/1", hearth_jobs.self)
        auditTable = table("hearth.audit/1", hearth_audit.self)
        realtimeTable = table("hearth.realtime/1", hearth_realtime.self)
        socketTable = table("hearth.socket/1", hearth_socket.self)
        filesTable = table("hearth.files/1", hearth_files.self)
        mailTable = table("hearth.mail/1", hearth_mail.self)
    }

    var http: UnsafePointer<hearth_http> { get throws { try granted(httpTable, "hearth.http/1") } }
    var database: UnsafePointer<hearth_database> { get throws { try granted(databaseTable, "hearth.database/1") } }
    var services: UnsafePointer<hearth_services> { get throws { try granted(servicesTable, "hearth.services/1") } }
    var users: UnsafePointer<hearth_users> { get throws { try granted(usersTable, "hearth.users/1") } }

    var cache: UnsafePointer<hearth_cache> { get throws { try granted(cacheTable, "hearth.cache/1") } }
    var events: UnsafePointer<hearth_events> { get throws { try granted(eventsTable, "hearth.events/1") } }
    var client: UnsafePointer<hearth_client> { get throws { try granted(clientTable, "hearth.client/1") } }
    var jobs: UnsafePointer<hearth_jobs> { get throws { try granted(jobsTable, "hearth.jobs/1") } }
    var audit: UnsafePointer<hearth_audit> { get throws { try granted(auditTable, "hearth.audit/1") } }
    var files: UnsafePointer<hearth_files> { get throws { try granted(filesTable, "hearth.files/1") } }
    var mail: UnsafePointer<hearth_mail> { get throws { try granted(mailTable, "hearth.mail/1") } }

    var realtime: UnsafePointer<hearth_realtime> { get throws { try granted(realtimeTable, "hearth.realtime/1") } }
    var sockets: UnsafePointer<hearth_socket> { get throws { try granted(socketTable, "hearth.socket/1") } }

    private func granted<Table>(_ table: UnsafePointer<Table>?, _ id: String) throws -> UnsafePointer<Table> {
        guard let table else { throw InterfaceUnavailable(id: id) }
        return table
    }
}

/// The host does not have an interface, or the operator has not granted it to this plugin.
public struct InterfaceUnavailable: Error, CustomStringConvertible {
    /// The interface, such as `hearth.database/1`.
    public let id: String
    /// One sentence that names the cure.
    public var description: String {
        "the interface \(id) is not available: ask for it under `wants` in plugin.toml, and let plugins.conf grant it"
    }
}
