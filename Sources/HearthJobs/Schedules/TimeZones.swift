import Foundation
import Synchronization

/// Time zones by IANA name, each read once.
public enum TimeZones {
    private static let known = Mutex<[String: LocalZone]>([:])

    /// A zone; nil when there is none of that name.
    public static func zone(_ name: String) -> LocalZone? {
        if let zone = known.withLock({ $0[name] }) { return zone }
        // Foundation also takes abbreviations and offsets, which say nothing about daylight saving.
        guard name == "UTC" || name.contains("/") || TimeZone.knownTimeZoneIdentifiers.contains(name),
            !name.contains(".."), let zone = TimeZone(identifier: name)
        else { return nil }
        let local = LocalZone(zone, name: name)
        known.withLock { $0[name] = local }
        return local
    }
}

/// The local time of a time zone.
public final class LocalZone: Sendable {
    /// Its IANA name.
    public let name: String
    private let zone: TimeZone
    private static let day: Int64 = 86_400_000_000

    init(_ zone: TimeZone, name: String) {
        self.zone = zone
        self.name = name
    }

    /// Coordinated universal time.
    public static let utc = LocalZone(.gmt, name: "UTC")

    /// How far local time is ahead of UTC at an instant, in microseconds.
    func offset(at instant: Int64) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(instant) / 1_000_000)
        return Int64(zone.secondsFromGMT(for: date)) * 1_000_000
    }

    /// The local day of an instant.
    ///
    /// - Parameter instant: microseconds since 1970-01-01 00:00 UTC
    /// - Returns: days since 1970-01-01
    public func date(at instant: Int64) -> Int32 {
        let local = instant + offset(at: instant)
        return Int32(clamping: local >= 0 ? local / Self.day : (local - Self.day + 1) / Self.day)
    }

    /// The local time of an instant.
    ///
    /// - Parameter instant: microseconds since 1970-01-01 00:00 UTC
    /// - Returns: microseconds since 00:00 of its local day
    public func time(at instant: Int64) -> Int64 {
        instant + offset(at: instant) - Int64(date(at: instant)) * Self.day
    }

    /// The first instant of a local day. With daylight saving that need not be midnight: where the clock jumps over it, the
    /// day begins at the jump.
    public func start(of date: Int32) -> Int64 {
        let midnight = Int64(date) * Self.day
        // Midnight by the offsets before and after a change that may lie on either side of it.
        let candidates = [-1, 0, 1].map { midnight - offset(at: midnight + $0 * Self.day) }.sorted()
        if let first = candidates.first(where: { self.date(at: $0) == date && self.date(at: $0 - 1) < date }) { return first }
        // The clock jumps over midnight: the day begins at the instant of the change, found by halving.
        var before = midnight - 2 * Self.day
        var after = midnight + 2 * Self.day
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if self.date(at: middle) < date { before = middle } else { after = middle }
        }
        return after
    }
}
