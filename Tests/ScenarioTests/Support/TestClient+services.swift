import HearthJSON

extension TestClient {
    /// Has a method of a service called by the plugin `service-client`, with one's own id as `user_id` unless the input has one.
    ///
    /// - Parameter transaction: `commit` or `rollback`: in a transaction of the caller's that ends so
    /// - Returns: `output`, or `code` and `retryable` of an error; `pieces` of a stream
    func call(_ service: String, _ method: String, _ input: JSONObject, transaction: String = "none") async throws -> JSONValue {
        try await post(
            "/api/service-client/call",
            [
                "service": .string(service), "method": .string(method), "input": .object(input),
                "transaction": .string(transaction),
            ]
        ).json
    }
}
