import Foundation
import Glibc

/// A key that never shows in text.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    static let minimumBytes = 32

    /// The key.
    public let bytes: [UInt8]

    /// Takes a key; nil when it is shorter than 32 bytes.
    init?(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.count < Self.minimumBytes { return nil }
    }

    /// Never the key.
    public var description: String { "(secret)" }
    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension HostEnvironment {
    /// What tokens are signed with: `SECRET_KEY`, or the key in the data folder, which is made when it is missing.
    ///
    /// - Throws: a key file that cannot be made, is too short or is readable by others.
    public func signingKey() throws(ConfigurationErrors) -> Secret {
        if let givenSecretKey { return givenSecretKey }
        let path = FilePath.resolve("secret.key", in: dataFolder)
        if !FileManager.default.fileExists(atPath: path) { try makeKeyFile(at: path) }
        func refused(_ message: String) -> ConfigurationErrors {
            ConfigurationErrors([ConfigurationError(file: path, message: message)])
        }
        guard let text = FileManager.default.contents(atPath: path).flatMap({ String(validating: $0, as: UTF8.self) }) else {
            throw refused("the secret key cannot be read")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw refused("the secret key can be read by other users; run `chmod 600 \(path)`")
        }
        guard let key = Secret(String(text.prefix { !$0.isNewline })) else {
            throw refused("expected a secret key of at least \(Secret.minimumBytes) bytes; delete the file to have one made")
        }
        return key
    }

    /// Makes the key under another name and links it into place, so that of two hosts that start at once both use the
    /// same whole key.
    private func makeKeyFile(at path: String) throws(ConfigurationErrors) {
        func failed(_ what: String) -> ConfigurationErrors {
            let reason = String(cString: strerror(errno))
            return ConfigurationErrors([ConfigurationError(file: path, message: "\(what): \(reason)")])
        }
        do {
            try FileManager.default.createDirectory(
                atPath: dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ConfigurationErrors([.init(file: dataFolder, key: "HEARTH_DATA", message: "the data folder cannot be made")])
        }
        var random = SystemRandomNumberGenerator()
        let key = (0..<4).map { _ in
            let word = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
        let draft = "\(path).\(getpid()).\(random.next() as UInt64)"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failed("the secret key cannot be made") }
        defer { unlink(draft) }
        let line = Array((key + "\n").utf8)
        let written = write(file, line, line.count)
        let synced = fsync(file)
        close(file)
        guard written == line.count, synced == 0 else { throw failed("the secret key cannot be written") }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failed("the secret key cannot be put in place") }
    }
}
