import CHearth
import Synchronization

extension FakeHost {
    static var httpTable: hearth_http {
        var http = hearth_http()
        http.size = UInt32(MemoryLayout<hearth_http>.size)
        http.add_schema = { host, name, schema in
            let host = FakeHost.of(host)
            if let refused = host.refusal("add_schema") { return refused }
            host.state.withLock { $0.schemas.append((name.string, schema.string)) }
            return 0
        }
        http.add_route = { host, route in
            let host = FakeHost.of(host)
            if let refused = host.refusal("add_route") { return refused }
            guard let route = route?.pointee, let handle = route.handle else { return 3 }
            let aliases = UnsafeBufferPointer(start: route.aliases, count: Int(route.alias_count)).map(\.string)
            let copy = FakeRoute(
                method: route.method.string, path: route.path.string, aliases: aliases, access: route.access, flags: route.flags,
                operation: route.operation.string, handle: handle, user: Foreign(value: route.user))
            host.state.withLock { $0.routes.append(copy) }
            return 0
        }
        http.header = { host, context, name, value in
            let host = FakeHost.of(host)
            // No defect: a request that is kept may be asked after its answer.
            guard host.state.withLock({ !$0.finished.contains(context) }) else { return 2 }
            guard name.string.lowercased() == "accept" else { return 4 }
            let text: StaticString = "text/plain"
            value?.pointee = hearth_string(
                data: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), length: UInt64(text.utf8CodeUnitCount)
            )
            return 0
        }
        http.reserve = { host, context, capacity, buffer in
            let host = FakeHost.of(host)
            if let refused = host.refusal("reserve", context) { return refused }
            let (request, tooLarge) = host.state.withLock { state in
                state.reservations += 1
                return (state.requests[context], Int(capacity) > state.largestReservation)
            }
            guard let request else { return 2 }
            if tooLarge { return 14 }
            // Moves each time, and spoils the old place.
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Int(capacity))
            _ = larger.initialize(from: repeatElement(0, count: Int(capacity)))
            _ = larger.update(fromContentsOf: request.buffer)
            request.buffer.update(repeating: 0x58)
            request.buffer = larger
            buffer?.pointee = larger.baseAddress
            return 0
        }
        http.respond = { host, context, response in
            guard let response = response?.pointee else { return 3 }
            return FakeHost.of(host).answer(context, "respond", FakeAnswer(response))
        }
        http.respond_file = { host, context, response, path in
            guard let response = response?.pointee else { return 3 }
            var answer = FakeAnswer(response)
            answer.body = "file \(path.string)"
            return FakeHost.of(host).answer(context, "respond_file", answer)
        }
        http.fail = { host, context, status, detail, errors in
            FakeHost.of(host).answer(context, "fail", FakeAnswer(status: status, body: detail.string, errors: errors.string))
        }
        http.open_stream = { host, context, response in
            let host = FakeHost.of(host)
            if let refused = host.refusal("open_stream", context) { return refused }
            guard let response = response?.pointee, let request = host.state.withLock({ $0.requests[context] }) else { return 3 }
            request.streamed = FakeAnswer(response)
            return 0
        }
        http.write_stream = { host, context, chunk, done, user in
            let host = FakeHost.of(host)
            if let refused = host.refusal("write_stream", context) { return refused }
            guard let request = host.state.withLock({ $0.requests[context] }) else { return 2 }
            request.streamed.body += chunk.string
            let user = Foreign(value: user)
            FakeHost.onWorker { done?(user.value, nil) }
            return 0
        }
        http.close_stream = { host, context in
            let host = FakeHost.of(host)
            guard let request = host.state.withLock({ $0.requests[context] }) else { return 2 }
            return host.answer(context, "close_stream", request.streamed)
        }
        return http
    }

    /// Completes a request.
    private func answer(_ context: hearth_context, _ call: String, _ answer: FakeAnswer) -> hearth_status {
        if let refused = refusal(call, context) {
            // As the header says: over after each of these but a wrong member or a missing file.
            if [8, 9].contains(refused), finish(context, call) {
                state.withLock { $0.requests[context] }?.complete(FakeAnswer(status: 0, body: "dropped"))
            }
            return refused
        }
        guard finish(context, call) else { return 2 }
        state.withLock { $0.requests[context] }?.complete(answer)
        return 0
    }
}

extension FakeAnswer {
    init(_ response: hearth_response) {
        self.init(
            status: response.status, body: response.body.string, contentType: response.content_type.string,
            headers: UnsafeBufferPointer(start: response.headers, count: Int(response.header_count)).map {
                "\($0.name.string): \($0.value.string)"
            })
    }
}
