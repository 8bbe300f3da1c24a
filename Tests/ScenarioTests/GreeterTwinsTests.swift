import HearthJSON
import Testing

/// The greeter in C and its twin in Swift, side by side in one host.
struct GreeterTwinsTests {
    @Test func `both greeters serve the same`() async throws {
        try await TestHost.with(plugins: ["greeter": "", "greeter-swift": ""]) { host in
            let ada = try await TestClient(host).registered("ada")
            let stranger = TestClient(host)
            for path in ["/api/greeter", "/api/greeter-swift"] {
                #expect(try await stranger.get("\(path)/hello").json == ["message": "Hello, World!"])
                #expect(try await stranger.get("\(path)/hello?name=%22%C3%84da%22").json == ["message": #"Hello, "Äda"!"#])
                #expect(try await stranger.get("\(path)/hello?name=").status == 422)
                #expect(try await stranger.get("\(path)/greetings").status == 401)

                #expect(try await ada.post("\(path)/greetings", ["message": ""]).status == 422)
                let first = try await ada.post("\(path)/greetings", ["message": "Good \"morning\"\n🌅"])
                #expect(first.status == 201)
                #expect(first.json["message"] == "Good \"morning\"\n🌅")
                #expect(first.json["created_at"] == "2026-11-20T12:00:00.000000Z")
                let second = try await ada.post("\(path)/greetings", ["message": "Good night"])
                let list = try await ada.get("\(path)/greetings").json["greetings"]
                #expect(list == .array([second.json, first.json]))
            }
        }
    }
}
