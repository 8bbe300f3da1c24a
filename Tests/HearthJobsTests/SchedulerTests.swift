import HearthDatabase
import TestServers
import Testing

@testable import HearthJobs

/// Schedules of several hosts on one database.
struct SchedulerTests {
    private let kind = JobKind("test.tick", queue: "test")

    private func zone(_ name: String) throws -> LocalZone { try #require(TimeZones.zone(name)) }

    /// Finishes all jobs there are.
    private func work(_ jobs: JobStore) async throws -> [JobTick] {
        let claimed = try await jobs.take("test", 500)
        try await jobs.finish(claimed.map { FinishedRun($0, .completed, kind: kind) })
        return claimed.compactMap(\.tick)
    }

    @Test(arguments: TestEngine.allCases)
    func `two hosts tick once for each local time of a year, in several zones`(engine: TestEngine) async throws {
        let zones = ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"]
        let expression = try CronExpression("30 2 */3 * *")
        try await withJobs(engine) { jobs, clock in
            let hosts = (0..<2).map { _ in Scheduler(store: jobs, userZones: { zones }) }
            for host in hosts {
                host.add(Schedule("test.nightly", kind: kind, .cron(expression, .users), overlap: .allow))
                host.add(Schedule("test.weekly", kind: kind, .cron(try CronExpression("@weekly"), .fixed(.utc)), overlap: .allow))
            }
            let end = TestClock.start + 365 * 86_400_000_000
            var ticks: [String: [Int64]] = [:]
            while clock.now < end {
                let next = try await withThrowingTaskGroup(of: Int64?.self) { group in
                    for host in hosts { group.addTask { try await host.tick() } }
                    return try await group.reduce(Int64?.none) { least, next in next.map { min($0, least ?? $0) } ?? least }
                }
                for tick in try await work(jobs) { ticks["\(tick.schedule) \(tick.zone)", default: []].append(tick.at) }
                clock.set(try #require(next))
            }
            for name in zones {
                var expected: [Int64] = []
                var moment = TestClock.start
                while let next = expression.next(after: moment, in: try zone(name)), next < end {
                    expected.append(next)
                    moment = next
                }
                #expect(expected.count > 120)
                #expect(ticks["test.nightly \(name)"] == expected, "\(name)")
            }
            #expect(ticks["test.weekly UTC"]?.count == 52)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `after a rest the latest missed tick is caught up, or none, or all`(engine: TestEngine) async throws {
        let hourly = try CronExpression("@hourly")
        try await withJobs(engine) { jobs, clock in
            func scheduler() -> Scheduler {
                let scheduler = Scheduler(store: jobs)
                for (name, catchUp) in [("latest", Schedule.CatchUp.latest), ("none", .none), ("all", .all)] {
                    scheduler.add(
                        Schedule("test.\(name)", kind: kind, .cron(hourly, .fixed(.utc)), overlap: .allow, catchUp: catchUp))
                }
                return scheduler
            }
            try await scheduler().tick()
            clock.advance(.seconds(5 * 3_600 + 1_800))
            try await scheduler().tick()
            let hour: Int64 = 3_600_000_000
            let ticks = try await work(jobs)
            #expect(ticks.filter { $0.schedule == "test.latest" }.map(\.at) == [TestClock.start + 5 * hour])
            #expect(ticks.count { $0.schedule == "test.none" } == 0)
            #expect(Set(ticks.filter { $0.schedule == "test.all" }.map(\.at)) == Set((1...5).map { TestClock.start + $0 * hour }))
            clock.advance(.seconds(1_800))
            try await scheduler().tick()
            #expect(Set(try await work(jobs).map(\.schedule)) == ["test.latest", "test.none", "test.all"])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a rest of years costs no more than one of a minute, in many zones`(engine: TestEngine) async throws {
        let zones = [
            "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia", "Africa/Casablanca",
        ]
        try await withJobs(engine) { jobs, clock in
            let scheduler = Scheduler(store: jobs, userZones: { zones })
            for (name, catchUp) in [("latest", Schedule.CatchUp.latest), ("none", .none), ("all", .all)] {
                scheduler.add(
                    Schedule(
                        "test.\(name)", kind: kind, .cron(try CronExpression("* * * * *"), .users), overlap: .allow,
                        catchUp: catchUp))
            }
            scheduler.add(Schedule("test.interval", kind: kind, .every(.seconds(1)), overlap: .allow))
            try await scheduler.tick()
            clock.advance(.seconds(3 * 366 * 86_400 + 61))
            // The transaction of each tick would be over before the missed ones are counted one by one.
            let next = try #require(try await scheduler.tick())
            #expect(next > clock.now && next <= clock.now + 1_000_000)
            var ticks: [JobTick] = []
            while true {
                let some = try await work(jobs)
                if some.isEmpty { break }
                ticks += some
            }
            let minute = clock.now / 60_000_000 * 60_000_000
            for zone in zones {
                let own = ticks.filter { $0.zone == zone }
                #expect(own.filter { $0.schedule == "test.latest" }.map(\.at) == [minute])
                #expect(own.filter { $0.schedule == "test.none" }.map(\.at) == [minute])
                #expect(
                    own.filter { $0.schedule == "test.all" }.map(\.at).sorted()
                        == (0..<100).map { minute - Int64(99 - $0) * 60_000_000 })
            }
            #expect(ticks.filter { $0.schedule == "test.interval" }.map(\.at) == [clock.now])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a tick whose forerunner is not over is passed over, or waits, or runs beside it`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let scheduler = Scheduler(store: jobs)
            for (name, overlap) in [("skip", Schedule.Overlap.skip), ("queue", .queue), ("allow", .allow)] {
                scheduler.add(Schedule("test.\(name)", kind: kind, .every(.seconds(60)), overlap: overlap))
            }
            for _ in 0..<3 {
                try await scheduler.tick()
                clock.advance(.seconds(60))
            }
            try await scheduler.tick()
            let first = try await jobs.take("test", 100)
            let names = first.compactMap(\.tick?.schedule)
            #expect(names.count { $0 == "test.skip" } == 1)
            #expect(names.count { $0 == "test.queue" } == 1)
            #expect(names.count { $0 == "test.allow" } == 3)
            let skipped = try await jobs.ticks(of: "test.skip")
            #expect(skipped.map { $0.job == nil } == [true, true, false])
            try await jobs.finish(first.map { FinishedRun($0, .completed, kind: kind) })
            #expect(try await work(jobs).map(\.schedule) == ["test.queue"])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a schedule is paused, goes on, and runs when it is told to`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let scheduler = Scheduler(store: jobs)
            scheduler.add(Schedule("test.daily", kind: kind, .cron(try CronExpression("@daily"), .fixed(.utc))))
            try await scheduler.tick()
            #expect(try await jobs.schedules().map(\.nextAt) == [TestClock.start + 86_400_000_000])
            #expect(try await jobs.runNow(schedule: "test.daily"))
            try await scheduler.tick()
            #expect(try await work(jobs).map(\.at) == [TestClock.start])
            #expect(try await jobs.schedules().map(\.nextAt) == [TestClock.start + 86_400_000_000])

            #expect(try await jobs.setPaused(true, schedule: "test.daily"))
            clock.advance(.seconds(2 * 86_400))
            try await scheduler.tick()
            #expect(try await work(jobs).isEmpty)
            #expect(try await jobs.setPaused(false, schedule: "test.daily"))
            try await scheduler.tick()
            #expect(try await work(jobs).map(\.at) == [clock.now])
            #expect(try await jobs.setPaused(true, schedule: "test.unknown") == false)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a changed expression and a zone that users move to count from then on`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let zones = Shared(["Europe/Paris"])
            let first = Scheduler(store: jobs, userZones: { zones.value })
            first.add(Schedule("test.morning", kind: kind, .cron(try CronExpression("0 7 * * *"), .users)))
            try await first.tick()
            #expect(try await jobs.schedules().map(\.zone) == ["Europe/Paris"])
            zones.change { $0 = ["Asia/Tokyo", "UTC"] }
            clock.advance(.seconds(60))
            try await first.tick()
            #expect(try await jobs.schedules().map(\.zone) == ["Asia/Tokyo", "UTC"])
            let second = Scheduler(store: jobs, userZones: { zones.value })
            second.add(Schedule("test.morning", kind: kind, .cron(try CronExpression("0 9 * * *"), .users)))
            try await second.tick()
            // Tokyo is nine hours ahead: its nine o'clock is midnight.
            #expect(
                try await jobs.schedules().map(\.nextAt) == [
                    TestClock.start + 86_400_000_000, TestClock.start + 9 * 3_600_000_000,
                ])
        }
    }
}
