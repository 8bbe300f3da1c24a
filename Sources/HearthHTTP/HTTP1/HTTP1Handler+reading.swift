import HTTPTypes
import NIOCore

extension HTTP1Handler {
    /// Goes on as far as the bytes that have arrived allow. Answers to pipelined requests are flushed together.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while step() {}
        isProcessing = false
        if needsFlush {
            needsFlush = false
            context?.flush()
        }
        releaseRead()
    }

    /// Whether there may be more to do.
    private func step() -> Bool {
        switch phase {
        case .idle, .head: readHead()
        case .serving: readBody()
        case .discarding: discardBody()
        case .lingering, .closed: false
        }
    }

    private func readHead() -> Bool {
        guard let context, context.channel.isWritable else { return false }
        guard input.readableBytes > 0 else {
            if inputIsClosed { hangUp(context, wasReadWhole: true) }
            return false
        }
        switch parser.parse(&input) {
        case .incomplete:
            if inputIsClosed {
                hangUp(context, wasReadWhole: true)
            } else if phase == .idle {
                phase = .head
                arm(timeouts.header)
            }
            return false
        case .refused(let error):
            refuse(error)
            return false
        case .head(let head):
            begin(head)
            return true
        }
    }

    private func begin(_ head: RequestHead) {
        if case .length(let length) = head.framing, length > limits.body {
            refuse(.bodyTooLarge(limit: limits.body))
            return
        }
        requests += 1
        phase = .serving
        deadline.clear()
        var decoder = RequestBodyDecoder(head.framing, limit: limits.body)
        let body: RequestBody
        var stream: BodyStream?
        if decoder.isAtEnd {
            body = .empty
        } else {
            do throws(HTTPError) {
                let piece = try decoder.next(&input)
                let second = try piece == nil || decoder.isAtEnd ? nil : decoder.next(&input)
                if decoder.isAtEnd, second == nil {
                    body = RequestBody(bytes: piece ?? ByteBuffer())
                } else {
                    let open = makeStream(length: decoder.isAtEnd ? nil : decoder.remaining.map { $0 + decoder.received })
                    if let piece { open.feed(piece) }
                    if let second { open.feed(second) }
                    if decoder.isAtEnd { open.end(.success(())) }
                    body = RequestBody(stream: open)
                    stream = open
                }
            } catch {
                refuse(error)
                return
            }
        }
        var id: String?
        if head.notable.contains(.requestID) { id = head.headers[.requestID].flatMap { RequestID.isSane($0) ? $0 : nil } }
        let request = ServerRequest(
            id: id ?? RequestID.make(), method: head.method, path: head.path, query: head.query, headers: head.headers,
            authority: head.authority, body: body,
            remoteAddress: answerer.configuration.trustedProxies.sender(peer: remoteAddress, headers: head.headers),
            scheme: scheme, version: head.version)
        serve(
            HTTP1Exchange(
                number: requests, request: request, notable: head.notable, began: .now(), keepsAlive: head.keepsAlive,
                decoder: decoder, stream: stream, awaitsContinue: head.expectsContinue))
    }

    private func makeStream(length: Int?) -> BodyStream {
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        return BodyStream(length: length) {
            eventLoop.execute { handler.value.bodyIsWanted() }
        }
    }

    private func bodyIsWanted() {
        guard let context, var exchange, exchange.stream != nil, !exchange.decoder.isAtEnd else { return }
        if exchange.bodyIsHeld || exchange.awaitsContinue {
            exchange.bodyBegan = .now()
            exchange.bodyBase = exchange.decoder.received
            exchange.bodyIsHeld = false
        }
        let mustContinue = exchange.awaitsContinue && exchange.decoder.received == 0
        exchange.awaitsContinue = false
        self.exchange = exchange
        if mustContinue {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
        waitForBody()
        releaseRead()
    }

    /// Starts the task that serves a request.
    private func serve(_ exchange: HTTP1Exchange) {
        self.exchange = exchange
        if exchange.stream != nil, !exchange.decoder.isAtEnd, !exchange.awaitsContinue { waitForBody() }
        let (answerer, request, notable, number) = (answerer, exchange.request, exchange.notable, exchange.number)
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        let task = Task.immediate(executorPreference: executor) {
            let answer = await answerer.answer(request, notable)
            await HTTP1Handler.send(answer, number, through: handler, on: eventLoop, by: answerer)
        }
        if self.exchange?.number == number { self.exchange?.task = task }
    }

    /// A body must come at a rate: what has come buys time for the rest.
    private func waitForBody() {
        guard let exchange else { return }
        let bought =
            Int64(exchange.decoder.received - exchange.bodyBase) * 1_000_000_000 / Int64(max(1, timeouts.minimumBodyRate))
        arm(until: exchange.bodyBegan + timeouts.bodyGrace + .nanoseconds(bought))
    }

    private func readBody() -> Bool {
        guard var exchange, let stream = exchange.stream, !exchange.decoder.isAtEnd else { return false }
        do throws(HTTPError) {
            while let piece = try exchange.decoder.next(&input) { stream.feed(piece) }
        } catch {
            exchange.keepsAlive = false
            exchange.stream = nil
            self.exchange = exchange
            deadline.clear()
            stream.end(.failure(error))
            return false
        }
        // When too much waits, the handler is the slow one.
        exchange.bodyIsHeld = stream.buffered > HTTP1Exchange.bufferedBody
        self.exchange = exchange
        if exchange.decoder.isAtEnd {
            deadline.clear()
            stream.end(.success(()))
        } else if exchange.bodyIsHeld {
            deadline.clear()
        } else if !exchange.isAnswering {
            waitForBody()
        }
        return false
    }

    private func discardBody() -> Bool {
        guard var exchange else { return false }
        do throws(HTTPError) {
            while try exchange.decoder.next(&input) != nil {}
        } catch {
            close()
            return false
        }
        self.exchange = exchange
        guard exchange.decoder.isAtEnd else {
            if inputIsClosed { close() }
            return false
        }
        nextRequest()
        return true
    }

    /// Answers what is no request, and hangs up.
    func refuse(_ error: HTTPError) {
        let answer = answerer.refusal(error, requestID: RequestID.make())
        let request = ServerRequest(id: answer.requestID, method: .get, path: "", remoteAddress: remoteAddress)
        let exchange = HTTP1Exchange(
            number: requests + 1, request: request, notable: [], began: .now(), keepsAlive: false,
            decoder: RequestBodyDecoder(.chunked, limit: 0), stream: nil, awaitsContinue: false)
        requests += 1
        phase = .serving
        self.exchange = exchange
        finish(answer, exchange.number)
    }

    func timeOut() {
        switch phase {
        case .idle, .lingering, .discarding, .closed:
            close()
        case .head:
            refuse(HTTPError(.requestTimeout, "The request took too long to arrive"))
        case .serving:
            guard let exchange else { return close() }
            if exchange.isAnswering {
                close()
            } else {
                self.exchange?.keepsAlive = false
                exchange.stream?.end(.failure(HTTPError(.requestTimeout, "The body took too long to arrive")))
            }
        }
    }

    func arm(_ amount: TimeAmount) {
        arm(until: .now() + amount)
    }

    func arm(until time: NIODeadline) {
        guard let fire else { return }
        deadline.set(time, on: eventLoop, fire)
    }

    func timerFired() {
        guard let fire, deadline.isReached(on: eventLoop, fire) else { return }
        timeOut()
    }
}
