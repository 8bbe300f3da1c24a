/// An e-mail address with the name of who has it.
///
/// Only what needs no quoting and no extension of the protocol is one: so neither an address nor a name can smuggle a header
/// field or a command into a mail.
public struct MailAddress: Sendable, Equatable {
    /// Such as `Hearth`; empty for none.
    public let name: String
    /// Such as `no-reply@example.org`.
    public let address: String

    /// An address without a name; nil when it is none.
    public init?(_ address: String) {
        self.init(name: "", address)
    }

    /// Reads `no-reply@example.org` or `Hearth <no-reply@example.org>`; nil for anything else.
    public init?(parsing text: String) {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            self.init(text)
            return
        }
        let name = String(text[..<open].reversed().drop { $0 == " " }.reversed())
        let address = String(text[text.index(after: open)...].dropLast())
        self.init(name: name, address)
    }

    private init?(name: String, _ address: String) {
        guard Self.isAddress(address), name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            return nil
        }
        self.name = name
        self.address = address
    }

    /// Who sends mails that go nowhere.
    public static let local = MailAddress(checked: "hearth@localhost")

    private init(checked address: String) {
        name = "Hearth"
        self.address = address
    }

    /// What follows the `@`.
    public var domain: String { address.lastIndex(of: "@").map { String(address[address.index(after: $0)...]) } ?? "" }

    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 254, let at = text.utf8.lastIndex(of: 0x40) else { return false }
        let local = text.utf8[..<at]
        let domain = text.utf8[text.utf8.index(after: at)...]
        func hasSoundDots(_ part: Substring.UTF8View) -> Bool {
            part.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
        }
        return (1...64).contains(local.count) && hasSoundDots(local) && !domain.isEmpty && hasSoundDots(domain)
            && local.allSatisfy { isLetterOrDigit($0) || ".!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
            && domain.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E }
            && domain.first != 0x2D
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
