import CHearth

/// The tables of functions by interface id, at stable addresses for as long as the process lives.
enum InterfaceTables {
    // Immutable after they are made, and never freed: constant data for plugins.
    nonisolated(unsafe) private static let core = constant(CoreInterface.table)
    nonisolated(unsafe) private static let http = constant(HTTPInterface.table)
    nonisolated(unsafe) private static let database = constant(DatabaseInterface.table)
    nonisolated(unsafe) private static let services = constant(ServicesInterface.table)
    nonisolated(unsafe) private static let users = constant(UsersInterface.table)
    nonisolated(unsafe) private static let cache = constant(CacheInterface.table)
    nonisolated(unsafe) private static let events = constant(EventsInterface.table)
    nonisolated(unsafe) private static let client = constant(ClientInterface.table)
    nonisolated(unsafe) private static let jobs = constant(JobsInterface.table)
    nonisolated(unsafe) private static let audit = constant(AuditInterface.table)
    nonisolated(unsafe) private static let realtime = constant(RealtimeInterface.table)
    nonisolated(unsafe) private static let socket = constant(SocketInterface.table)
    nonisolated(unsafe) private static let files = constant(FilesInterface.table)
    nonisolated(unsafe) private static let mail = constant(MailInterface.table)

    /// The table of an interface; nil when this host does not have it.
    static func table(_ id: String) -> UnsafeRawPointer? {
        switch id {
        case HEARTH_CORE_1: UnsafeRawPointer(core)
        case HEARTH_HTTP_1: UnsafeRawPointer(http)
        case HEARTH_DATABASE_1: UnsafeRawPointer(database)
        case HEARTH_SERVICES_1: UnsafeRawPointer(services)
        case HEARTH_USERS_1: UnsafeRawPointer(users)
        case HEARTH_CACHE_1: UnsafeRawPointer(cache)
        case HEARTH_EVENTS_1: UnsafeRawPointer(events)
        case HEARTH_CLIENT_1: UnsafeRawPointer(client)
        case HEARTH_JOBS_1: UnsafeRawPointer(jobs)
        case HEARTH_AUDIT_1: UnsafeRawPointer(audit)
        case HEARTH_REALTIME_1: UnsafeRawPointer(realtime)
        case HEARTH_SOCKET_1: UnsafeRawPointer(socket)
        case HEARTH_FILES_1: UnsafeRawPointer(files)
        case HEARTH_MAIL_1: UnsafeRawPointer(mail)
        default: nil
        }
    }

    /// The ids that this host has.
    static let ids = [
        HEARTH_CORE_1, HEARTH_HTTP_1, HEARTH_DATABASE_1, HEARTH_SERVICES_1, HEARTH_USERS_1, HEARTH_CACHE_1, HEARTH_CLIENT_1,
        HEARTH_AUDIT_1, HEARTH_JOBS_1, HEARTH_EVENTS_1, HEARTH_REALTIME_1, HEARTH_SOCKET_1, HEARTH_FILES_1, HEARTH_MAIL_1,
    ]

    private static func constant<Table>(_ table: Table) -> UnsafePointer<Table> {
        let pointer = UnsafeMutablePointer<Table>.allocate(capacity: 1)
        pointer.initialize(to: table)
        return UnsafePointer(pointer)
    }
}
