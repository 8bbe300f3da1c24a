import Foundation
import HearthJSON
import Testing

/// `hearth migrate`, `users` and `openapi`.
struct CommandsTests {
    @Test func `migrations are shown, applied and taken back`() async throws {
        let hearth = try HearthProgram(conf: "[plugins.habits]")
        let before = try await hearth.run("migrate", "status")
        #expect(before.status == 0)
        #expect(Set(before.lines.map { $0.hasSuffix("  to come") }) == [true])
        let up = try await hearth.run("migrate", "up")
        #expect(up.lines.first == "applied host/0001_accounts")
        #expect(up.lines.last == "applied habits/0003_pauses")
        #expect(try await hearth.run("migrate", "up").lines == ["nothing is to come"])
        let after = try await hearth.run("migrate", "status")
        #expect(Set(after.lines.map { $0.contains("  applied 20") }) == [true])
        let down = try await hearth.run("migrate", "down")
        #expect(down.lines == ["taken back habits/0003_pauses"])
        #expect(try await hearth.run("migrate", "status", "--plugin", "habits").lines.last?.hasSuffix("to come") == true)
        #expect(try await hearth.run("migrate", "up", "--plugin", "habits").lines == ["applied habits/0003_pauses"])
    }

    @Test func `taking back stops where it cannot go on, and tells what was done`() async throws {
        let hearth = try HearthProgram(conf: "[plugins.habits]")
        _ = try await hearth.run("migrate", "up")
        let down = try await hearth.run("migrate", "down", "--steps", "4")
        #expect(down.status == 1)
        #expect(
            down.lines == ["taken back habits/0003_pauses", "taken back habits/0002_reminders", "taken back habits/0001_habits"])
        #expect(down.errors.contains(".sql: it cannot be undone: it has no section -- down"))
    }

    @Test func `an unknown plugin is named with those that there are`() async throws {
        let hearth = try HearthProgram(conf: "[plugins.habits]")
        let status = try await hearth.run("migrate", "status", "--plugin", "habit")
        #expect(status.status == 1)
        #expect(status.errors.contains("enables no plugin \"habit\": there is host, habits"))
    }

    @Test func `an administrator is made, with a password of his own or one that is made`() async throws {
        let hearth = try HearthProgram()
        let made = try await hearth.run("users", "create-admin", "ada@example.com", "ada")
        #expect(made.status == 0)
        #expect(made.lines.last?.hasPrefix("password: ") == true)
        let own = try await hearth.run(
            "users", "create-admin", "bob@example.com", "bob", "--password-stdin", input: "SecurePass1\n")
        #expect(own.status == 0)
        #expect(!own.output.contains("SecurePass1"))
        let taken = try await hearth.run("users", "create-admin", "ada@example.com", "ada2")
        #expect(taken.status == 1)
        #expect(taken.errors.contains("already"))
        let weak = try await hearth.run("users", "create-admin", "cy@example.com", "cy", "--password-stdin", input: "short\n")
        #expect(weak.status == 1)
        #expect(weak.errors.contains("username: "))
        #expect(weak.errors.contains("password: "))
        #expect(!weak.errors.contains("short\n"))
        #expect(!weak.errors.contains("Value error"))
    }

    @Test func `the role admin is given to an account, and to nobody else`() async throws {
        let hearth = try HearthProgram()
        let nobody = try await hearth.run("users", "grant-admin", "eve")
        #expect(nobody.status == 1)
        #expect(nobody.errors == "there is no account with the e-mail address or username eve\n")
        _ = try await hearth.run("users", "create-admin", "ada@example.com", "ada")
        #expect(try await hearth.run("users", "grant-admin", "ada").status == 0)
    }

    @Test func `openapi prints what the host would serve, and touches no data`() async throws {
        let hearth = try HearthProgram(conf: "[plugins.greeter]")
        let description = try await hearth.run("openapi")
        #expect(description.status == 0, "\(description.errors)")
        let document = try JSONValue(parsing: description.output)
        #expect(document["openapi"]?.string == "3.1.0")
        #expect(document["paths"]?["/api/greeter/hello"]?["get"] != nil)
        #expect(document["paths"]?["/api/auth/login"]?["post"] != nil)
        #expect(!FileManager.default.fileExists(atPath: hearth.folder + "/data"))
    }

    @Test func `a wrong environment is told in words by every command`() async throws {
        var hearth = try HearthProgram()
        hearth.variables["PORT"] = "80a"
        hearth.variables["LOG_FORMAT"] = "xml"
        for command in [["serve"], ["plugin", "list"], ["migrate", "status"], ["users", "grant-admin", "ada"], ["openapi"]] {
            let outcome = try await hearth.run(command)
            #expect(outcome.status == 1)
            #expect(
                outcome.errors == """
                    environment: PORT: expected an integer from 0 to 65535, not "80a"
                    environment: LOG_FORMAT: expected "json" or "text", not "xml"

                    """)
        }
    }
}
