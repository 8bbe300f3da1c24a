import HTTPTypes
import HearthHTTP
import HearthJSON
import NIOCore

/// An answer of a plugin, compared with what its description promises.
struct CheckedAnswer: Sendable {
    let status: Int
    let contentType: String
    /// The body; nil for a file, a stream that was cut off, and an error that the host words.
    let body: String?

    /// Waits for an answer.
    ///
    /// - Returns: nil when there was none within the limit; the request is given up then
    static func of(limit: Duration, _ respond: @escaping @Sendable () async throws -> ServerResponse) async -> CheckedAnswer? {
        await withTaskGroup(of: CheckedAnswer?.self) { group in
            group.addTask { await read(respond) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private static func read(_ respond: @Sendable () async throws -> ServerResponse) async -> CheckedAnswer {
        do {
            let response = try await respond()
            let type = response.headers[.contentType] ?? ""
            let body: String? =
                switch response.body {
                case .empty: ""
                case .bytes(let bytes): String(buffer: bytes)
                case .file, .content: nil
                case .stream(_, let write): await firstPieces(of: write)
                }
            return CheckedAnswer(status: response.status.code, contentType: type, body: body)
        } catch {
            return CheckedAnswer(status: (error as? HTTPError)?.status.code ?? 500, contentType: "", body: nil)
        }
    }

    /// Reads a stream as a client does that goes away after two seconds.
    ///
    /// - Returns: the whole when it ended by then
    private static func firstPieces(of write: @escaping @Sendable (ResponseStream) async throws -> Void) async -> String? {
        let pieces = Pieces()
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await write(ResponseStream { await pieces.add($0) })) != nil }
            group.addTask {
                try? await Task.sleep(for: .seconds(2))
                return false
            }
            let isWhole = await group.next() ?? false
            group.cancelAll()
            return isWhole ? await pieces.text : nil
        }
    }

    private actor Pieces {
        private var bytes = ByteBuffer()
        func add(_ piece: ByteBuffer) { bytes.writeImmutableBuffer(piece) }
        var text: String { String(buffer: bytes) }
    }

    /// What the description of the operation does not allow; nil when all is as promised.
    func fault(by operation: Operation, components: [String: JSONValue]) -> String? {
        guard case .object(let responses)? = operation.json["responses"] else { return nil }
        let keys = [String(status), "\(status / 100)XX", "default"]
        guard let declared = keys.lazy.compactMap({ responses[$0] }).first else {
            let known = responses.members.map(\.name).joined(separator: ", ")
            return "answers \(status), and the description lists \(known)"
        }
        guard let body, case .object(let response) = declared, case .object(let content)? = response["content"],
            case .object(let media)? = content["application/json"], let schema = media["schema"]
        else { return nil }
        guard contentType.hasPrefix("application/json") else {
            return content.members.count > 1 ? nil : "answers \(status) with the type \"\(contentType)\" instead of JSON"
        }
        let value: JSONValue
        do { value = try JSONValue(parsing: body) } catch { return "answers \(status) with a body that is not JSON: \(error)" }
        do {
            let violations = try JSONSchema(schema) { components[$0] }.validate(value)
            guard let first = violations.first else { return nil }
            let more = violations.count > 1 ? ", and \(violations.count - 1) more" : ""
            return "answers \(status) with a body that its schema does not allow: \(Self.path(first.loc)): \(first.msg)\(more)"
        } catch {
            return "has a schema for \(status) that cannot be read: \(error)"
        }
    }

    private static func path(_ location: [JSONSchema.Step]) -> String {
        location.isEmpty ? "the body" : location.map(\.description).joined(separator: ".")
    }
}
