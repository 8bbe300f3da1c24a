import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// The API's description of itself: `/api/openapi.json` and `/api/docs`.
struct DescriptionTests {
    private static let expected: [String: [String]] = [
        "/api/auth/register": ["post"], "/api/auth/login": ["post"], "/api/auth/logout": ["post"], "/api/auth/me": ["get"],
        "/api/users/me": ["get", "put"], "/api/users/{user_id}": ["get"],
        "/api/users/friend-code/{friend_code}": ["get"], "/api/health": ["get"], "/api/health/detailed": ["get"],
        "/api/metrics": ["get"], "/api/admin/jobs": ["get"], "/api/admin/jobs/counts": ["get"], "/api/admin/jobs/{id}": ["get"],
        "/api/admin/jobs/{id}/retry": ["post"], "/api/admin/jobs/{id}/cancel": ["post"],
        "/api/admin/queues/{name}/pause": ["post"], "/api/admin/queues/{name}/resume": ["post"],
        "/api/admin/schedules": ["get"], "/api/admin/schedules/{name}/ticks": ["get"],
        "/api/admin/schedules/{name}/run": ["post"], "/api/admin/schedules/{name}/pause": ["post"],
        "/api/admin/schedules/{name}/resume": ["post"],
        "/api/admin/logs": ["get"], "/api/admin/stats": ["get"], "/api/ws": ["get"], "/api/events/stream": ["get"],
        "/api/users/me/webhooks": ["get", "post"], "/api/users/me/webhooks/{webhook_id}": ["delete", "put"],
        "/api/users/me/webhooks/{webhook_id}/deliveries": ["get"], "/api/admin/webhooks": ["get", "post"],
        "/api/admin/webhooks/{webhook_id}": ["delete", "put"], "/api/admin/webhooks/{webhook_id}/deliveries": ["get"],
        "/api/openapi.json": ["get"], "/api/docs": ["get"], "/api/docs/style.css": ["get"], "/api/docs/script.js": ["get"],
        "/api/habits/": ["get", "post"], "/api/habits/today": ["get"], "/api/habits/{habit_id}": ["delete", "get", "put"],
        "/api/habits/{habit_id}/archive": ["post"], "/api/habits/{habit_id}/history": ["get"], "/api/completions/": ["post"],
        "/api/completions/backfill": ["post"], "/api/completions/today": ["get"], "/api/completions/history": ["get"],
        "/api/habits/{habit_id}/preview": ["get"], "/api/habits/{habit_id}/pauses": ["post"],
        "/api/habits/{habit_id}/pauses/{start_date}": ["delete"], "/api/habits/export": ["get"], "/api/habits/import": ["post"],
        "/api/habits/import/csv": ["post"],
        "/api/completions/summary": ["get"], "/api/completions/calendar": ["get"], "/api/completions/{completion_id}": ["delete"],
    ]

