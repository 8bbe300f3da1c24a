import Foundation
import Testing

/// `hearth jobs` with what is not there.
struct CommandsJobsTests {
    @Test(arguments: ["retry", "cancel"]) func `a job that is not there is an error`(command: String) async throws {
        let hearth = try HearthProgram(conf: "[plugins.kit-features]")
        let id = UUID().uuidString.lowercased()
        let unknown = try await hearth.run("jobs", command, id)
        #expect(unknown.status == 1)
        #expect(unknown.errors == "there is no job \(id)\n")
        let malformed = try await hearth.run("jobs", command, "7")
        #expect(malformed.status == 1)
        #expect(malformed.errors == "7 is no id of a job\n")
        // All that fit, which may be none.
        #expect(try await hearth.run("jobs", command, "--queue", "typo").status == 0)
    }

    @Test func `a queue that nobody has is not paused, and those that there are are named`() async throws {
        let hearth = try HearthProgram(conf: "[plugins.kit-features]")
        // Not known by the first refusal either.
        for arguments in [["jobs", "drain", "typo"], ["jobs", "drain", "typo"], ["jobs", "drain", "typo", "--resume"]] {
            let refused = try await hearth.run(arguments)
            #expect(refused.status == 1)
            #expect(refused.output == "")
            #expect(
                refused.errors
                    == "there is no queue typo: there is events.replay, hearth.mail.kit-features, kit-features, webhooks\n")
        }
    }

    @Test(arguments: ["kit-features", "webhooks", "kit-features.patient"])
    func `a queue that nobody works off at the moment can be drained`(queue: String) async throws {
        let hearth = try HearthProgram(conf: "[plugins.kit-features]")
        let drained = try await hearth.run("jobs", "drain", queue)
        #expect(drained.status == 0, "\(drained.errors)")
        #expect(drained.lines == ["\(queue) is paused, and nothing of it runs"])
        let resumed = try await hearth.run("jobs", "drain", queue, "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
    }
}
