import HearthHost
import HearthJSON
import Testing

/// Users are told as they prefer.
@Suite struct NotificationPreferencesTests {
    @Test func `each kind goes where it is wanted`() async throws {
        try await notifications { _, client in
            let ada = try await client.registered("ada")
            let device = try await EventStream.open(ada)
            let before = try await ada.get("/api/notifications/preferences").json
            #expect(before["quiet_hours"] == .null && before["digest"] == "off")
            let kinds = try #require(before["kinds"]?.elements)
            #expect(kinds.contains(["kind": "level_up", "inbox": true, "push": true, "mail": true]))

            let after = try await ada.prefer([
                "kinds": [
                    ["kind": "badge_unlocked", "push": false], ["kind": "friend_request", "inbox": false],
                    ["kind": "my_own", "inbox": false, "push": false, "mail": false],
                ]
            ])
            #expect(after["kinds"]?.elements.count == kinds.count + 1)
            #expect(
                after["kinds"]?.elements.contains(["kind": "badge_unlocked", "inbox": true, "push": false, "mail": true]) == true)
            #expect(try await ada.get("/api/notifications/preferences").json == after)

            #expect(try await ada.notify("Badge", kind: "badge_unlocked") != .null)
            #expect(try await ada.notify("Friend", kind: "friend_request") != .null)
            #expect(try await ada.notify("Mine", kind: "my_own") == .null)
            #expect(try await ada.notify("Level") != .null)
            let isTold = await eventually { device.titles.contains("Level") }
            #expect(isTold)
            #expect(device.titles == ["Friend", "Level"])
            #expect(try await ada.inboxTitles() == ["Level", "Badge"])
            #expect(try await ada.unread() == 2)
            // Others are not concerned.
            let eve = try await client.registered("eve")
            #expect(try await eve.notify("Mine", kind: "my_own") != .null)
            device.close()
        }
    }

    @Test func `what makes no sense is refused, and changes nothing`() async throws {
        try await notifications { _, client in
            let ada = try await client.registered("ada")
            let before = try await ada.prefer(["quiet_hours": ["from": "22:00", "until": "07:00"], "digest": "weekly"])
            #expect(before["quiet_hours"] == ["from": "22:00:00", "until": "07:00:00"] && before["digest"] == "weekly")
            for wrong: JSONValue in [
                ["quiet_hours": ["from": "25:00", "until": "07:00"]],
                ["quiet_hours": ["from": "07:00"]], ["digest": "hourly"], ["kinds": [["kind": "No Such"]]],
                ["kinds": [[:]]], ["kinds": .array((0..<51).map { ["kind": .string("k\($0)")] })],
            ] { try await ada.prefer(wrong, status: 422) }
            // Who has the form wrong is shown a right one.
            let late = try await ada.prefer(["quiet_hours": ["from": "25:00", "until": "07:00"]], status: 422)
            #expect(late["detail"]?.string?.contains("such as '22:00:00'") == true)
            for start in stride(from: 0, to: 150, by: 50) {
                try await ada.prefer(["kinds": .array((start..<(start + 50)).map { ["kind": .string("k\($0)")] })])
            }
            let known = try await ada.get("/api/notifications/preferences").json
            let many: JSONValue = ["kinds": .array((0..<50).map { ["kind": .string("x\($0)")] }), "digest": "off"]
            let refused = try await ada.prefer(many, status: 400)
            #expect(refused["detail"]?.string?.contains("200") == true)
            #expect(try await ada.get("/api/notifications/preferences").json == known)
            #expect(try await ada.prefer(["quiet_hours": .null])["quiet_hours"] == .null)
            #expect(try await ada.prefer([:])["digest"] == "weekly")
        }
    }

    @Test func `in the quiet hours of the user's own zone nobody is disturbed, and afterwards once`() async throws {
        try await notifications { host, client in
            // It is noon in London, and one o'clock in Paris.
            let (marie, john) = (try await client.registered("marie"), try await client.registered("john"))
            try await marie.move(to: "Europe/Paris")
            for user in [marie, john] { try await user.prefer(["quiet_hours": ["from": "12:30", "until": "13:30"]]) }
            let (paris, london) = (try await EventStream.open(marie), try await EventStream.open(john))
            for number in 1...3 {
                try await marie.notify("M\(number)")
                try await john.notify("J\(number)")
            }
            let isTold = await eventually { london.titles.count == 3 }
            #expect(isTold)
            #expect(london.titles.sorted() == ["J1", "J2", "J3"])
            #expect(try await marie.unread() == 3)
            #expect(try await marie.inboxTitles() == ["M3", "M2", "M1"])
            // What is read meanwhile need not be told.
            let first = try #require(try await marie.inbox()["notifications"]?[2]?["id"]?.string)
            #expect(try await marie.post("/api/notifications/\(first)/read").status == 200)
            host.clock.advance(by: .seconds(29 * 60))
            let isRead = await eventually { paris.names == ["notification.read"] }
            #expect(isRead)
            host.clock.advance(by: .seconds(2 * 60))
            // A job that the clock overtakes while it reckons how long to wait waits that long from then on.
            let isToldAfterwards = await eventually {
                host.clock.advance(by: .seconds(5))
                return paris.names.count == 2
            }
            #expect(isToldAfterwards)
            #expect(paris.events.last == EventStream.Event(name: "notification.held", data: ["count": 2]))
            // Now each comes by itself.
            try await marie.notify("M4")
            let isToldAtOnce = await eventually { paris.titles == ["M4"] }
            #expect(isToldAtOnce)
            #expect(paris.names.count == 3)
            // And for John it is quiet, at half past twelve.
            try await john.notify("J4")
            try await john.notify("J5")
            host.clock.advance(by: .seconds(60 * 60))
            let isJohnTold = await eventually {
                host.clock.advance(by: .seconds(5))
                return london.names.count == 4
            }
            #expect(isJohnTold)
            #expect(london.events.last == EventStream.Event(name: "notification.held", data: ["count": 2]))
            for device in [paris, london] { device.close() }
        }
    }

    @Test func `whoever has turned notifications off is left alone, and finds them in his inbox`() async throws {
        try await notifications { host, client in
            let ada = try await client.registered("ada")
            let admin = try await host.administrator("chief", client)
            let device = try await EventStream.open(ada)
            func turn(_ isOn: Bool) async throws {
                let answer = try await ada.put("/api/users/me", ["notifications_enabled": .boolean(isOn)])
                #expect(answer.json["notifications_enabled"]?.bool == isOn)
            }
            try await turn(false)
            #expect(try await ada.notify("Off") != .null)
            #expect(try await ada.notify("Off in a transaction", transaction: "commit") != .null)
            // What he does not want in his inbox either is nowhere.
            try await ada.prefer(["kinds": [["kind": "my_own", "inbox": false]]])
            #expect(try await ada.notify("Nowhere", kind: "my_own") == .null)
            // What was held back for quiet hours is not told when they are over.
            try await turn(true)
            try await ada.prefer(["quiet_hours": ["from": "11:00", "until": "13:00"]])
            try await ada.notify("Held")
            try await turn(false)
            func isTelling(_ state: JSONValue) async throws -> Bool {
                let jobs = try await admin.get("/api/admin/jobs?kind=notifications.tell_held").json["jobs"]?.elements ?? []
                // Of two that want to wait for the same hours one gives way.
                let states = jobs.compactMap { $0["state"] }.filter { $0 != "cancelled" }
                return !states.isEmpty && states.allSatisfy { $0 == state }
            }
            // The job reckons from its own moment, so it has to wait before time passes.
            let isWaiting = try await eventually { try await isTelling("scheduled") }
            #expect(isWaiting)
            host.clock.advance(by: .seconds(2 * 3600))
            let isOver = try await eventually {
                host.clock.advance(by: .seconds(60))
                return try await isTelling("completed")
            }
            #expect(isOver)
            #expect(try await ada.inboxTitles() == ["Held", "Off in a transaction", "Off"])
            #expect(try await ada.unread() == 3)
            try await turn(true)
            try await ada.notify("On")
            let isTold = await eventually { device.titles.contains("On") }
            #expect(isTold)
            #expect(device.names == ["notification.created"])
            device.close()
        }
    }

    @Test func `who moves to where it is not quiet is told there, and who moves on is told once`() async throws {
        try await notifications { host, client in
            // It is one o'clock in Paris, two in Helsinki and nine in the evening in Tokyo.
            let marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            try await marie.prefer(["quiet_hours": ["from": "12:30", "until": "14:30"]])
            let device = try await EventStream.open(marie)
            try await marie.notify("Held")
            try await marie.move(to: "Europe/Helsinki")
            try await marie.notify("Held too")
            #expect(device.names.isEmpty)
            try await marie.move(to: "Asia/Tokyo")
            let isTold = await eventually { !device.names.isEmpty }
            #expect(isTold)
            #expect(device.events.first == EventStream.Event(name: "notification.held", data: ["count": 2]))
            // Other changes of the account tell nothing, and neither does the end of the hours that were.
            try await marie.move(to: "Asia/Seoul")
            host.clock.advance(by: .seconds(2 * 3600))
            try await marie.notify("Free")
            let isToldAtOnce = await eventually { device.titles == ["Free"] }
            #expect(isToldAtOnce)
            #expect(device.names == ["notification.held", "notification.created"])
            device.close()
        }
    }

    @Test func `quiet hours that are taken back hold nothing back any more`() async throws {
        try await notifications { _, client in
            let ada = try await client.registered("ada")
            let device = try await EventStream.open(ada)
            try await ada.prefer(["quiet_hours": ["from": "11:00", "until": "13:00"]])
            try await ada.notify("Held")
            try await ada.prefer(["quiet_hours": ["from": "11:30", "until": "12:30"]])
            try await ada.prefer(["quiet_hours": .null])
            let isTold = await eventually { !device.events.isEmpty }
            #expect(isTold)
            try await ada.notify("Free")
            let isToldAtOnce = await eventually { device.titles == ["Free"] }
            #expect(isToldAtOnce)
            #expect(device.events.first == EventStream.Event(name: "notification.held", data: ["count": 1]))
            #expect(device.events.count == 2)
            device.close()
        }
    }
}
