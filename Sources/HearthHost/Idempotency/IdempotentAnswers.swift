import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import Logging
import NIOCore

/// The answers to requests with an `Idempotency-Key`, so that a client that did not hear the answer can ask again without doing
/// the thing twice.
///
/// A key is taken before the handler runs and keeps the answer for a day. Refusals are not kept: nothing has happened, so the
/// key may be used again. When nobody knows whether something has happened, because the host died or an answer came too late,
/// the key stays taken.
struct IdempotentAnswers: Sendable {
    let database: any Database
    let clock: any HostClock
    let logger: Logger

    /// How long an answer is kept, in microseconds.
    static let lifetime: Int64 = 86_400_000_000
    /// The longest body that is kept, in bytes. A request with a longer answer can be sent again, and is carried out again.
    static let longestBody = 1 << 20

    /// Carries a request out, or answers as it was answered.
    ///
    /// A client that leaves does not cancel it: he may come back for the answer.
    ///
    /// - Throws: 422 when the key was used for another request, 409 when that is still being answered or nobody knows what became
    ///   of it, and what the handler throws
    func answer(
        _ key: IdempotencyKey, _ handle: @escaping @Sendable () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        try await Task {
            if let earlier = try await take(key) { return earlier }
            let result: Result<ServerResponse, any Error>
            do { result = .success(try await handle()) } catch { result = .failure(error) }
            do { try await end(key, with: result) } catch {
                logger.warning("cannot keep an answer under its Idempotency-Key", metadata: ["error": "\(error)"])
            }
            return try result.get()
        }.value
    }

    /// Forgets what is older than a day, once an hour, while the host serves.
    func run() async {
        while !Task.isCancelled {
            let expired = clock.now - Self.lifetime
            // What fails now is done the next time.
            _ = try? await database.query(
                "DELETE FROM hearth_idempotency WHERE created_at < $1", [.timestamp(expired)], scope: .host)
            try? await Task.sleep(for: .seconds(3_600))
        }
    }

    /// Takes a key.
    ///
    /// - Returns: the earlier answer; nil when the request is the first
    private func take(_ key: IdempotencyKey) async throws -> ServerResponse? {
        let now = clock.now
        let results = try await database.batch(
            [
                Statement(
                    """
                    INSERT INTO hearth_idempotency (user_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint,
                        created_at = EXCLUDED.created_at, status = NULL, headers = NULL, body = NULL
                    WHERE hearth_idempotency.created_at < $5
                    """,
                    [
                        .uuid(key.user), .text(key.text), .bytes(key.fingerprint), .timestamp(now),
                        .timestamp(now - Self.lifetime),
                    ]),
                Statement(
                    "SELECT fingerprint, status, headers, body FROM hearth_idempotency WHERE user_id = $1 AND key = $2",
                    [.uuid(key.user), .text(key.text)],
                    columns: [DatabaseType.bytes, DatabaseType.integer, DatabaseType.json, DatabaseType.bytes]),
            ], scope: .host)
        if results[0].affected == 1 { return nil }
        let row = results[1]
        // Released a moment ago: whoever sends it once more is the first.
        guard row.rowCount == 1 else { throw Self.underWay }
        guard row.bytes(0, 0) == key.fingerprint else {
            throw HTTPError(.unprocessableContent, "Idempotency-Key: this key was used for another request; take a new one")
        }
        guard let status = row.integer(0, 1) else { throw Self.underWay }
        return Self.response(Int(status), headers: row.text(0, 2) ?? "[]", body: row.bytes(0, 3) ?? [])
    }

    private static var underWay: HTTPError {
        HTTPError(
            .conflict, "Idempotency-Key: the first request with this key is still being answered, or its outcome is unknown",
            headers: [.retryAfter: "1"])
    }

    /// Keeps an answer, or lets go of the key.
    private func end(_ key: IdempotencyKey, with result: Result<ServerResponse, any Error>) async throws {
        let owner: [DatabaseValue] = [.uuid(key.user), .text(key.text), .bytes(key.fingerprint)]
        switch result {
        case .success(let response) where response.status.code < 400:
            guard let body = Self.bytes(of: response), body.count <= Self.longestBody else { break }
            let headers = JSONValue.array(response.headers.map { .array([.string($0.name.rawName), .string($0.value)]) })
            _ = try await database.query(
                """
                UPDATE hearth_idempotency SET status = $4, headers = $5, body = $6
                WHERE user_id = $1 AND key = $2 AND fingerprint = $3
                """, owner + [.integer(Int64(response.status.code)), .json(headers.text), .bytes(body)], scope: .host)
            return
        case .success(let response) where response.status == .gatewayTimeout: return
        case .failure(let error as HTTPError) where error.status == .gatewayTimeout: return
        case .failure(let error as DatabaseError) where error.isUncertain || error.kind == .timeout: return
        default: break
        }
        _ = try await database.query(
            "DELETE FROM hearth_idempotency WHERE user_id = $1 AND key = $2 AND fingerprint = $3", owner, scope: .host)
    }

    private static func bytes(of response: ServerResponse) -> [UInt8]? {
        switch response.body {
        case .empty: []
        case .bytes(let buffer): Array(buffer: buffer)
        case .stream, .file, .content, .webSocket: nil
        }
    }

    private static func response(_ status: Int, headers: String, body: [UInt8]) -> ServerResponse {
        var fields: HTTPFields = [.idempotencyReplayed: "true"]
        if case .array(let pairs)? = try? JSONValue(parsing: headers) {
            for case .array(let pair) in pairs where pair.count == 2 {
                guard case .string(let text) = pair[0], let name = HTTPField.Name(text), case .string(let value) = pair[1] else {
                    continue
                }
                fields.append(HTTPField(name: name, value: value))
            }
        }
        return ServerResponse(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: body.isEmpty ? .empty : .bytes(ByteBuffer(bytes: body)))
    }

    /// The table.
    static let schema = """
        CREATE TABLE hearth_idempotency (
            user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
            key text NOT NULL,
            -- Of the request: a key stands for one.
            fingerprint bytes NOT NULL,
            created_at timestamp NOT NULL,
            -- The answer; null until it is known.
            status integer,
            headers json,
            body bytes,
            PRIMARY KEY (user_id, key)
        );
        CREATE INDEX hearth_idempotency_created_at ON hearth_idempotency (created_at);
        """
}
