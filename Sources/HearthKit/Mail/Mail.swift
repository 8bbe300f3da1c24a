import HearthJSON

/// A mail of a plugin, with the type of what stands in it: the template `templates/mail/NAME.LANGUAGE.txt` with, if there is one, the
/// page `.html` beside it.
///
/// ```swift
/// static let reminder = Mail<Reminder>("reminder")
/// ```
public struct Mail<Values: JSONEncodable & Sendable>: Sendable {
    /// The name of the template.
    public let name: String

    /// - Parameter name: Lower-case letters, digits, underscores.
    public init(_ name: String) { self.name = name }
}

/// To whom a mail goes.
public enum MailRecipient: Sendable, Hashable {
    /// A user, wherever he has his mail when it leaves, in his language.
    case user(UUID)
    /// Somebody who is no user.
    case address(String)
}
