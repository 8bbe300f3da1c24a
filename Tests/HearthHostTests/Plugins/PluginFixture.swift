import Foundation
import HTTPTypes
import HearthConfiguration
import HearthDatabase
import HearthJSON
import Logging
import NIOCore
import Synchronization
import TestServers
import Testing

@testable import HearthHTTP
@testable import HearthHost

/// A plugin in C, compiled for a test, with `Tests/Plugins/testing.h` at hand.
struct PluginSource {
    var id: String
    var code: String
    /// Further lines of plugin.toml.
    var manifest = ""
    var wants = ["core", "http", "database", "services", "users"]
    /// Further lines of the plugin's table in plugins.conf.
    var conf = ""
    /// Its tables.
    var migration: String?

    private static let root = URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/").replacing(
        "//", with: "/")

    /// Compiles it and lays it out as it is installed.
    func stage(in folder: String) throws {
        let staged = folder + "/" + id
        try FileManager.default.createDirectory(atPath: staged, withIntermediateDirectories: true)
        let wants = wants.map { "\"hearth.\($0)/1\"" }.joined(separator: ", ")
        try """
        id = "\(id)"
        version = "1.0.0"
        abi = "1"
        licence = "MIT"
        library = "lib\(id).so"
        wants = [\(wants)]
        \(manifest)
        """.write(toFile: staged + "/plugin.toml", atomically: true, encoding: .utf8)
        try ("#include \"testing.h\"\n" + code).write(toFile: staged + "/plugin.c", atomically: true, encoding: .utf8)
        if let migration {
            let folder = staged + "/migrations"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try migration.write(toFile: folder + "/0001_tables.sql", atomically: true, encoding: .utf8)
        }
        let arguments = [
            "cc", "-shared", "-fPIC", "-std=c99", "-g", "-pthread", "-w", "-I\(Self.root)/Sources/CHearth/include",
            "-I\(Self.root)/Tests/Plugins", "-Wl,--version-script=\(Self.root)/Sources/CHearth/plugin.map", staged + "/plugin.c",
            "-o", "\(staged)/lib\(id).so",
        ]
        let status = try SpawnedProcess("/usr/bin/env", arguments).waitUntilExit()
        try #require(status == 0, "the plugin \(id) does not compile")
    }
}

/// The lines of a log.
final class RecordedLog: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
    }

    private let recorded = Mutex<[Line]>([])
    var lines: [Line] { recorded.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
            log.recorded.withLock { $0.append(Line(level: event.level, message: "\(event.message)", metadata: all)) }
        }
    }
}

/// A host without a network, with plugins written for the test.
final class PluginFixture: Sendable {
    let folder = "/tmp/hearth-plugins-\(UInt64.random(in: 0 ..< .max))"
    let log = RecordedLog()
    let clock = ManualClock(now: 1_800_000_000_000_000)
    let services: HostServices
    private let running = Mutex(PluginLoader.Loaded(plugins: [], catalogue: RouteCatalogue()))
    private let watch: ContextWatch
    private let database: any Database

    init() async throws {
        try FileManager.default.createDirectory(atPath: folder + "/plugins", withIntermediateDirectories: true)
        database = try await openDatabase(in: folder)
        services = HostServices(
            logger: log.logger, clock: clock, database: database, dataFolder: folder,
            workers: WorkerPool(threads: 2) { _ in }, blocking: BlockingPool(threads: 2, limit: 8))
        watch = ContextWatch(services.contexts, services.timers)
    }

    /// Runs a test with plugins that are loaded, initialised and started; stops them and removes all traces.
    static func with(_ sources: PluginSource..., body: (PluginFixture) async throws -> Void) async throws {
        let fixture = try await PluginFixture()
        var failure: (any Error)?
        do {
            try await fixture.load(sources)
            try await body(fixture)
        } catch { failure = error }
        await fixture.end()
        if let failure { throw failure }
    }

    /// Runs a test with a host that has no plugins yet.
    static func empty(body: (PluginFixture) async throws -> Void) async throws {
        let fixture = try await PluginFixture()
        var failure: (any Error)?
        do { try await body(fixture) } catch { failure = error }
        await fixture.end()
        if let failure { throw failure }
    }

    private func end() async {
        await tearDown()
        watch.stop()
        await database.shutdown()
        try? await TestDatabase.drop(for: folder)
        services.workers.stop()
        services.blocking.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Compiles plugins and brings them up.
    func load(_ sources: [PluginSource]) async throws {
        var conf = "search_path = [\"plugins\"]\n"
        for source in sources {
            try source.stage(in: folder + "/plugins")
            conf += "[plugins.\(source.id)]\n\(source.conf)\n"
        }
        let loaded = try await loader(PluginsConf(text: conf, path: folder + "/plugins.conf")).load(into: RouteCatalogue())
        running.withLock { $0 = loaded }
    }

    private func loader(_ conf: PluginsConf) -> PluginLoader {
        PluginLoader(services: services, conf: conf, environment: [:], hostMembers: ["id", "username", "level"])
    }

    /// The plugins that run.
    var plugins: [RunningPlugin] { running.withLock { $0.plugins } }

    /// Takes the plugins down.
    func tearDown() async {
        guard let none = try? PluginsConf(text: "") else { return }
        await loader(none).tearDown(plugins)
        running.withLock { $0.plugins = [] }
    }

    /// Why a plugin is refused.
    func refusal(of source: PluginSource) async throws -> String {
        do {
            try await load([source])
            return "not refused"
        } catch let failure as PluginFailure { return failure.message } catch let errors as ConfigurationErrors {
            return "\(errors)"
        }
    }

    private struct Nobody: Authenticator {
        func authenticate(token: String) async throws -> Actor { throw HTTPError.unauthorized() }
    }

    /// Sends a request to a path below `/api` as the dispatcher would get it.
    func respond(
        _ path: String, query: String = "", body: String? = nil, method: HTTPRequest.Method = .get
    ) async throws -> ServerResponse {
        try await respond(target: "/api" + path, query: query, body: body, method: method)
    }

    /// Sends a request to any path.
    func respond(
        target: String, query: String = "", body: String? = nil, method: HTTPRequest.Method = .get
    ) async throws -> ServerResponse {
        let dispatcher = Dispatcher(
            running.withLock { $0.catalogue }, authenticator: Nobody(), limits: .init(), defaultDeadline: .seconds(30))
        let bytes = body.map { ByteBuffer(string: $0) } ?? ByteBuffer()
        return try await dispatcher.respond(
            ServerRequest(
                id: "test-\(target)", method: method, path: target, query: query,
                headers: body == nil ? [:] : [.contentType: "text/plain"], body: RequestBody(bytes: bytes)))
    }

    /// The JSON that a GET answers; an error as its status in `status`.
    func get(_ path: String, query: String = "") async throws -> JSONObject {
        do {
            guard case .bytes(let bytes) = try await respond(path, query: query).body else { return [:] }
            guard case .object(let object) = try JSONValue(parsing: String(buffer: bytes)) else { return [:] }
            return object
        } catch let error as HTTPError { return ["error": .integer(Int64(error.status.code))] }
    }

    /// Expects what a GET answers.
    func expect(
        _ path: String, query: String = "", answers expected: JSONObject, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await get(path, query: query)
        #expect(answer == expected, sourceLocation: sourceLocation)
    }

    /// The warnings and errors of the log.
    var complaints: [RecordedLog.Line] { log.lines.filter { $0.level >= .warning } }
}
