/// A password as typed: byte for byte, neither normalised nor truncated, and never shown.
struct Password: Sendable {
    /// bcrypt does not look beyond, so a longer password would be as good as its beginning.
    static let maximumBytes = 72

    /// Why a text cannot be a password.
    enum Refusal: Error, Equatable {
        case tooLong
        case containsNUL

        /// One sentence for people.
        var message: String {
            switch self {
            case .tooLong: "Password should have at most \(Password.maximumBytes) bytes in UTF-8"
            case .containsNUL: "Password must not contain the character NUL"
            }
        }
    }

    let text: String

    init(_ text: String) throws(Refusal) {
        // The length first: it costs nothing, whatever somebody sends.
        if text.utf8.count > Self.maximumBytes { throw .tooLong }
        if text.utf8.contains(0) { throw .containsNUL }
        self.text = text
    }
}

extension Password: CustomStringConvertible, CustomReflectable {
    var description: String { "(password)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
