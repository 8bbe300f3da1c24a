import CHearth
import HTTPTypes
import HearthFiles
import HearthHTTP
import NIOCore

extension FilesInterface {
    // MARK: Putting piece by piece

    static let create:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_new_file>?, UnsafeMutablePointer<UInt64>?
        ) -> hearth_status = { host, handle, file, number in
            PluginInstance.with(host, handle, "create") { plugin, context in
                guard let number, let file = FilesReader.read(file, of: plugin) else { return Status.invalid }
                guard mayPut(context) else { return Status.denied }
                number.pointee = CallContext.nextNumber()
                context.keep(FileWriting(file, context), as: number.pointee)
                return Status.ok
            }
        }

    static let write:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UInt64, hearth_bytes, UInt32, hearth_file_found?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, number, chunk, last, done, user in
            PluginInstance.with(host, handle, "write") { plugin, context in
                guard let done, chunk.isSound else { return Status.invalid }
                guard let stream = context.belonging(number) as? FileWriting else { return Status.stale }
                guard stream.turn.begin() else { return Status.busy }
                let (completion, piece) = (ForeignCompletion(function: done, user: user), ByteBuffer(bytes: chunk.buffer))
                run(context) { () async throws(FileError) -> StoredFile? in
                    let result: Result<StoredFile?, FileError>
                    do throws(FileError) {
                        result = .success(try await stream.write(piece, isLast: last != 0))
                    } catch { result = .failure(error) }
                    stream.turn.end()
                    if case .success(nil) = result {} else { context.drop(number) }
                    return try result.get()
                } answer: {
                    deliver($0, to: completion)
                }
                return Status.ok
            }
        }

    // MARK: Reading

    static let open:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, UInt64, UInt64, hearth_file_found?,
            UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt64>?
        ) -> hearth_status = { host, handle, key, offset, length, found, user, number in
            PluginInstance.with(host, handle, "open") { plugin, context in
                guard let found, let number, let key = FilesReader.key(key, of: plugin) else { return Status.invalid }
                let admission = context.beginCall()
                guard admission == Status.ok else { return admission }
                let completion = ForeignCompletion(function: found, user: user)
                let (own, stream) = (CallContext.nextNumber(), FileReading())
                number.pointee = own
                context.keep(stream, as: own)
                run(context) { () async throws(FileError) -> StoredFile? in
                    let result: Result<StoredFile?, FileError>
                    do throws(FileError) {
                        let files = plugin.services.files
                        let file = try await files.find(key, in: context.transaction, deadline: context.deadline)
                        if let file { stream.opened(try await files.open(file), of: file, from: offset, length: length) }
                        result = .success(file)
                    } catch { result = .failure(error) }
                    if case .success(.some) = result {} else { context.drop(own) }
                    return try result.get()
                } answer: {
                    context.endCall()
                    deliver($0, to: completion)
                }
                return Status.ok
            }
        }

    static let read:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UInt64, hearth_chunk?, UnsafeMutableRawPointer?) ->
            hearth_status = { host, handle, number, chunk, user in
                PluginInstance.with(host, handle, "read") { plugin, context in
                    guard let chunk else { return Status.invalid }
                    guard let stream = context.belonging(number) as? FileReading else { return Status.stale }
                    guard stream.turn.begin() else { return Status.busy }
                    let completion = ForeignCompletion(function: chunk, user: user)
                    run(context) { () async throws(FileError) -> ByteBuffer in
                        let result: Result<ByteBuffer, FileError>
                        do throws(FileError) { result = .success(try await stream.next()) } catch { result = .failure(error) }
                        stream.turn.end()
                        if case .success(let bytes) = result, bytes.readableBytes > 0 {} else { context.drop(number) }
                        return try result.get()
                    } answer: {
                        deliver($0, to: completion)
                    }
                    return Status.ok
                }
            }

    private static func deliver(_ piece: Result<ByteBuffer, FileError>, to chunk: ForeignCompletion<hearth_chunk>) {
        switch piece {
        case .success(let bytes):
            bytes.withUnsafeReadableBytes { bytes in
                let data = hearth_bytes(
                    data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count))
                chunk.function(chunk.user, data, bytes.isEmpty ? 1 : 0, nil)
            }
        case .failure(let error): ForeignError(error).lend { chunk.function(chunk.user, hearth_bytes(), 1, $0) }
        }
    }

    static let close: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UInt64) -> hearth_status = {
        host, handle, number in
        PluginInstance.with(host, handle, "close") { _, context in
            let belonging = context.belonging(number)
            guard belonging is FileWriting || belonging is FileReading else { return Status.stale }
            return context.drop(number) ? Status.ok : Status.stale
        }
    }

    // MARK: Answering

    static let respond:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_response>?, hearth_string, hearth_done?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, response, key, done, user in
            PluginInstance.with(host, handle, "respond") { plugin, context in
                guard let done, case .request(let exchange) = context.purpose, let key = FilesReader.key(key, of: plugin),
                    let answer = ResponseReader.read(response, exchange), answer.status == .ok
                else { return Status.invalid }
                let completion = ForeignCompletion(function: done, user: user)
                run(context) { () async throws(FileError) -> ServerResponse? in
                    let files = plugin.services.files
                    guard let file = try await files.find(key, deadline: context.deadline) else { return nil }
                    return answer.with(file, read: try await files.open(file))
                } answer: { result in
                    switch result.map({ $0.map { exchange.complete(.success($0)) } }) {
                    case .success(Status.ok?): completion.function(completion.user, nil)
                    case .success(let status?):
                        ForeignError(status, "nobody waits for the answer any more").lend {
                            completion.function(completion.user, $0)
                        }
                    case .success(nil):
                        ForeignError(Status.notFound, "there is no file with this key").lend {
                            completion.function(completion.user, $0)
                        }
                    case .failure(let error): ForeignError(error).lend { completion.function(completion.user, $0) }
                    }
                }
                return Status.ok
            }
        }
}

/// The bytes of a file as the transport sends them.
private struct FileContent: RangedContent {
    let file: StoredFile
    let reader: any BlobReader

    var size: Int { file.size }
    var modified: Int { Int(file.modified / 1_000_000) }
    var entityTag: String { file.etag }

    func read(at offset: Int, count: Int) async throws -> ByteBuffer { try await reader.read(at: offset, count: count) }
}

extension ServerResponse {
    /// The answer with a file as its body. Whoever has uploaded it may be somebody else than who looks at it, on the same origin.
    fileprivate func with(_ file: StoredFile, read reader: any BlobReader) -> ServerResponse {
        var answer = self
        answer.body = .content(FileContent(file: file, reader: reader))
        if answer.headers[.contentType] == nil { answer.headers[.contentType] = file.contentType }
        if answer.headers[.contentSecurityPolicy] == nil {
            answer.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'"
        }
        return answer
    }
}
