/// Where something stands in a log. Numbers of different epochs cannot be compared: an epoch ends when the log is lost.
public struct LogPosition: Sendable, Hashable {
    /// Made anew each time that the log begins.
    public var epoch: String
    /// From 1 on, without gaps; 0 stands before the first.
    public var number: Int64

    /// Makes a position.
    public init(epoch: String, number: Int64) {
        self.epoch = epoch
        self.number = number
    }

    /// Reads what `description` has written; nil when it is nothing of the kind.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 32, let number = Int64(parts[1]), number >= 0 else {
            return nil
        }
        self.init(epoch: String(parts[0]), number: number)
    }
}

extension LogPosition: CustomStringConvertible {
    /// Epoch and number, for people and for clients that come back.
    public var description: String { "\(epoch)-\(number)" }
}

/// A message of a log with its place.
public struct LogEntry: Sendable, Equatable {
    /// Its place.
    public var position: LogPosition
    /// The message.
    public var message: [UInt8]

    /// Makes an entry.
    public init(position: LogPosition, message: [UInt8]) {
        self.position = position
        self.message = message
    }

    /// Reads an entry as it is sent to the subscribers of a log: the position, a space, the message.
    public init?(_ bytes: [UInt8]) {
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")),
            let position = LogPosition(String(decoding: bytes[..<space], as: UTF8.self))
        else { return nil }
        self.init(position: position, message: Array(bytes[(space + 1)...]))
    }

    /// As it is sent to the subscribers of a log.
    var bytes: [UInt8] { Array("\(position) ".utf8) + message }
}

/// A part of a log.
public struct LogEntries: Sendable, Equatable {
    /// Where the log ends at the moment.
    public var end: LogPosition
    /// What was asked for and is still kept, the oldest first and without gaps up to the end.
    public var messages: [[UInt8]]

    /// Makes a part.
    public init(end: LogPosition, messages: [[UInt8]]) {
        self.end = end
        self.messages = messages
    }

    /// The messages with their places.
    public var entries: [LogEntry] {
        messages.enumerated().map { index, message in
            LogEntry(
                position: LogPosition(epoch: end.epoch, number: end.number - Int64(messages.count - 1 - index)),
                message: message)
        }
    }

    /// Whether this is everything after a position: nothing was dropped, and the log is still the same.
    public func continues(_ position: LogPosition) -> Bool {
        position.epoch == end.epoch && position.number + Int64(messages.count) == end.number
    }
}
