/// E-mail addresses: the part of RFC 5321 that is in use (no quoted names, no address literals, ASCII).
enum EmailText {
    static func fault(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return "An email address must have an @-sign." }
        let local = bytes[..<at]
        let domain = bytes[(at + 1)...]
        guard !local.isEmpty else { return "There must be something before the @-sign." }
        guard !domain.isEmpty else { return "There must be something after the @-sign." }
        guard local.count <= 64 else { return "The email address is too long before the @-sign." }
        guard bytes.count <= 254 else { return "The email address is too long." }
        return fault(local: local) ?? fault(domain: domain)
    }

    private static func fault(local: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard local.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: ".!#$%&'*+-/=?^_`{|}~") }) else {
            return "The email address contains invalid characters before the @-sign."
        }
        guard local.first != UInt8(ascii: ".") else { return "An email address cannot start with a period." }
        guard local.last != UInt8(ascii: ".") else {
            return "An email address cannot have a period immediately before the @-sign."
        }
        return hasTwoPeriods(local) ? "An email address cannot have two periods in a row." : nil
    }

    private static func fault(domain: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard domain.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: ".-") }) else {
            return "The part after the @-sign contains invalid characters."
        }
        guard domain.last != UInt8(ascii: ".") else { return "An email address cannot end with a period." }
        guard domain.first != UInt8(ascii: ".") else {
            return "An email address cannot have a period immediately after the @-sign."
        }
        guard !hasTwoPeriods(domain) else { return "An email address cannot have two periods in a row." }
        let labels = domain.split(separator: UInt8(ascii: "."))
        guard labels.count > 1 else { return "The part after the @-sign is not valid. It should have a period." }
        for label in labels {
            guard label.count <= 63 else { return "After the @-sign, periods cannot be separated by so many characters." }
            guard label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
                return "An email address cannot have a hyphen next to a period or the @-sign."
            }
        }
        return nil
    }

    private static func hasTwoPeriods(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ".") && $1 == UInt8(ascii: ".") }
    }
}

/// Absolute URIs (RFC 3986).
enum URIText {
    static func fault(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let first = bytes.first else { return "input is empty" }
        guard first.isLetter, let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            bytes[..<colon].allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: "+-.") })
        else { return "relative URL without a base" }
        var position = colon + 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "%") {
                guard position + 2 < bytes.count, bytes[position + 1].isHexadecimal, bytes[position + 2].isHexadecimal
                else { return "invalid percent-encoding" }
            } else if !(byte.isLetter || byte.isDigit || byte.isOne(of: "-._~:/?#[]@!$&'()*+,;=")) {
                return "invalid character at \(position)"
            }
            position += 1
        }
        return isHostMissing(bytes, after: colon) ? "empty host" : nil
    }

    /// Whether the scheme needs a host that is not there.
    private static func isHostMissing(_ bytes: UnsafeBufferPointer<UInt8>, after colon: Int) -> Bool {
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        guard ["http", "https", "ws", "wss", "ftp"].contains(scheme) else { return colon + 1 == bytes.count }
        let slash = UInt8(ascii: "/")
        guard bytes.count > colon + 3, bytes[colon + 1] == slash, bytes[colon + 2] == slash else { return true }
        return bytes[colon + 3].isOne(of: "/?#:@")
    }
}
