import Testing

/// Waits until a condition holds; fails the test after a generous time.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    for _ in 0..<6_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("not in a minute: \(what)", sourceLocation: sourceLocation)
}
