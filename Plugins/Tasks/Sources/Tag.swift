import HearthKit

/// A word by which users sort their tasks.
struct Tag: JSONDecodable, JSONEncodable, Hashable {
    let text: String

    static let jsonSchema: JSONValue = ["type": "string", "maxLength": 50]

    init(json: JSONValue) throws(DecodingFailure) { text = try String(json: json) }

    func write(to json: inout JSONWriter) { text.write(to: &json) }
}
