/// What takes several steps of Redis that nothing may come between: one script each, sent by the digest that Redis has told
/// when it was loaded, and in full when Redis has forgotten it.
enum RedisScript: Int, CaseIterable, Sendable {
    case increment
    case compareAndSet
    case take
    case append
    case read
    case join
    case members

    /// The text. `KEYS[1]` is the key.
    var text: String {
        switch self {
        case .increment:
            // ARGV: amount, milliseconds to live from the beginning.
            """
            local isNew = redis.call('EXISTS', KEYS[1]) == 0
            local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
            if isNew then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return sum
            """
        case .compareAndSet:
            // ARGV: whether a value is expected, which; whether there is a new one, which; milliseconds to live, or 0.
            """
            local value = redis.call('GET', KEYS[1])
            if ARGV[1] == '0' then
                if value then return 0 end
            elseif value ~= ARGV[2] then
                return 0
            end
            if ARGV[3] == '0' then
                redis.call('DEL', KEYS[1])
            elseif ARGV[5] == '0' then
                redis.call('SET', KEYS[1], ARGV[4])
            else
                redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
            end
            return 1
            """
        case .take:
            // ARGV: limit, milliseconds of the window, cost. A fixed window that begins with the first take, as in the
            // documentation of INCR, with the check before the count: what is refused costs nothing.
            """
            local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            local value = redis.call('GET', KEYS[1])
            local taken = tonumber(value or '0')
            if not taken then return redis.error_reply('WRONGTYPE the value is no limit') end
            local isAllowed = cost <= limit - taken
            local reset = 0
            if value then
                reset = redis.call('PTTL', KEYS[1])
                if isAllowed then redis.call('INCRBY', KEYS[1], ARGV[3]) end
                if reset < 0 then
                    redis.call('PEXPIRE', KEYS[1], ARGV[2])
                    reset = window
                end
                reset = math.max(1, reset)
            elseif isAllowed then
                redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
                reset = window
            end
            if isAllowed then taken = taken + cost end
            return {isAllowed and 1 or 0, math.max(0, limit - taken), reset}
            """
        case .append:
            // A hash: the epoch, the last number, and under their numbers the latest messages. ARGV: message, how many are
            // kept, milliseconds to live, the epoch in case that the log begins. The message goes out as it is numbered, so
            // subscribers see the numbers in their order.
            """
            redis.call('HSETNX', KEYS[1], 'epoch', ARGV[4])
            local epoch = redis.call('HGET', KEYS[1], 'epoch')
            local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
            redis.call('HSET', KEYS[1], tostring(number), ARGV[1])
            redis.call('HDEL', KEYS[1], tostring(number - tonumber(ARGV[2])))
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            redis.call('PUBLISH', KEYS[1], epoch .. '-' .. tostring(number) .. ' ' .. ARGV[1])
            return {epoch, number}
            """
        case .read:
            // ARGV: after which number, milliseconds to live, the epoch in case that the log begins.
            """
            redis.call('HSETNX', KEYS[1], 'epoch', ARGV[3])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            local number = tonumber(redis.call('HGET', KEYS[1], 'number') or '0')
            local answer = {redis.call('HGET', KEYS[1], 'epoch'), number}
            local kept = {}
            local next = number
            while next > tonumber(ARGV[1]) do
                local message = redis.call('HGET', KEYS[1], tostring(next))
                if not message then break end
                kept[#kept + 1] = message
                next = next - 1
            end
            for index = #kept, 1, -1 do answer[#answer + 1] = kept[index] end
            return answer
            """
        case .join:
            // A sorted set of members by the time when they end. ARGV: member, milliseconds.
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
            redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 1
            """
        case .members:
            """
            local time = redis.call('TIME')
            return redis.call('ZRANGEBYSCORE', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), '+inf')
            """
        }
    }

    /// The script of a command with its arguments; nil when it needs none.
    static func call(_ command: CacheCommand) -> (script: RedisScript, key: String, arguments: [[UInt8]])? {
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        switch command {
        case .increment(let key, let amount, let ttl?):
            return (.increment, key, [text(amount), text(ttl.wholeMilliseconds)])
        case .compareAndSet(let key, let expected, let new, let ttl):
            return (
                .compareAndSet, key,
                [
                    text(expected == nil ? 0 : 1), expected ?? [], text(new == nil ? 0 : 1), new ?? [],
                    text(ttl?.wholeMilliseconds ?? 0),
                ]
            )
        case .take(let key, let limit, let window, let cost):
            return (.take, key, [text(limit), text(window.wholeMilliseconds), text(cost)])
        case .append(let log, let message, let keeping, let ttl):
            return (
                .append, log,
                [message, text(Int64(keeping)), text(ttl.wholeMilliseconds), Array(LocalLogs.epoch().utf8)]
            )
        case .read(let log, let number, let ttl):
            return (.read, log, [text(number), text(ttl.wholeMilliseconds), Array(LocalLogs.epoch().utf8)])
        case .join(let set, let member, let ttl): return (.join, set, [Array(member.utf8), text(ttl.wholeMilliseconds)])
        case .members(let set): return (.members, set, [])
        default: return nil
        }
    }

    /// The request that runs it.
    ///
    /// - Parameter digest: as Redis has told; nil sends the text
    func request(_ key: String, _ arguments: [[UInt8]], digest: String?) -> RedisRequest {
        var request = RedisRequest(words: 4 + arguments.count)
        request.append(digest == nil ? "EVAL" : "EVALSHA")
        request.append(digest ?? text)
        request.append("1")
        request.append(key)
        for argument in arguments { request.append(argument) }
        return request
    }
}
