import CHearth

/// The log of the host on behalf of a context.
public struct Log: Sendable {
    let runtime: PluginRuntime
    let context: hearth_context

    /// What helps only while a feature is written.
    public func debug(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) { write(1, message, fields) }
    /// What an operator may want to know.
    public func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) { write(2, message, fields) }
    /// What an operator should look at some day.
    public func warning(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) { write(3, message, fields) }
    /// What an operator has to act on.
    public func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) { write(4, message, fields) }

    /// - Parameters:
    ///   - level: As in `core.h`.
    ///   - message: Without variable parts, so that equal events look equal.
    ///   - fields: The variable parts.
    private func write(_ level: hearth_log_level, _ message: String, _ fields: KeyValuePairs<String, String>) {
        message.lending { message in
            Pairs.lend(fields.map { (name: $0.key, value: $0.value) }) {
                runtime.core.pointee.log(runtime.host, context, level, message, $0.baseAddress, UInt64($0.count))
            }
        }
    }
}
