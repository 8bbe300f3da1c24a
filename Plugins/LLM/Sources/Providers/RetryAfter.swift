import HearthKit

/// How long a provider asks to be left alone.
enum RetryAfter {
    /// Reads `retry-after-ms` and `retry-after`. A date is passed over: of the three providers none sends one, and it would have
    /// to be compared with a clock that may be wrong.
    ///
    /// - Parameter header: Finds a header field.
    static func pause(_ header: (String) -> String?) -> Duration? {
        if let milliseconds = header("retry-after-ms").flatMap(Double.init), isSensible(milliseconds / 1_000) {
            return .milliseconds(Int(milliseconds.rounded(.up)))
        }
        if let seconds = header("retry-after").flatMap(Double.init), isSensible(seconds) {
            return .milliseconds(Int((seconds * 1_000).rounded(.up)))
        }
        return nil
    }

    /// More than a day is a mistake, and so is what is no number.
    private static func isSensible(_ seconds: Double) -> Bool { seconds > 0 && seconds <= 86_400 }
}
