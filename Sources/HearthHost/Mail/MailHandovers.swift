import HearthDatabase
import HearthJobs

/// Which mails a server may have: a row is there from before the last byte of a mail is sent until it is known that the server does
/// not have it, or as long as the job is kept.
///
/// So whoever finds the row of a job that is not over knows that the mail may have been delivered, whatever happened to the host that
/// sent it; and of two hosts that take a job for their own only one hands the mail over.
struct MailHandovers: Sendable {
    let database: any Database
    let now: @Sendable () -> Int64

    /// The attempt that handed the mail of a job over; nil when the server does not have it.
    func attempt(of job: DatabaseUUID) async throws(DatabaseError) -> Int? {
        let rows = try await database.query(
            "SELECT attempt FROM hearth_mail_handovers WHERE job = $1", [.uuid(job)], columns: [DatabaseType.integer],
            scope: .host)
        return rows.rowCount == 0 ? nil : rows.integer(0, 0).map { Int($0) }
    }

    /// Notes that the mail of a job is about to be handed over.
    ///
    /// - Returns: false when it must not be: the job is somebody else's by now, or he has handed it over
    func begin(_ job: ClaimedJob) async throws(DatabaseError) -> Bool {
        try await database.query(
            """
            WITH held AS (SELECT id FROM hearth_jobs WHERE id = $1 AND attempt = $2 AND state = 3 FOR UPDATE)
            INSERT INTO hearth_mail_handovers (job, attempt, at) SELECT id, $3, $4 FROM held WHERE TRUE
            ON CONFLICT (job) DO NOTHING
            """,
            [.uuid(job.id), .integer(Int64(job.attempt)), .integer(Int64(job.attempt)), .timestamp(now())], scope: .host
        ).affected == 1
    }

    /// Notes that the server does not have the mail that an attempt has handed over, or that an operator wants it to be sent again.
    func remove(_ job: DatabaseUUID, attempt: Int) async throws(DatabaseError) {
        _ = try await database.query(
            "DELETE FROM hearth_mail_handovers WHERE job = $1 AND attempt = $2", [.uuid(job), .integer(Int64(attempt))],
            scope: .host)
    }
}
