import HearthKit

/// The hours in which a user's devices are told nothing, in his own time zone; over midnight if they
/// end earlier than they begin, and the whole day if at the same time.
struct QuietHours: Input, Output, Hashable {
    var from = LocalTime(microseconds: 0)
    var until = LocalTime(microseconds: 0)

    static let schema = Schema<QuietHours>("QuietHours") {
        Field("from", \.from, .required, .example("22:00:00"))
        Field("until", \.until, .required, .example("07:00:00"))
    }

    /// Whether a local time lies in them.
    func contains(_ time: LocalTime) -> Bool {
        from < until ? from <= time && time < until : from <= time || time < until
    }

    /// How long they still last.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - zone: Where the user is.
    ///   - time: Tells what a clock on the wall shows at a moment.
    /// - Returns: nil when it is not quiet.
    func rest(at now: Timestamp, time: (Timestamp) throws -> LocalTime) rethrows -> Duration? {
        let present = try time(now)
        guard contains(present) else { return nil }
        let rest = Self.distance(from: present, to: until)
        // A clock that is set meanwhile comes to the end earlier or later than that.
        let error = Self.distance(from: until, to: try time(now + rest))
        let corrected = rest - (error > .seconds(43_200) ? error - .seconds(86_400) : error)
        guard corrected > .zero, try !contains(time(now + corrected)) else { return max(rest, .seconds(1)) }
        return corrected
    }

    private static func distance(from time: LocalTime, to later: LocalTime) -> Duration {
        let difference = later.microseconds - time.microseconds
        return .microseconds(difference >= 0 ? difference : difference + 86_400_000_000)
    }
}
