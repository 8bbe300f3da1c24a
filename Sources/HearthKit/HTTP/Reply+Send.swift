import CHearth
import HearthJSON

extension Reply {
    /// Gives the answer to the host, which completes the request.
    func send(to request: RawRequest) async throws {
        let runtime = request.runtime
        let http = try runtime.http
        let context = request.pointer.pointee.context
        switch content {
        case .json(let write):
            try ResponseBuffer.respond(request, status: status, headers: headers, write)
        case .none:
            try HostError.check(
                withResponse("", []) { http.pointee.respond(runtime.host, context, $0) }, "respond")
        case .bytes(let bytes, let contentType):
            try HostError.check(
                withResponse(contentType, bytes) { http.pointee.respond(runtime.host, context, $0) }, "respond")
        case .file(let path, let contentType):
            let status = withResponse(contentType, []) { response in
                path.lending { http.pointee.respond_file(runtime.host, context, response, $0) }
            }
            try HostError.check(status, "respond_file")
        case .stream(let contentType, let produce):
            try HostError.check(
                withResponse(contentType, []) { http.pointee.open_stream(runtime.host, context, $0) }, "open_stream")
            do {
                try await produce(ReplyStream(context: Context(handle: context, runtime: runtime)))
            } catch {
                // The head has been sent, so the client can only notice that the body ends.
                Log(runtime: runtime, context: context).warning("A streamed answer ended early", ["error": "\(error)"])
            }
            _ = http.pointee.close_stream(runtime.host, context)
        }
    }

    private func withResponse(
        _ contentType: String, _ body: [UInt8], _ call: (UnsafePointer<hearth_response>) -> hearth_status
    ) -> hearth_status {
        HeaderFields.with(headers) { fields in
            contentType.lending { contentType in
                body.lending { body in
                    var response = hearth_response(
                        size: UInt32(MemoryLayout<hearth_response>.size), status: UInt32(status), content_type: contentType,
                        headers: fields.baseAddress, header_count: UInt64(fields.count), body: body)
                    return call(&response)
                }
            }
        }
    }
}
