import CHearth
import HearthJSON

extension Reply {
    /// Gives the answer to the host, which completes the request.
    ///
    /// - Throws: ``HostError`` when the host refused and the request can still be answered.
    func send(to context: Context) async throws {
        let runtime = context.runtime
        let http = try runtime.http
        switch content {
        case .json(let write):
            try ResponseBuffer.respond(context, status: status, headers: headers, write)
        case .none:
            try HostError.checkAnswer(withResponse("", []) { http.pointee.respond(runtime.host, context.handle, $0) }, "respond")
        case .bytes(let bytes, let contentType):
            try HostError.checkAnswer(
                withResponse(contentType, bytes) { http.pointee.respond(runtime.host, context.handle, $0) }, "respond")
        case .file(let path, let contentType):
            let status = withResponse(contentType, []) { response in
                path.lending { http.pointee.respond_file(runtime.host, context.handle, response, $0) }
            }
            if status == HearthStatus.notFound.rawValue { throw Failure.notFound("Not found") }
            try HostError.checkAnswer(status, "respond_file")
        case .stored(let key): try await send(stored: key, to: context)
        case .stream(let contentType, let produce):
            let status = withResponse(contentType, []) { http.pointee.open_stream(runtime.host, context.handle, $0) }
            try HostError.checkAnswer(status, "open_stream")
            guard status == HearthStatus.ok.rawValue else { return }
            do {
                try await produce(ReplyStream(context: context))
            } catch {
                // The head has been sent, so the client can only notice that the body ends.
                if !error.isCancellation { context.log.warning("A streamed answer ended early", ["error": "\(error)"]) }
            }
            _ = http.pointee.close_stream(runtime.host, context.handle)
        }
    }

    private func send(stored key: String, to context: Context) async throws {
        let (runtime, files) = (context.runtime, try context.runtime.files)
        do {
            try await ContinuationBox<Void>.waiting(for: "respond") { box in
                withResponse("", []) { response in
                    key.lending {
                        files.pointee.respond(
                            runtime.host, context.handle, response, $0,
                            { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
                    }
                }
            }
        } catch let error as HostError where error.kind == .notFound {
            throw Failure.notFound("Not found")
        } catch let error as HostError where error.kind == .stale || error.kind == .timeout || error.kind == .cancelled {
            // The request is over, and nobody is left to be told.
            return
        }
    }

    private func withResponse(
        _ contentType: String, _ body: [UInt8], _ call: (UnsafePointer<hearth_response>) -> hearth_status
    ) -> hearth_status {
        Pairs.lend(headers) { fields in
            contentType.lending { contentType in
                body.lending { body in
                    var response = hearth_response(
                        size: UInt32(MemoryLayout<hearth_response>.size), status: UInt32(clamping: status),
                        content_type: contentType, headers: fields.baseAddress, header_count: UInt64(fields.count), body: body)
                    return call(&response)
                }
            }
        }
    }
}
