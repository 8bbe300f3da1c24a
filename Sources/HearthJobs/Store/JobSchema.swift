/// The tables of jobs and schedules, as a migration in portable SQL. The host applies it with its own.
public enum JobSchema {
    /// The text of the migration; never changed once it was applied anywhere.
    public static let sql = """
        -- States: 0 waiting behind another job of its serial key, 1 scheduled, 2 available, 3 running; 4 completed, 5 cancelled,
        -- 6 discarded.
        CREATE TABLE hearth_jobs (
            id uuid PRIMARY KEY,
            queue text NOT NULL,
            kind text NOT NULL,
            state integer NOT NULL,
            -- 0 first.
            priority integer NOT NULL,
            run_at timestamp NOT NULL,
            payload json NOT NULL,
            -- How often it was claimed: who finishes it names the attempt, so that a late one changes nothing.
            attempt integer NOT NULL DEFAULT 0,
            failures integer NOT NULL DEFAULT 0,
            -- As many failures as this discard it.
            maximum_failures integer NOT NULL,
            -- Who runs it: hearth_job_workers(id).
            worker uuid,
            is_cancelling boolean NOT NULL DEFAULT false,
            tenant text,
            serial_key text,
            serial_number bigint,
            unique_key text,
            -- Bits of the states in which the key is taken.
            unique_states integer NOT NULL DEFAULT 0,
            -- The request or job that enqueued it.
            trace text,
            -- The tick of a schedule that enqueued it.
            schedule text,
            zone text,
            tick_at timestamp,
            -- The last failures, the latest at the end.
            errors json,
            progress double,
            created_at timestamp NOT NULL,
            started_at timestamp,
            finished_at timestamp,
            prune_at timestamp
        );
        CREATE INDEX hearth_jobs_available ON hearth_jobs (queue, priority, run_at, id) WHERE state = 2;
        CREATE INDEX hearth_jobs_scheduled ON hearth_jobs (run_at) WHERE state = 1;
        CREATE INDEX hearth_jobs_running ON hearth_jobs (queue, worker) WHERE state = 3;
        CREATE INDEX hearth_jobs_finished ON hearth_jobs (prune_at) WHERE state > 3;
        CREATE INDEX hearth_jobs_tenants ON hearth_jobs (queue, tenant, priority, run_at, id)
            WHERE state = 2 AND tenant IS NOT NULL;
        CREATE UNIQUE INDEX hearth_jobs_serial ON hearth_jobs (serial_key, serial_number)
            WHERE serial_key IS NOT NULL AND state < 4;
        CREATE UNIQUE INDEX hearth_jobs_unique ON hearth_jobs (unique_key)
            WHERE unique_key IS NOT NULL AND (unique_states & (1 << state)) <> 0;

        -- Locked by whoever enqueues or finishes a job of the key, so that numbers ascend in the order of commits.
        CREATE TABLE hearth_job_serials (
            key text PRIMARY KEY,
            last_number bigint NOT NULL,
            used_at timestamp NOT NULL
        );

        -- Queues that are paused or limited.
        CREATE TABLE hearth_job_queues (
            name text PRIMARY KEY,
            is_paused boolean NOT NULL DEFAULT false,
            tokens double,
            tokens_at timestamp
        );

        -- Hosts that run jobs. Their jobs are free again when the lease has passed.
        CREATE TABLE hearth_job_workers (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            lease_until timestamp NOT NULL
        );

        CREATE TABLE hearth_job_log (
            job_id uuid NOT NULL REFERENCES hearth_jobs(id) ON DELETE CASCADE,
            id uuid NOT NULL,
            at timestamp NOT NULL,
            attempt integer NOT NULL,
            line text NOT NULL,
            PRIMARY KEY (job_id, id)
        );

        -- The next tick of each schedule, in each zone in which it ticks.
        CREATE TABLE hearth_schedules (
            name text NOT NULL,
            zone text NOT NULL,
            -- What the next tick was computed by.
            timing text NOT NULL,
            next_at timestamp NOT NULL,
            is_paused boolean NOT NULL DEFAULT false,
            PRIMARY KEY (name, zone)
        );
        CREATE INDEX hearth_schedules_next_at ON hearth_schedules (next_at);

        CREATE TABLE hearth_schedule_ticks (
            name text NOT NULL,
            zone text NOT NULL,
            tick_at timestamp NOT NULL,
            fired_at timestamp NOT NULL,
            -- Null for a tick that was passed over.
            job_id uuid,
            PRIMARY KEY (name, zone, tick_at)
        );
        CREATE INDEX hearth_schedule_ticks_fired_at ON hearth_schedule_ticks (fired_at);

        CREATE TABLE hearth_leases (
            name text PRIMARY KEY,
            holder text NOT NULL,
            lease_until timestamp NOT NULL
        );
        """
}