    /// All values under `$ref`, wherever they stand.
    private static func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references(in: $0.value) }
        case .array(let values): values.flatMap(references)
        default: []
        }
    }

    @Test func `every route appears once, with all that a client needs to know of it`() async throws {
        try await product { _, client in
            let answer = try await client.get("/api/openapi.json")
            #expect(answer.status == 200 && answer.headers.first(name: "Content-Type") == "application/json")
            let document = answer.json
            #expect(document["openapi"] == "3.1.0" && document["info"]?["title"] != nil)
            guard case .object(let paths)? = document["paths"] else {
                Issue.record("there are no paths")
                return
            }
            #expect(paths.members.map(\.name).sorted() == Self.expected.keys.sorted())
            var identifiers: Set<String> = []
            for (path, item) in paths.members {
                #expect(item.names == Self.expected[path], "\(path)")
                guard case .object(let methods) = item else { continue }
                for (method, operation) in methods.members {
                    let name = "\(method) \(path)"
                    let isNew = identifiers.insert(operation["operationId"]?.string ?? "").inserted
                    #expect(isNew, "\(name)")
                    #expect(operation["summary"]?.string?.isEmpty == false, "\(name)")
                    let declared = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                        String($0.dropFirst().dropLast())
                    }
                    let parameters = operation["parameters"]?.elements.filter { $0["in"] == "path" } ?? []
                    #expect(parameters.compactMap { $0["name"]?.string } == declared, "\(name)")
                    #expect(parameters.allSatisfy { $0["required"] == true }, "\(name)")
                    let statuses = operation["responses"]?.names ?? []
                    #expect(statuses.contains { $0.hasPrefix("2") || $0 == "101" }, "\(name)")
                    #expect((operation["security"] != nil) == statuses.contains("401") || path == "/api/auth/login", "\(name)")
                    if !declared.isEmpty { #expect(statuses.contains("404") && statuses.contains("422"), "\(name)") }
                    if operation["requestBody"] != nil { #expect(statuses.contains("422"), "\(name)") }
                }
            }
            for reference in Self.references(in: document) {
                let steps = reference.split(separator: "/").map(String.init)
                try #require(steps.count == 4 && steps[0] == "#" && steps[1] == "components", "\(reference)")
                #expect(document["components"]?[steps[2]]?[steps[3]] != nil, "\(reference)")
            }
        }
    }

    @Test func `what is described is there, and what is not loaded is not described`() async throws {
        try await product { _, client in
            for (path, methods) in Self.expected {
                for method in methods {
                    let address = path.replacing("{habit_id}", with: "x").replacing("{completion_id}", with: "x").replacing(
                        "{user_id}", with: "x")
                    let answer = try await client.send(HTTPMethod(rawValue: method.uppercased()), address)
                    #expect([200, 401, 422].contains(answer.status), "\(method) \(path): \(answer.status)")
                }
            }
        }
        try await product(plugins: ["habits": "enabled = false"]) { _, client in
            let names = try await client.get("/api/openapi.json").json["paths"]?.names ?? []
            #expect(names == Self.expected.keys.filter { !$0.contains("habits") && !$0.contains("completions") }.sorted())
            #expect(try await client.get("/api/habits/").status == 404)
        }
    }

    @Test func `answers have the members that the description requires`() async throws {
        try await product { _, client in
            let schemas = try await client.get("/api/openapi.json").json["components"]?["schemas"]
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let completion = try await ada.complete(habit).json
            for (name, value) in [
                ("HabitResponse", try await ada.get("/api/habits/\(habit)").json), ("CompletionWithResult", completion),
                ("UserResponse", try await ada.get("/api/auth/me").json),
                ("DetailedHealth", try await ada.get("/api/health/detailed").json),
                ("HabitWithProgress", try await ada.get("/api/habits/today").json[0] ?? .null),
                ("CompletionResponse", try await ada.get("/api/completions/today").json[0] ?? .null),
                ("CompletionCalendarResponse", try await ada.get("/api/completions/calendar").json),
                ("ErrorResponse", try await ada.get("/api/nothing").json),
                ("ValidationErrorResponse", try await ada.post("/api/habits/", [:]).json),
            ] {
                let schema = try JSONSchema(try #require(schemas?[name], "\(name)")) { schemas?[$0] }
                #expect(schema.validate(value, at: []) == [], "\(name)")
                let described = Set(schemas?[name]?["properties"]?.names ?? [])
                #expect(Set(value.names).isSubset(of: described), "\(name) has members that are not described")
            }
        }
    }

    @Test func `the page needs nothing from elsewhere`() async throws {
        try await product { _, client in
            let page = try await client.get("/api/docs")
            #expect(page.status == 200 && page.headers.first(name: "Content-Type") == "text/html; charset=utf-8")
            var assets: [String] = []
            for match in page.body.matches(of: /(?:src|href)="([^"]+)"/) where !match.1.hasPrefix("#") {
                assets.append(String(match.1))
            }
            #expect(assets.count >= 2)
            for asset in assets {
                #expect(!asset.contains("//"), "\(asset)")
                let answer = try await client.get(asset.hasPrefix("/") ? asset : "/api/docs/" + asset)
                #expect(answer.status == 200, "\(asset)")
                #expect(!answer.body.contains("https://"), "\(asset)")
                let kinds = ["css": "text/css", "js": "text/javascript", "json": "application/json"]
                let kind = try #require(asset.split(separator: ".").last.flatMap { kinds[String($0)] }, "\(asset)")
                #expect(answer.headers.first(name: "Content-Type")?.hasPrefix(kind) == true, "\(asset)")
            }
            #expect(!page.body.contains("https://") && !page.body.contains("<script>") && !page.body.contains("style=\""))
            #expect(page.headers.first(name: "Content-Security-Policy")?.contains("'unsafe") == false)
            let tag = try #require(page.headers.first(name: "ETag"))
            #expect(try await client.send(.GET, "/api/docs", headers: ["If-None-Match": tag]).status == 304)
        }
    }
}
