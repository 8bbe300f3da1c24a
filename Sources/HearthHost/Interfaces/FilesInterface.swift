import CHearth
import HearthDatabase
import HearthFiles
import Logging
import NIOCore

/// `hearth.files/1` as C sees it.
enum FilesInterface {
    static let table = hearth_files(
        size: UInt32(MemoryLayout<hearth_files>.size), info: info, list: list, remove: remove, put: put, create: create,
        write: write, open: open, read: read, close: close, respond: respond)

    /// Files of a page at most.
    private static let longestPage: UInt32 = 1000

    // MARK: What the database answers

    private static let info:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_file_found?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, found, user in
            PluginInstance.with(host, handle, "info") { plugin, context in
                guard let found, let key = FilesReader.key(key, of: plugin) else { return Status.invalid }
                let completion = ForeignCompletion(function: found, user: user)
                return ask(context) { () async throws(FileError) in
                    try await plugin.services.files.find(key, in: context.transaction, deadline: context.deadline)
                } answer: {
                    deliver($0, to: completion)
                }
            }
        }

    private static let list:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_string, UInt32, hearth_files_listed?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, prefix, after, limit, listed, user in
            PluginInstance.with(host, handle, "list") { plugin, context in
                guard let listed, let prefix = prefix.text, let after = after.text, FileKey.isPrefix(prefix),
                    FileKey.isPrefix(after), (1...longestPage).contains(limit)
                else { return Status.invalid }
                let completion = ForeignCompletion(function: listed, user: user)
                return ask(context) { () async throws(FileError) in
                    try await plugin.services.files.list(
                        plugin.id, prefix: prefix, after: after, limit: Int(limit), in: context.transaction,
                        deadline: context.deadline)
                } answer: { result in
                    switch result {
                    case .success(let files):
                        StoredFile.lend(files) { completion.function(completion.user, nil, $0, UInt64(files.count)) }
                    case .failure(let error): ForeignError(error).lend { completion.function(completion.user, $0, nil, 0) }
                    }
                }
            }
        }

    private static let remove:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_done?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, done, user in
            PluginInstance.with(host, handle, "remove") { plugin, context in
                guard let done, let key = FilesReader.key(key, of: plugin) else { return Status.invalid }
                let completion = ForeignCompletion(function: done, user: user)
                return ask(context) { () async throws(FileError) in
                    try await plugin.services.files.remove(key, in: context.transaction, deadline: context.deadline)
                } answer: {
                    deliver($0, to: completion)
                }
            }
        }

    // MARK: Putting at once

    private static let put:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_new_file>?, hearth_bytes, hearth_file_found?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, file, bytes, done, user in
            PluginInstance.with(host, handle, "put") { plugin, context in
                guard let done, bytes.isSound, let file = FilesReader.read(file, of: plugin) else { return Status.invalid }
                guard mayPut(context) else { return Status.denied }
                let (completion, content) = (ForeignCompletion(function: done, user: user), ByteBuffer(bytes: bytes.buffer))
                run(context) { () async throws(FileError) -> StoredFile? in
                    let writing = FileWriting(file, context)
                    do throws(FileError) {
                        return try await writing.write(content, isLast: true)
                    } catch {
                        writing.cancel()
                        throw error
                    }
                } answer: {
                    deliver($0, to: completion)
                }
                return Status.ok
            }
        }

    // MARK: The way of a call

    /// Whether no transaction would wait for the bytes.
    static func mayPut(_ context: CallContext) -> Bool {
        guard context.transaction != nil || context.isInUse else { return true }
        context.plugin.logger.warning(
            "A file was not put inside a transaction: put it under a new key before, and note the key in it",
            metadata: ["request_id": "\(context.requestID)"])
        return false
    }

    /// Asks the database, within the transaction of the context if it has one.
    private static func ask<R: Sendable>(
        _ context: CallContext, _ question: @escaping @Sendable () async throws(FileError) -> R,
        answer: @escaping @Sendable (Result<R, FileError>) -> Void
    ) -> hearth_status {
        let admission = context.beginCall()
        guard admission == Status.ok else { return admission }
        run(context, question) { result in
            context.endCall()
            answer(result)
        }
        return Status.ok
    }

    /// Does something on behalf of a context, and lets a worker hear of it.
    static func run<R: Sendable>(
        _ context: CallContext, _ work: @escaping @Sendable () async throws(FileError) -> R,
        answer: @escaping @Sendable (Result<R, FileError>) -> Void
    ) {
        let task = WorkLabel.with(.host) {
            Task {
                let result: Result<R, FileError>
                do throws(FileError) { result = .success(try await work()) } catch { result = .failure(error) }
                if case .failure(.storage(let reason)) = result {
                    context.plugin.logger.error("The storage of files has failed", metadata: ["reason": "\(reason)"])
                }
                context.plugin.services.workers.enqueueWithTurn(context.label) { [result] in answer(result) }
            }
        }
        context.note(RunningTask(task))
    }

    /// Tells of a file, or that there is none.
    static func deliver(_ result: Result<StoredFile?, FileError>, to found: ForeignCompletion<hearth_file_found>) {
        switch result {
        case .success(nil): found.function(found.user, nil, nil)
        case .success(let file?): file.lend { found.function(found.user, nil, $0) }
        case .failure(let error): ForeignError(error).lend { found.function(found.user, $0, nil) }
        }
    }

    /// Tells that something is done.
    static func deliver(_ result: Result<Void, FileError>, to done: ForeignCompletion<hearth_done>) {
        switch result {
        case .success: done.function(done.user, nil)
        case .failure(let error): ForeignError(error).lend { done.function(done.user, $0) }
        }
    }
}
