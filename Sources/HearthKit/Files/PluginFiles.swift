import CHearth
import HearthJSON

/// Files of the plugin, by key: kept in a folder that all hosts share, never in memory as a whole, within the limits that the
/// operator sets in `plugins.conf`.
///
/// ```swift
/// files.route(.put, "/notes/\(note)/picture", "Keep a picture", body: BodyStream.self) { request in
///     let picture = try await request.context.files.put("pictures/\(try request[note])", request.body, type: "image/png")
///     return Picture(size: picture.size)
/// }
/// ```
/// A file is there when it is complete; until then its key has what it had. See `files.h`.
public struct PluginFiles: Sendable {
    let context: Context

    // MARK: Putting

    /// Puts a file, instead of the one that has the key. Refused inside a transaction.
    ///
    /// - Parameters:
    ///   - key: Parts with slashes between them, such as `avatars/0198a6c2`.
    ///   - bytes: Its content.
    ///   - type: Its media type.
    ///   - user: Whose data it is: it goes with his account; nil for nobody.
    /// - Throws: ``HostError``, of kind `tooLarge` with code `size` or `quota`, `denied` with code `type`.
    @discardableResult
    public func put(
        _ key: String, _ bytes: [UInt8], type: String = "application/octet-stream", user: UUID? = nil
    ) async throws -> FileInfo {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        let file = try await ContinuationBox<FileInfo?>.waiting(for: "put") { box in
            NewFile.lend(key, type, user) { file in
                bytes.lending { table.pointee.put(runtime.host, context.handle, file, $0, FileInfo.found, box) }
            }
        }
        return try NewFile.there(file)
    }

    /// Puts a file whose bytes come piece by piece, such as the body of a request. When these end with an error, or nobody waits
    /// any more, nothing has happened.
    ///
    /// - Parameters:
    ///   - key: As above.
    ///   - pieces: Its content.
    ///   - type: Its media type.
    ///   - user: As above.
    /// - Throws: As above, and what the pieces throw.
    @discardableResult
    public func put<Pieces: AsyncSequence>(
        _ key: String, _ pieces: Pieces, type: String = "application/octet-stream", user: UUID? = nil
    ) async throws -> FileInfo where Pieces.Element == [UInt8] {
        let stream = try NewFileStream(context, key, type, user)
        defer { stream.close() }
        for try await piece in pieces { _ = try await stream.write(piece, isLast: false) }
        return try NewFile.there(try await stream.write([], isLast: true))
    }

    // MARK: Reading

    /// What is known about a file; nil when there is none.
    public func info(_ key: String) async throws -> FileInfo? {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        return try await ContinuationBox<FileInfo?>.waiting(for: "info") { box in
            key.lending { table.pointee.info(runtime.host, context.handle, $0, FileInfo.found, box) }
        }
    }

    /// Files whose keys begin with a prefix, in the order of the bytes of their keys.
    ///
    /// - Parameters:
    ///   - prefix: Empty for all.
    ///   - after: The last key of the page before.
    ///   - limit: Of the page, 1 to 1,000.
    public func list(prefix: String = "", after: String = "", limit: Int = 100) async throws -> [FileInfo] {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        return try await ContinuationBox<[FileInfo]>.waiting(for: "list") { box in
            prefix.lending(with: after) { prefix, after in
                table.pointee.list(
                    runtime.host, context.handle, prefix, after, UInt32(clamping: limit),
                    { user, error, files, count in
                        let files = UnsafeBufferPointer(start: files, count: files == nil ? 0 : Int(count))
                        ContinuationBox<[FileInfo]>.resume(user, error, files.compactMap { $0.map { FileInfo($0.pointee) } })
                    }, box)
            }
        }
    }

    /// Reads a file piece by piece: what is not read stays where it is.
    ///
    /// - Parameters:
    ///   - key: Of the file.
    ///   - range: Which bytes; nil for all. What is beyond the end is left out.
    ///   - receive: Reads it; the stream is over when it returns.
    /// - Returns: What `receive` returns; nil when there is no such file.
    public func read<R: Sendable>(
        _ key: String, _ range: Range<Int>? = nil, _ receive: @Sendable (FileStream) async throws -> R
    ) async throws -> R? {
        guard let stream = try await FileStream.open(context, key, range) else { return nil }
        defer { stream.close() }
        return try await receive(stream)
    }

    /// The bytes of a file; nil when there is none.
    ///
    /// - Parameters:
    ///   - key: Of the file.
    ///   - range: Which bytes; nil for all.
    ///   - limit: How many bytes at most.
    /// - Throws: ``HostError``, of kind `tooLarge` when there are more.
    public func bytes(_ key: String, _ range: Range<Int>? = nil, limit: Int = 10 << 20) async throws -> [UInt8]? {
        try await read(key, range) { stream in
            var bytes: [UInt8] = []
            for try await piece in stream {
                guard bytes.count + piece.count <= limit else {
                    throw HostError(.tooLarge, message: "the file has more than \(limit) bytes: read it piece by piece")
                }
                bytes += piece
            }
            return bytes
        }
    }

    // MARK: Removing

    /// Removes a file: with the transaction if the context is in one. Harmless when there is none.
    public func remove(_ key: String) async throws {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        try await ContinuationBox<Void>.waiting(for: "remove") { box in
            key.lending {
                table.pointee.remove(
                    runtime.host, context.handle, $0, { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
            }
        }
    }
}

extension Context {
    /// Files of the plugin.
    public var files: PluginFiles { PluginFiles(context: self) }
}
