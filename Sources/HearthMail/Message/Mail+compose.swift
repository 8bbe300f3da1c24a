import Glibc
import HearthConfiguration

extension Mail {
    /// The mail as it goes over the wire: RFC 5322 and MIME, ASCII alone, lines that end in CR LF and have at most 76 characters
    /// but for addresses.
    public var message: [UInt8] {
        var lines = [
            "From: \(EncodedWord.phrase(sender.name))\(sender.name.isEmpty ? sender.address : " <\(sender.address)>")",
            "To: \(recipient.address)",
            "Subject: \(EncodedWord.text(content.subject))",
            "Date: \(Self.dateText(date))",
            "Message-ID: \(messageID)",
            // No out-of-office notice is wanted (RFC 3834).
            "Auto-Submitted: auto-generated",
            "Content-Language: \(content.language)",
            "MIME-Version: 1.0",
        ]
        if let html = content.html {
            // Never part of quoted-printable text, which has no "=_".
            let boundary = "=_\(id)"
            lines += ["Content-Type: multipart/alternative;", " boundary=\"\(boundary)\"", ""]
            // The last one is what the sender prefers. The line break before a boundary belongs to that.
            for (type, text) in [("plain", content.text), ("html", html)] {
                lines += ["--\(boundary)"] + Self.part(type, text) + [""]
            }
            lines.append("--\(boundary)--")
        } else {
            lines += Self.part("plain", content.text)
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private static func part(_ type: String, _ text: String) -> [String] {
        ["Content-Type: text/\(type); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
            + QuotedPrintable.lines(text)
    }

    /// `Fri, 20 Nov 2026 12:00:00 +0000`
    private static func dateText(_ microseconds: Int64) -> String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(padded).joined(separator: ":")
        return "\(day), \(padded(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + Int(parts.tm_year)) \(time) +0000"
    }
}
