import AsyncHTTPClient
import HearthJSON
import NIOCore
import NIOHTTP1
import Synchronization

/// A device of a user that listens to what happens, at `/api/events/stream`.
final class EventStream: Sendable {
    /// Something that has happened.
    struct Event: Sendable, Equatable {
        let name: String
        let data: JSONValue
    }

    private struct State {
        var isOpen = false
        var events: [Event] = []
    }

    private let state = Mutex(State())
    private let reading = Mutex<Task<Void, Never>?>(nil)

    /// Listens to what concerns a user alone, from now on.
    ///
    /// - Parameter client: with the user's token
    static func open(_ client: TestClient) async throws -> EventStream {
        let stream = EventStream()
        let response = try await client.open("/api/events/stream?topic=user")
        guard response.status == .ok else { throw Refused(status: Int(response.status.code)) }
        stream.reading.withLock { reading in
            reading = Task { [stream] in
                var line: [UInt8] = []
                do {
                    for try await piece in response.body {
                        for byte in piece.readableBytesView {
                            guard byte == UInt8(ascii: "\n") else {
                                line.append(byte)
                                continue
                            }
                            stream.take(String(decoding: line, as: UTF8.self))
                            line = []
                        }
                    }
                } catch {}
            }
        }
        _ = await eventually { stream.state.withLock { $0.isOpen } }
        return stream
    }

    /// What has happened so far.
    var events: [Event] { state.withLock { $0.events } }

    /// The names of what has happened so far.
    var names: [String] { events.map(\.name) }

    /// Hangs up.
    func close() { reading.withLock { $0?.cancel() } }

    private func take(_ line: String) {
        guard line.hasPrefix("data: "), let frame = try? JSONValue(parsing: String(line.dropFirst(6))) else { return }
        state.withLock { state in
            switch frame["type"]?.string {
            case "subscribed": state.isOpen = true
            case "event": state.events.append(Event(name: frame["event"]?.string ?? "", data: frame["data"] ?? .null))
            default: break
            }
        }
    }

    struct Refused: Error { let status: Int }
}
