import HTTPTypes
import HearthJSON

/// A wire format from the side of the provider.
protocol ModelFormat: Sendable {
    var path: String { get }
    /// The media type of a stream.
    var streamType: String { get }
    /// Whether it streams when the request says nothing.
    var streamsUnasked: Bool { get }

    /// What is wrong with who asks; nil for nothing.
    func refusal(of headers: HTTPFields) -> String?
    /// What is wrong with the request; nil for nothing.
    func refusal(of body: JSONValue, _ headers: HTTPFields) -> String?
    func question(_ body: JSONValue) -> ModelQuestion
    func whole(_ answer: ModelAnswer, model: String) -> JSONValue
    func stream(_ answer: ModelAnswer, model: String) -> [String]
    /// With how many pieces of a stream a first text has come.
    var beginning: Int { get }
    /// The body of an error.
    func error(_ kind: String, _ message: String) -> String
    /// An error in a stream.
    func errorPiece(_ kind: String) -> String
}

extension ModelFormat {
    /// What is missing of what every format requires.
    func missing(_ names: [String], in body: JSONValue) -> String? {
        names.first { body[$0] == nil }.map { "\($0): Field required" }
    }
}

extension String {
    /// The text in two halves, as a stream brings it.
    var halves: [String] {
        let middle = index(startIndex, offsetBy: count / 2)
        return [String(self[..<middle]), String(self[middle...])]
    }
}

extension JSONValue {
    /// JSON text as a value; an empty object when it is none, as far as a format has no other way.
    static func parsed(_ text: String) -> JSONValue { (try? JSONValue(parsing: text)) ?? [:] }

    static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}
