import HearthThreads

/// When a call is tried again.
enum Retrying {
    /// The pause before the second attempt, doubled before each further one.
    static let firstPause = Duration.milliseconds(200)
    /// The longest pause, unless the server asks for a longer one.
    static let longestPause = Duration.seconds(10)

    /// Answers that say that the same request may succeed later.
    static let statuses: Set<Int> = [429, 502, 503, 504]

    /// How long to wait after an attempt: what the server asks for, or a pause that grows, anywhere between half of it and the
    /// whole, so that callers who failed together do not come back together.
    ///
    /// - Parameters:
    ///   - attempt: counted from 1
    ///   - retryAfter: the field of that name
    ///   - now: microseconds since 1970, for a date in it
    static func pause(after attempt: Int, retryAfter: String?, now: Int64) -> Duration {
        if let retryAfter, let asked = duration(of: retryAfter, now: now) { return asked }
        let whole = min(longestPause, firstPause * (1 << min(attempt - 1, 10)))
        return whole * Double.random(in: 0.5...1)
    }

    /// Reads `Retry-After`: seconds, or a date.
    static func duration(of text: String, now: Int64) -> Duration? {
        if let seconds = Int64(text), (0...31_536_000).contains(seconds) { return .seconds(seconds) }
        guard let moment = HTTPDate.seconds(text) else { return nil }
        return max(.zero, .microseconds(moment * 1_000_000 - now))
    }
}

/// The date of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970; nil for what is none, the two forms that nobody sends any more included.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", let day = Int64(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])).map({ Int64($0) + 1 }), let year = Int64(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        // Days since 1970 of the proleptic Gregorian calendar, with years that begin in March.
        let marchYear = month > 2 ? year : year - 1
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }
}
