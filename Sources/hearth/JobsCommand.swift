import ArgumentParser
import FoundationEssentials
import HearthHost
import HearthJobs

/// `hearth jobs`: what waits, runs and has failed.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "See, run again and give up jobs; pause queues; run schedules.",
        subcommands: [List.self, Retry.self, Cancel.self, Drain.self, Run.self])

    /// Which jobs.
    struct Filter: ParsableArguments {
        @Option(name: .long, help: "Only of this queue.") var queue: String?
        @Option(name: .long, help: "Only of this kind.") var kind: String?
        @Option(name: .long, help: "Only in this state: waiting, scheduled, available, running, completed, cancelled, discarded.")
        var state: String?

        func filter(defaultState: JobState? = nil) throws -> JobFilter {
            var chosen = defaultState
            if let state {
                guard let known = JobState(name: state) else {
                    throw ValidationError("--state takes one of \(JobState.allCases.map(\.name).joined(separator: ", ")).")
                }
                chosen = known
            }
            return JobFilter(queue: queue, kind: kind, state: chosen)
        }
    }

    /// `hearth jobs list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List jobs, the latest first.")
        @OptionGroup var which: Filter
        @Option(help: "How many.") var limit = 50

        func run() async throws {
            let filter = try which.filter()
            let jobs = try await ProcessSetup().administer { try await $0.jobs.list(filter, limit: limit) }
            for job in jobs {
                let when = Date(timeIntervalSince1970: Double(job.runAt / 1_000_000)).formatted(.iso8601)
                print("\(job.id)  \(job.state.name)  \(job.kind)  \(when)  attempt \(job.attempt), failures \(job.failures)")
            }
            if jobs.isEmpty { print("there are no such jobs") }
        }
    }

    /// `hearth jobs retry [ID]`
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a job as soon as possible, or all dead letters.",
            discussion: "Without an id all that fit the options: discarded ones unless --state says otherwise.")
        @Argument(help: "The id of a job.") var id: String?
        @OptionGroup var which: Filter

        func run() async throws {
            let filter = try which.filter(defaultState: .discarded)
            let count = try await ProcessSetup().administer { administration in
                try await administration.changeJobs(
                    id, filter, refusal: "it waits or runs already"
                ) { try await administration.jobs.retry($0) }
            }
            print("\(count) to be run")
        }
    }

    /// `hearth jobs cancel [ID]`
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a job up, or all that fit the options.", discussion: "One that runs is asked to end.")
        @Argument(help: "The id of a job.") var id: String?
        @OptionGroup var which: Filter

        func validate() throws {
            guard id != nil || which.queue != nil || which.kind != nil || which.state != nil else {
                throw ValidationError("Name a job, or say which with --queue, --kind or --state.")
            }
        }

        func run() async throws {
            let filter = try which.filter()
            let count = try await ProcessSetup().administer { administration in
                try await administration.changeJobs(id, filter, refusal: "it is over") {
                    try await administration.jobs.cancel($0)
                }
            }
            print("\(count) given up")
        }
    }

    /// `hearth jobs drain QUEUE`
    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin no more jobs of a queue on any host, and wait until none of them runs.",
            discussion: "What waits is kept; --resume lets the queue go on.")
        @Argument(help: "The name of the queue.") var queue: String
        @Flag(help: "Let the queue go on.") var resume = false

        func run() async throws {
            let filter = JobFilter(queue: queue, state: .running)
            try await ProcessSetup().administer { administration in
                try await administration.setPaused(!resume, queue: queue)
                while !resume, try await !administration.jobs.list(filter, limit: 1).isEmpty {
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            print(resume ? "\(queue) goes on" : "\(queue) is paused, and nothing of it runs")
        }
    }

    /// `hearth jobs run SCHEDULE`
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a schedule tick now, beside its other ticks.", discussion: "Without a name the schedules are listed.")
        @Argument(help: "The name of the schedule.") var schedule: String?

        func run() async throws {
            try await ProcessSetup().administer { administration in
                guard let schedule else {
                    for record in try await administration.jobs.schedules() {
                        let next = Date(timeIntervalSince1970: Double(record.nextAt / 1_000_000)).formatted(.iso8601)
                        print("\(record.name)  \(record.zone)  \(record.timing)  \(record.isPaused ? "paused" : next)")
                    }
                    return
                }
                guard try await administration.jobs.runNow(schedule: schedule) else {
                    throw ValidationError("there is no schedule \(schedule)")
                }
                print("\(schedule) ticks")
            }
        }
    }
}
