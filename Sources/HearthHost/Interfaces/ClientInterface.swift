import CHearth
import HearthClient
import HearthConfiguration
import HearthDatabase
import Logging
import NIOCore

/// `hearth.client/1` as C sees it.
enum ClientInterface {
    static let table = hearth_client(
        size: UInt32(MemoryLayout<hearth_client>.size), send: send, open: open, write: write, read: read, close: close)

    private static let send:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_client_request>?, hearth_client_answered?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, request, done, user in
            PluginInstance.with(host, handle, "send") { plugin, context in
                guard let done, let request = ClientReader.read(request) else { return Status.invalid }
                guard mayCall(context) else { return Status.denied }
                let completion = ForeignCompletion(function: done, user: user)
                let task = WorkLabel.with(.host) {
                    Task {
                        let result: Result<(response: ClientResponse, body: ByteBuffer), ClientError>
                        do throws(ClientError) {
                            let (client, caller) = (plugin.services.client, plugin.outboundCaller)
                            result = .success(try await client.send(request, for: caller, until: context.deadline))
                        } catch { result = .failure(error) }
                        plugin.services.workers.enqueueWithTurn(context.label) { [result] in
                            switch result {
                            case .success(let (response, body)):
                                response.lend(body: body) { completion.function(completion.user, nil, $0) }
                            case .failure(let error): fail(error, plugin) { completion.function(completion.user, $0, nil) }
                            }
                        }
                    }
                }
                context.note(RunningTask(task))
                return Status.ok
            }
        }

    // MARK: Piece by piece

    private static let open:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_client_request>?, hearth_client_answered?,
            UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt64>?
        ) -> hearth_status = { host, handle, request, done, user, number in
            PluginInstance.with(host, handle, "open") { plugin, context in
                guard let done, let number, let request, request.pointee.size >= 8 else { return Status.invalid }
                let exchange = ClientExchange(
                    upload: ClientReader.isStreamed(request.pointee.flags) ? ClientUpload() : nil)
                guard let request = ClientReader.read(request, upload: exchange.upload) else { return Status.invalid }
                guard mayCall(context) else { return Status.denied }
                number.pointee = exchange.number
                let completion = ForeignCompletion(function: done, user: user)
                context.keep(exchange, as: exchange.number)
                exchange.run {
                    let result: Result<ClientResponse, ClientError>
                    do throws(ClientError) {
                        let (client, caller) = (plugin.services.client, plugin.outboundCaller)
                        let response = try await client.open(request, for: caller, until: context.deadline)
                        exchange.began(response.body)
                        result = .success(response)
                    } catch {
                        context.drop(exchange.number)
                        result = .failure(error)
                    }
                    plugin.services.workers.enqueueWithTurn(context.label) { [result] in
                        switch result {
                        case .success(let response):
                            response.lend(body: ByteBuffer()) { completion.function(completion.user, nil, $0) }
                        case .failure(let error): fail(error, plugin) { completion.function(completion.user, $0, nil) }
                        }
                    }
                }
                return Status.ok
            }
        }

    private static let write:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UInt64, hearth_bytes, UInt32, hearth_done?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, number, chunk, last, done, user in
            PluginInstance.with(host, handle, "write") { plugin, context in
                guard let done, chunk.isSound else { return Status.invalid }
                guard let exchange = context.belonging(number) as? ClientExchange else { return Status.stale }
                guard let upload = exchange.upload else { return Status.denied }
                let completion = ForeignCompletion(function: done, user: user)
                return upload.write(ByteBuffer(bytes: chunk.buffer), isLast: last != 0) { error in
                    plugin.services.workers.enqueue(context.label) {
                        guard let error else { return completion.function(completion.user, nil) }
                        error.lend { completion.function(completion.user, $0) }
                    }
                }
            }
        }

    private static let read:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UInt64, hearth_chunk?, UnsafeMutableRawPointer?) ->
            hearth_status = { host, handle, number, chunk, user in
                PluginInstance.with(host, handle, "read") { plugin, context in
                    guard let chunk else { return Status.invalid }
                    guard let exchange = context.belonging(number) as? ClientExchange else { return Status.stale }
                    guard let body = exchange.beginReading() else { return Status.busy }
                    let completion = ForeignCompletion(function: chunk, user: user)
                    exchange.run {
                        let result: Result<ByteBuffer?, ClientError>
                        do throws(ClientError) { result = .success(try await body.next()) } catch { result = .failure(error) }
                        exchange.endReading()
                        if case .success(.some) = result {} else { context.drop(exchange.number) }
                        plugin.services.workers.enqueue(context.label) { [result] in
                            deliver(result, to: completion, plugin)
                        }
                    }
                    return Status.ok
                }
            }

    private static func deliver(
        _ piece: Result<ByteBuffer?, ClientError>, to chunk: ForeignCompletion<hearth_chunk>, _ plugin: PluginInstance
    ) {
        switch piece {
        case .success(let bytes?):
            bytes.withUnsafeReadableBytes { bytes in
                let data = hearth_bytes(
                    data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count))
                chunk.function(chunk.user, data, 0, nil)
            }
        case .success(nil): chunk.function(chunk.user, hearth_bytes(), 1, nil)
        case .failure(let error): fail(error, plugin) { chunk.function(chunk.user, hearth_bytes(), 1, $0) }
        }
    }

    private static let close: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UInt64) -> hearth_status = {
        host, handle, number in
        PluginInstance.with(host, handle, "close") { _, context in context.drop(number) ? Status.ok : Status.stale }
    }

    // MARK: The way of a call

    /// Whether no transaction would wait for the call.
    private static func mayCall(_ context: CallContext) -> Bool {
        guard context.transaction != nil || context.isInUse else { return true }
        context.plugin.logger.warning(
            "A call of another server inside a transaction was refused: send before or after it, or enqueue a job in it",
            metadata: ["request_id": "\(context.requestID)"])
        return false
    }

    /// Lends an error, and tells the operator of one that he can mend.
    private static func fail(_ error: ClientError, _ plugin: PluginInstance, _ use: (UnsafePointer<hearth_error>) -> Void) {
        if error.kind == .denied {
            plugin.logger.warning("A request to another server was refused", metadata: ["reason": "\(error.message)"])
        }
        ForeignError(error).lend(use)
    }
}

extension PluginInstance {
    /// Whom the operator lets it call.
    var outboundCaller: OutboundClient.Caller { OutboundClient.Caller(owner: id, grant: plan.entry.client) }
}
