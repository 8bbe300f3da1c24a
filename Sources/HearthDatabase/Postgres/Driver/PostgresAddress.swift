import CPostgres
import Glibc

/// The address of a server, as words of libpq.
struct PostgresAddress {
    private(set) var words: [(name: String, value: String)] = []

    /// Reads the address of a configuration. Throws `refused` with the reason, which never holds the password.
    init(_ configuration: PostgresConfiguration, applicationName: String = "hearth") throws(DatabaseError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(configuration.address, &message) else {
            let reason = message.map { Self.harmless(String(cString: $0)) } ?? ""
            PQfreemem(message)
            throw DatabaseError(
                .refused,
                "the address of the database cannot be read\(reason): write postgresql://user:password@host:5432/database")
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let name = option.pointee.keyword {
            if let value = option.pointee.val { set(String(cString: name), String(cString: value)) }
            option += 1
        }
        for (name, value) in [
            ("user", configuration.user), ("password", configuration.password), ("dbname", configuration.database),
        ] {
            if let value { set(name, value) }
        }
        set("client_encoding", "UTF8")
        if self["gssencmode"] == nil { set("gssencmode", "disable") }
        if self["keepalives_idle"] == nil { set("keepalives_idle", "30") }
        guard configuration.usesNamedStatements else { return }
        if self["fallback_application_name"] == nil { set("fallback_application_name", applicationName) }
        let limit = configuration.statementLimit.milliseconds
        set("options", [self["options"], "-c statement_timeout=\(limit)"].compactMap { $0 }.joined(separator: " "))
    }

    subscript(name: String) -> String? { words.last { $0.name == name }?.value }

    private mutating func set(_ name: String, _ value: String) {
        words.removeAll { $0.name == name }
        words.append((name, value))
    }

    /// What libpq says about an address, unless it quotes from it.
    private static func harmless(_ message: String) -> String {
        guard !message.contains("\""), let line = message.split(separator: "\n").first else { return "" }
        return " (\(line))"
    }

    /// Begins to connect. Finding out the address of a host may take long: not to be called on a loop.
    func connect() -> OpaquePointer? {
        let copies = words.map { strdup($0.name) } + words.map { strdup($0.value) }
        defer { for copy in copies { free(copy) } }
        let keywords = copies[..<words.count].map { UnsafePointer($0) } + [nil]
        let contents = copies[words.count...].map { UnsafePointer($0) } + [nil]
        return PQconnectStartParams(keywords, contents, 0)
    }
}

extension Duration {
    /// In whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
