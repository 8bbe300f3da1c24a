import HearthAddresses

/// Where mails go.
public enum MailDestination: Sendable, Equatable {
    /// Into the log, for development: nobody gets them.
    case log
    /// Into files of a folder, one a mail.
    case folder(String)
    /// To a server that delivers them.
    case server(MailServer)

    /// Reads `log:`, `file:FOLDER`, `smtp://…` or `smtps://…`.
    init?(parsing text: String) {
        if text == "log:" {
            self = .log
        } else if text.hasPrefix("file:"), text.utf8.count > 5 {
            self = .folder(String(text.dropFirst(5)))
        } else if let server = MailServer(parsing: text) {
            self = .server(server)
        } else {
            return nil
        }
    }
}

/// A mail server, and how it is spoken to.
public struct MailServer: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// How the connection is protected.
    public enum Security: String, Sendable {
        /// TLS from the beginning: `smtps://`.
        case tls
        /// TLS after the greeting; without it no mail is sent.
        case starttls
        /// None.
        case none
    }

    /// Its name or address.
    public let host: String
    /// Its port.
    public let port: Int
    /// How the connection is protected.
    public let security: Security
    /// As whom to log in; nil for not at all.
    public let user: String?
    /// The password; never shown.
    public let password: String
    /// A PEM file with the authority that vouches for the server; nil for those of the system.
    public let authority: String?

    /// Reads `smtp://USER:PASSWORD@HOST:PORT?starttls=off&ca=FILE`; nil for anything else. Characters of user and password that mean
    /// something in an address are written as `%40` and the like.
    init?(parsing text: String) {
        guard let scheme = ["smtps://", "smtp://"].first(where: text.hasPrefix) else { return nil }
        let parts = text.dropFirst(scheme.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var place = parts[0]
        if place.hasSuffix("/") { place.removeLast() }
        if let at = place.lastIndex(of: "@") {
            let login = place[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard login.count == 2, let user = Self.decoded(login[0]), let password = Self.decoded(login[1]), !user.isEmpty else {
                return nil
            }
            (self.user, self.password) = (user, password)
            place = place[place.index(after: at)...]
        } else {
            (user, password) = (nil, "")
        }
        let isTLS = scheme == "smtps://"
        var name = place
        var number = isTLS ? 465 : 587
        // An address of version 6 stands in brackets, and has colons.
        if let colon = place.lastIndex(of: ":"), !place.hasSuffix("]") {
            guard let given = Int(place[place.index(after: colon)...]), (1...65_535).contains(given) else { return nil }
            name = place[..<colon]
            number = given
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ byte in byte > 0x20 && byte < 0x7F && !"/@?#%\\".utf8.contains(byte) }) else {
            return nil
        }
        var security = isTLS ? Security.tls : .starttls
        var authority: String?
        for parameter in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            switch (parameter, parameter.hasPrefix("ca=")) {
            case ("starttls=on", _) where !isTLS: break
            case ("starttls=off", _) where !isTLS: security = .none
            case (_, true):
                guard let file = Self.decoded(parameter.dropFirst(3)), !file.isEmpty else { return nil }
                authority = file
            default: return nil
            }
        }
        host = String(name)
        port = number
        self.security = security
        self.authority = authority
    }

    /// Without user and password.
    public var description: String { "\(security == .tls ? "smtps" : "smtp")://\(host):\(port)" }
    /// Without user and password.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The text behind `%40` and the like; nil when it is malformed or has control characters.
    private static func decoded(_ text: Substring) -> String? {
        guard let decoded = PercentEncoding.decode(text), decoded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        return decoded
    }
}
