public import HearthConfiguration

/// One mail to one person, ready to be composed.
public struct Mail: Sendable {
    /// What it is known by for ever: each attempt to send it has the same `Message-ID`.
    public var id: String
    /// From whom.
    public var sender: MailAddress
    /// To whom.
    public var recipient: MailAddress
    /// What it says.
    public var content: MailContent
    /// When it is sent, in microseconds since 1970-01-01 00:00 UTC.
    public var date: Int64

    /// - Parameters:
    ///   - id: what it is known by; letters, digits and hyphens
    ///   - sender: from whom
    ///   - recipient: to whom
    ///   - content: what it says
    ///   - date: microseconds since 1970-01-01 00:00 UTC
    public init(id: String, sender: MailAddress, recipient: MailAddress, content: MailContent, date: Int64) {
        self.id = id
        self.sender = sender
        self.recipient = recipient
        self.content = content
        self.date = date
    }

    /// The value of the header field `Message-ID`.
    public var messageID: String { "<\(id)@\(sender.domain)>" }
}

/// What a mail says.
public struct MailContent: Sendable, Equatable {
    /// A line.
    public var subject: String
    /// For those who read plain text.
    public var text: String
    /// For those who read HTML; nil when there is none.
    public var html: String?
    /// Such as `fr`.
    public var language: String

    /// - Parameters:
    ///   - subject: a line; line breaks and other control characters become spaces
    ///   - text: plain text
    ///   - html: the same as a page
    ///   - language: such as `fr`
    public init(subject: String, text: String, html: String? = nil, language: String) {
        let words = subject.unicodeScalars.split { $0.properties.generalCategory == .control || $0.properties.isWhitespace }
        self.subject = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
        self.text = text
        self.html = html
        self.language = language
    }
}
