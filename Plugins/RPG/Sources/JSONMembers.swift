import HearthKit

/// A JSON object of any members.
struct JSONMembers: JSONEncodable {
    static var jsonSchema: JSONValue { ["type": "object"] }

    let object: JSONObject

    func write(to json: inout JSONWriter) { JSONValue.object(object).write(to: &json) }
}
