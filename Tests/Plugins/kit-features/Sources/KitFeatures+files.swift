import HearthKit

extension KitFeatures {
    /// Routes that keep files.
    static func addFiling(to setup: Setup) {
        let routes = setup.routes(tag: "kit-features", access: .optional)
        let upload = RouteOptions(deadline: .seconds(120), bodyLimit: 128 << 20)
        routes.route(
            .put, "/kit-features/files", "Keep a file", query: Filed.self, body: BodyStream.self, options: upload
        ) { request in
            let query = request.query
            let user = query.isPersonal ? try request.user.id : nil
            let kept = try await KeptFile.of {
                try await request.context.files.put(query.key, request.body, type: query.type, user: user)
            }
            // A client that is still sending may miss an early answer.
            if kept.refusal != nil { try? await request.body.skip() }
            return kept
        }
        routes.route(.post, "/kit-features/files", "Keep bytes", query: Filed.self, body: [UInt8].self) { request in
            let (query, body, context) = (request.query, request.body, request.context)
            return try await KeptFile.of {
                if query.isInTransaction {
                    return try await context.transaction { try await $0.files.put(query.key, body, type: query.type) }
                }
                return try await context.files.put(query.key, body, type: query.type)
            }
        }
        routes.reply(
            .get, "/kit-features/files", "Show a file", query: Filed.self, body: Nothing.self, documents: Nothing.self
        ) { request in
            .stored(request.query.key, savedAs: request.query.name)
        }
        routes.route(.get, "/kit-features/files/sum", "Read a file", query: Filed.self) { request in
            let query = request.query
            let range = query.length > 0 ? query.offset..<query.offset + query.length : nil
            let sum = try await request.context.files.read(query.key, range) { stream in
                var sum = Sum(name: stream.info.contentType)
                for try await piece in stream { sum.add(piece) }
                return sum
            }
            guard let sum else { throw Failure.notFound("Not found") }
            return sum
        }
        routes.route(.get, "/kit-features/files/list", "List files", query: Page.self) { request in
            let query = request.query
            let files = try await request.context.files.list(prefix: query.prefix, after: query.after, limit: query.limit)
            return Listed(files: files.map { KeptFile($0) })
        }
        routes.route(.delete, "/kit-features/files", "Remove a file", query: Filed.self) { request in
            let (query, context) = (request.query, request.context)
            guard query.isInTransaction else {
                try await context.files.remove(query.key)
                return Nothing()
            }
            try await context.transaction { transaction in
                try await transaction.files.remove(query.key)
                guard try await transaction.files.info(query.key) == nil else { throw Failure(500, "still there") }
                throw Failure(409, "rolled back")
            }
            return Nothing()
        }
    }
}

/// Which file, and how.
struct Filed: Input {
    var key = ""
    var type = "application/octet-stream"
    var name: String?
    var offset = 0
    var length = 0
    var isPersonal = false
    var isInTransaction = false

    static let schema = Schema<Filed>("Filed") {
        Field("key", \.key, .required)
        Field("type", \.type)
        Field("name", \.name)
        Field("offset", \.offset)
        Field("length", \.length)
        Field("personal", \.isPersonal)
        Field("in_transaction", \.isInTransaction)
    }
}

/// Which files.
struct Page: Input {
    var prefix = ""
    var after = ""
    var limit = 100

    static let schema = Schema<Page>("Page") {
        Field("prefix", \.prefix)
        Field("after", \.after)
        Field("limit", \.limit)
    }
}

/// What became of a file.
struct KeptFile: Output {
    var file: FileInfo?
    var refusal: String?

    init(_ file: FileInfo) { self.file = file }

    /// Keeps one, or tells why it was refused.
    static func of(_ put: () async throws -> FileInfo) async throws -> KeptFile {
        do {
            return KeptFile(try await put())
        } catch let error as HostError where error.kind == .denied || error.kind == .tooLarge || error.kind == .invalid {
            return KeptFile(refusal: error.kind == .invalid ? "invalid" : error.code.isEmpty ? "denied" : error.code)
        }
    }

    private init(refusal: String) { self.refusal = refusal }

    static let schema = Schema<KeptFile>("KeptFile") {
        Field("key") { $0.file?.key }
        Field("size") { $0.file?.size }
        Field("type") { $0.file?.contentType }
        Field("etag") { $0.file?.etag }
        Field("refusal") { $0.refusal }
    }
}

/// A page of files.
struct Listed: Output {
    let files: [KeptFile]

    static let schema = Schema<Listed>("Listed") { Field("files") { $0.files } }
}

extension BodyStream {
    /// Reads what is left.
    fileprivate func skip() async throws { for try await _ in self {} }
}
