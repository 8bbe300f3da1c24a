import HearthHost
import HearthJSON
import Testing

extension TestHost {
    /// Goes to a moment at which a schedule ticks, and waits until its jobs are done in all zones.
    ///
    /// - Parameters:
    ///   - moment: The moment, in microseconds since 1970-01-01 00:00 UTC.
    ///   - kind: The kind of the jobs.
    ///   - zones: In how many zones there are users: UTC is the administrator's.
    ///   - admin: An administrator.
    func go(to moment: Int64, waitingFor kind: String, in zones: Int, as admin: TestClient) async throws {
        func states() async throws -> [String] {
            try await admin.get("/api/admin/jobs?kind=\(kind)&limit=200").json["jobs"]?.elements.compactMap {
                $0["state"]?.string
            } ?? []
        }
        // A tick is passed over as long as the job of the one before is not over.
        let areOver = try await eventually { try await states().allSatisfy { $0 == "completed" } }
        #expect(areOver, "\(kind)")
        let before = try await states().count
        clock.set(moment)
        let areDone = try await eventually {
            // What is tried again waits for the clock; the minute does not end meanwhile.
            clock.advance(by: .milliseconds(5))
            return try await states().count { $0 == "completed" } >= before + zones
        }
        #expect(areDone, "\(kind)")
    }
}
