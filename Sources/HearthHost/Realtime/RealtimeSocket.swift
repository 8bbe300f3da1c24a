import HearthCache
import HearthHTTP
import HearthJSON
import HearthThreads
import NIOCore
import Synchronization

/// A client of `/api/ws`: serves its requests one after the other, in JSON; docs/realtime.md describes them.
final class RealtimeSocket: WebSocketReceiver {
    /// Requests in a second, on average, and in one go, in which all subscriptions must fit; with more the connection is closed.
    private static let rate = (perSecond: 20.0, burst: 150.0)
    /// Requests that may wait for one before them.
    private static let waiting = 150

    private struct State {
        var tokens = rate.burst
        var refilled: Deadline
        var isBusy = false
        var requests: [JSONObject] = []
    }

    private let client: RealtimeClient
    private let socket: WebSocket
    private let hub: RealtimeHub
    private let clock: any HostClock
    private let state: Mutex<State>

    init(_ actor: Actor, _ socket: WebSocket, hub: RealtimeHub, clock: any HostClock) {
        client = RealtimeClient(actor, .socket(socket))
        self.socket = socket
        self.hub = hub
        self.clock = clock
        state = Mutex(State(refilled: clock.uptime))
        hub.connected(client)
        client.send(RealtimeFrames.welcome("\(actor.userID)"))
    }

    func closed(_ code: WebSocketCloseCode) { hub.disconnected(client) }

    func received(_ message: WebSocketMessage) {
        guard takeToken() else {
            client.send(RealtimeFrames.error("too_many_requests", "Too many requests"))
            return socket.close(.policyViolation, "Too many requests")
        }
        guard message.kind == .text,
            case .object(let request)? = try? JSONValue(parsing: String(buffer: message.content), maximumDepth: 8)
        else {
            return client.send(RealtimeFrames.error("bad_request", "A request is a JSON object in a text message"))
        }
        let (isFree, isTooMuch) = state.withLock { state in
            if state.isBusy {
                state.requests.append(request)
                return (false, state.requests.count > Self.waiting)
            }
            state.isBusy = true
            return (true, false)
        }
        if isTooMuch { return socket.close(.policyViolation, "Too many requests wait") }
        if isFree { serve(request) }
    }

    private func takeToken() -> Bool {
        let now = clock.uptime
        return state.withLock { state in
            let passed = Double(Int64(clamping: Int128(now.uptimeNanoseconds) - Int128(state.refilled.uptimeNanoseconds))) / 1e9
            state.refilled = now
            state.tokens = min(Self.rate.burst, state.tokens + max(0, passed) * Self.rate.perSecond)
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            return true
        }
    }

    /// Serves a request, then those that have come meanwhile.
    private func serve(_ request: JSONObject) {
        guard let ref = Self.ref(of: request) else {
            client.send(RealtimeFrames.error("bad_request", "ref is a number or a text of at most 64 bytes"))
            return next()
        }
        switch request["type"] {
        case .string("ping"): client.send(RealtimeFrames.pong(ref: ref))
        case .string("unsubscribe"):
            if let (name, topic) = topic(of: request, ref) {
                client.send(
                    hub.unsubscribe(topic, client)
                        ? RealtimeFrames.unsubscribed(name, ref: ref)
                        : RealtimeFrames.error("not_subscribed", "This topic is not subscribed to", topic: name, ref: ref))
            }
        case .string("subscribe"):
            if let (name, topic) = topic(of: request, ref), let since = since(of: request, name, ref) {
                Task {
                    await subscribe(topic, name, since: since, ref)
                    next()
                }
                return
            }
        default:
            client.send(RealtimeFrames.error("bad_request", "type is subscribe, unsubscribe or ping", ref: ref))
        }
        next()
    }

    private func next() {
        let request = state.withLock { state -> JSONObject? in
            if state.requests.isEmpty {
                state.isBusy = false
                state.requests = []
                return nil
            }
            return state.requests.removeFirst()
        }
        if let request { socket.eventLoop.execute { self.serve(request) } }
    }

    private func subscribe(_ topic: Topic, _ name: String, since: LogPosition?, _ ref: JSONValue?) async {
        if client.subscriptions.count >= RealtimeHub.subscriptionLimit, !client.subscriptions.contains(topic) {
            return client.send(
                RealtimeFrames.error(
                    "too_many_subscriptions", "A connection has at most \(RealtimeHub.subscriptionLimit) subscriptions",
                    topic: name, ref: ref))
        }
        if let refusal = await hub.refusal(of: topic, for: client.actor) {
            return client.send(RealtimeFrames.error(refusal.code, refusal.message, topic: name, ref: ref))
        }
        await hub.join(topic, client, since: since) { end, isMissing in
            RealtimeFrames.subscribed(topic, end, isMissing: isMissing, ref: ref)
        }
    }

    private func topic(of request: JSONObject, _ ref: JSONValue?) -> (String, Topic)? {
        guard case .string(let name)? = request["topic"] else {
            client.send(RealtimeFrames.error("bad_request", "topic is missing", ref: ref))
            return nil
        }
        guard let topic = Topic(name, of: client.actor.userID) else {
            client.send(RealtimeFrames.error("unknown_topic", "There is no such topic", ref: ref))
            return nil
        }
        return (name, topic)
    }

    /// nil when it is no id; nil inside when there is none.
    private func since(of request: JSONObject, _ name: String, _ ref: JSONValue?) -> LogPosition?? {
        let since = request["since"] ?? .null
        if since == .null { return .some(nil) }
        if case .string(let text) = since, let position = LogPosition(text) { return .some(position) }
        client.send(RealtimeFrames.error("bad_request", "since is an id of an event", topic: name, ref: ref))
        return nil
    }

    /// What a client may have sent back, no more than a number or a short text; nil when it is something else, nil inside when
    /// there is none.
    private static func ref(of request: JSONObject) -> JSONValue?? {
        let ref = request["ref"] ?? .null
        switch ref {
        case .null: return .some(nil)
        case .integer, .number: return .some(ref)
        case .string(let text) where text.utf8.count <= 64: return .some(ref)
        default: return nil
        }
    }
}

extension LogPosition {
    /// A place in no log that there is.
    static let unknown = LogPosition(epoch: "?", number: .max)
}
