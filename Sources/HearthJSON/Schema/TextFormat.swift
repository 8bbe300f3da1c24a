/// The formats that are checked. Other formats are annotations.
enum TextFormat: String, Sendable {
    case uuid, date, time, email, uri
    case dateTime = "date-time"

    /// How a violation in a union names a branch of this format.
    var label: String {
        switch self {
        case .dateTime: "datetime"
        case .email: "str"
        case .uri: "url"
        default: rawValue
        }
    }

    /// What is said about a value that is no text.
    var wrongType: (type: String, message: String) {
        switch self {
        case .uuid: ("uuid_type", "UUID input should be a string, bytes or UUID object")
        case .date: ("date_type", "Input should be a valid date")
        case .dateTime: ("datetime_type", "Input should be a valid datetime")
        case .time: ("time_type", "Input should be a valid time")
        case .uri: ("url_type", "URL input should be a string or URL")
        case .email: ("string_type", "Input should be a valid string")
        }
    }

    /// What is wrong with a text; nil when it has the format.
    func violation(of text: String) -> (type: String, message: String)? {
        var text = text
        return text.withUTF8 { bytes in
            switch self {
            case .uuid: UUIDText.fault(bytes).map { ("uuid_parsing", "Input should be a valid UUID, \($0)") }
            case .date:
                DateText.fault(date: bytes).map {
                    ("date_from_datetime_parsing", "Input should be a valid date or datetime, \($0)")
                }
            case .time: DateText.fault(time: bytes).map { ("time_parsing", "Input should be in a valid time format, \($0)") }
            case .dateTime: DateText.violation(dateTime: bytes)
            case .email: EmailText.fault(bytes).map { ("value_error", "value is not a valid email address: \($0)") }
            case .uri: URIText.fault(bytes).map { ("url_parsing", "Input should be a valid URL, \($0)") }
            }
        }
    }
}

/// `8-4-4-4-12` hexadecimal digits.
enum UUIDText {
    static func fault(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.count == 36 else { return "invalid length: found \(bytes.count)" }
        for (index, byte) in bytes.enumerated() {
            let isHyphen = index == 8 || index == 13 || index == 18 || index == 23
            guard isHyphen ? byte == UInt8(ascii: "-") : byte.isHexadecimal else { return "invalid character at \(index)" }
        }
        return nil
    }
}
