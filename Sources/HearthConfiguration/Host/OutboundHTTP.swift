/// What becomes of the requests that plugins send to other servers.
public enum OutboundHTTP: Sendable, Equatable {
    /// They are sent.
    case live
    /// They are sent, and written to a file with their responses.
    case record(String)
    /// They are answered from a file.
    case replay(String)

    /// Reads `live`, `record:FILE` or `replay:FILE`.
    init?(_ text: String) {
        let file = text.split(separator: ":", maxSplits: 1).dropFirst().first.map(String.init)
        switch (text, file) {
        case ("live", _): self = .live
        case (_, let file?) where text.hasPrefix("record:"): self = .record(file)
        case (_, let file?) where text.hasPrefix("replay:"): self = .replay(file)
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .live: "live"
        case .record(let file): "record:\(file)"
        case .replay(let file): "replay:\(file)"
        }
    }
}
