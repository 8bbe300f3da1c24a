import Glibc

/// Writes mails into a folder, a file `ID.eml` each, for tests and for programs that fetch them from there. A mail that is delivered
/// again is the same file.
public struct FolderTransport: MailTransport {
    private let folder: String

    /// - Parameter folder: an existing folder
    public init(_ folder: String) { self.folder = folder }

    /// Writes a mail: it is there whole or not at all.
    public func deliver(_ mail: Mail, handingOver: @escaping @Sendable () async -> Bool) async -> MailOutcome {
        let path = "\(folder)/\(mail.id).eml"
        let draft = "\(folder)/.\(mail.id).\(UInt64.random(in: 0 ... .max))"
        let bytes = mail.message
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard file >= 0 else { return .failed("\(draft) cannot be made: \(Self.reason)") }
        defer { unlink(draft) }
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let reason = Self.reason
        close(file)
        guard isWritten else { return .failed("\(draft) cannot be written: \(reason)") }
        guard rename(draft, path) == 0 else { return .failed("\(path) cannot be made: \(Self.reason)") }
        return .accepted
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
