/// Why migrations or seeds were refused or failed.
public struct MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path of the file, when one is to blame.
    public var file: String?
    /// The line in it, counted from 1.
    public var line: Int?
    /// One sentence for people.
    public var message: String

    /// Makes an error.
    public init(_ message: String, file: String? = nil, line: Int? = nil) {
        self.message = message
        self.file = file
        self.line = line
    }

    /// `migrations/0002_targets.sql:7: …`
    public var description: String {
        guard let file else { return message }
        return line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}
