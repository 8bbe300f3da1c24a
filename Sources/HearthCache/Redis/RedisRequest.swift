/// A command in the form in which it is sent: an array of strings of the Redis protocol.
struct RedisRequest: Sendable {
    private(set) var bytes: [UInt8] = []

    /// - Parameter count: how many words follow
    init(words count: Int) {
        bytes.reserveCapacity(64)
        header(UInt8(ascii: "*"), count)
    }

    init(_ words: String...) {
        self.init(words: words.count)
        for word in words { append(word) }
    }

    private mutating func header(_ mark: UInt8, _ count: Int) {
        bytes.append(mark)
        bytes.append(contentsOf: String(count).utf8)
        end()
    }

    private mutating func end() {
        bytes.append(13)
        bytes.append(10)
    }

    mutating func append(_ word: String) {
        header(UInt8(ascii: "$"), word.utf8.count)
        bytes.append(contentsOf: word.utf8)
        end()
    }

    mutating func append(_ word: [UInt8]) {
        header(UInt8(ascii: "$"), word.count)
        bytes.append(contentsOf: word)
        end()
    }
}

extension RedisRequest {
    /// The request of a command that is a single one; nil for those that are scripts or take several.
    init?(_ command: CacheCommand) {
        switch command {
        case .get(let key): self.init("GET", key)
        case .set(let key, let value, let ttl):
            self.init(words: ttl == nil ? 3 : 5)
            append("SET")
            append(key)
            append(value)
            if let ttl {
                append("PX")
                append(String(ttl.wholeMilliseconds))
            }
        case .delete(let key): self.init("DEL", key)
        case .increment(let key, let amount, nil): self.init("INCRBY", key, String(amount))
        case .publish(let channel, let message):
            self.init(words: 3)
            append("PUBLISH")
            append(channel)
            append(message)
        case .leave(let set, let member): self.init("ZREM", set, member)
        case .deletePrefix, .increment, .compareAndSet, .take, .append, .read, .join, .members: return nil
        }
    }

    /// A step through all keys that begin with a prefix.
    static func scan(_ prefix: String, from cursor: String) -> RedisRequest {
        var pattern = ""
        for character in prefix.unicodeScalars {
            if #"*?[]\"#.unicodeScalars.contains(character) { pattern.unicodeScalars.append("\\") }
            pattern.unicodeScalars.append(character)
        }
        return RedisRequest("SCAN", cursor, "MATCH", pattern + "*", "COUNT", "1000")
    }

    static func unlink(_ keys: [RedisReply]) -> RedisRequest {
        var request = RedisRequest(words: keys.count + 1)
        request.append("UNLINK")
        for case .bytes(let key) in keys { request.append(key) }
        return request
    }
}

extension Duration {
    /// In milliseconds, rounded up.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
