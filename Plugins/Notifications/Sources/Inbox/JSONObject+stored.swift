import HearthKit

extension JSONObject {
    /// What a column holds; nil for null.
    init?(stored value: JSONValue?) throws {
        guard let value else { return nil }
        try self.init(json: value)
    }
}
