import Foundation
import HearthDatabase
import HearthJobs
import TestServers
import Testing

@testable import HearthHost

/// Who may hand a mail over, on both engines.
@Suite struct MailHandoverTests {
    private func with(_ body: (JobStore, MailHandovers) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-mail-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try await openDatabase(in: folder)
        var failure: (any Error)?
        do {
            try await HostMigrations.withRunner(database, now: { 0 }) { _ = try await $0.up() }
            try await body(JobStore(database: database, now: { 0 }), MailHandovers(database: database, now: { 0 }))
        } catch { failure = error }
        await database.shutdown()
        try? await TestDatabase.drop(for: folder)
        try? FileManager.default.removeItem(atPath: folder)
        if let failure { throw failure }
    }

    /// Takes the only job.
    private func claim(_ store: JobStore) async throws -> ClaimedJob {
        let worker = UUIDGenerator { 0 }.next()
        return try #require(try await store.claim(from: "mail", limit: 1, worker: worker).jobs.first)
    }

    @Test func `of all who take a job for theirs one hands its mail over`() async throws {
        try await with { store, handovers in
            _ = try await store.enqueue([NewJob(JobKind("mail"))])
            let zombie = try await claim(store)
            #expect(try await handovers.attempt(of: zombie.id) == nil)
            // Its host is taken for dead, and another one has the job.
            try await store.reap(for: UUIDGenerator { 0 }.next())
            let job = try await claim(store)
            #expect(job.id == zombie.id && job.attempt == zombie.attempt + 1)
            #expect(try await handovers.begin(zombie) == false)
            #expect(try await handovers.begin(job) == true)
            #expect(try await handovers.begin(job) == false)
            #expect(try await handovers.attempt(of: job.id) == job.attempt)
            // What the zombie found out says nothing about what the other one has done.
            try await handovers.remove(job.id, attempt: zombie.attempt)
            #expect(try await handovers.attempt(of: job.id) == job.attempt)
            try await handovers.remove(job.id, attempt: job.attempt)
            #expect(try await handovers.begin(zombie) == false)
            #expect(try await handovers.begin(job) == true)
        }
    }
}
