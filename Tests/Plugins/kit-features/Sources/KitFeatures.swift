import Glibc
public import HearthKit

/// Takes bodies in every form, and blocks where that is allowed.
public struct KitFeatures: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "kit-features"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    private let background = Background()

    /// Registers the routes.
    public init(_ setup: Setup) throws {
        let routes = setup.routes(tag: "kit-features", access: .everybody)
        Self.addBodies(to: routes)
        Self.addCaching(to: routes)
        background.add(to: routes)
        Self.addEvents(to: routes, setup)
        Self.addCalling(to: routes)
        Self.addJobs(to: setup, routes)
        Self.addAuditing(to: setup)
        Self.addEvents(to: setup)
        Self.addSockets(to: setup)
        Self.addFiling(to: setup)
        Self.addMails(to: setup, routes)
        Self.addUsers(to: routes)
        routes.route(
            .get, "/kit-features/blocking", "Block", query: Rest.self, options: RouteOptions(isBlocking: true)
        ) { request in
            let before = pthread_self()
            usleep(UInt32(request.query.milliseconds) * 1000)
            try await Task.sleep(for: .milliseconds(1))
            await withTaskGroup { group in
                for _ in 0..<2 { group.addTask { usleep(UInt32(request.query.milliseconds) * 1000) } }
            }
            // A worker would be noticed here, and another thread than before would be one.
            return Threads(same: pthread_equal(before, pthread_self()) != 0)
        }
        routes.route(
            .get, "/kit-features/patience", "Wait until cancelled",
            options: RouteOptions(deadline: .milliseconds(200), isBlocking: true)
        ) { _ -> Nothing in
            try await Task.sleep(for: .seconds(60))
            return Nothing()
        }
        routes.route(.get, "/kit-features/seldom", "Be called seldom", status: 204, options: RouteOptions(rateLimit: 2)) { _ in
            Nothing()
        }
    }

    /// Begins to tick.
    public func start(_ context: Context) async throws { try background.start(context) }

    private static func addBodies(to routes: Routes) {
        routes.route(
            .put, "/kit-features/bytes", "Take bytes", body: [UInt8].self,
            options: RouteOptions(bodyLimit: 1 << 20, mediaTypes: ["image/png", "text/*"])
        ) { request in
            Sum(of: [request.body])
        }
        routes.route(
            .put, "/kit-features/stream", "Take a stream", body: BodyStream.self,
            options: RouteOptions(bodyLimit: 4 << 20, mediaTypes: ["application/octet-stream"])
        ) { request in
            var sum = Sum()
            for try await piece in request.body { sum.add(piece) }
            return sum
        }
        routes.route(.put, "/kit-features/first", "Take a beginning", body: BodyStream.self) { request in
            var pieces = request.body.makeAsyncIterator()
            return Sum(of: try await pieces.next().map { [$0] } ?? [])
        }
        routes.route(
            .post, "/kit-features/form", "Take a form", body: Name.self,
            options: RouteOptions(mediaTypes: ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"])
        ) { request in
            Sum(of: request.form.filter { $0.fileName != nil }.map(\.content), name: request.body.name)
        }
    }
}

/// How long to block.
struct Rest: Input {
    var milliseconds = 300

    static let schema = Schema<Rest>("Rest") { Field("milliseconds", \.milliseconds, .range(0...5000)) }
}

/// Whether a handler stayed on its thread.
struct Threads: Output {
    let same: Bool

    static let schema = Schema<Threads>("Threads") { Field("same") { $0.same } }
}

/// A field of a form.
struct Name: Input {
    var name = ""

    static let schema = Schema<Name>("FormName") { Field("name", \.name, .required, .length(2...20)) }
}

/// What has been received.
struct Sum: Output {
    private var bytes = 0
    private var sum = 0
    private var name: String?

    init(of pieces: [[UInt8]] = [], name: String? = nil) {
        self.name = name
        for piece in pieces { add(piece) }
    }

    mutating func add(_ piece: [UInt8]) {
        bytes += piece.count
        for byte in piece { sum += Int(byte) }
    }

    static let schema = Schema<Sum>("Sum") {
        Field("bytes") { $0.bytes }
        Field("sum") { $0.sum }
        Field("name") { $0.name }
    }
}
