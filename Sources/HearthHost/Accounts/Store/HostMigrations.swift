import HearthFiles
import HearthJobs

/// The schema of the host's own tables, in the form of migration files. Part of the program, so that an installed binary
/// needs no files beside it.
enum HostMigrations {
    /// A file `NNNN_name.sql` and its text. An applied one is never changed.
    static let files: [(name: String, sql: String)] = [
        ("0001_accounts.sql", accounts),
        ("0002_jobs.sql", JobSchema.sql),
        ("0003_audit.sql", AuditEntry.schema),
        ("0004_users_timezone.sql", "CREATE INDEX users_timezone ON users (timezone, id);"),
        ("0005_events.sql", events),
        ("0006_webhooks.sql", webhooks),
        ("0007_mail.sql", mail),
        ("0008_files.sql", FileSchema.sql),
        ("0009_idempotency.sql", IdempotentAnswers.schema),
    ]

    private static let accounts = """
        CREATE TABLE users (
            id uuid PRIMARY KEY,
            email text NOT NULL,
            -- What it is unique by, whatever the case.
            email_folded text NOT NULL,
            username text NOT NULL,
            username_folded text NOT NULL,
            -- Null for an account that is entered in another way.
            password_hash text,
            display_name text,
            bio text,
            avatar_url text,
            timezone text NOT NULL DEFAULT 'UTC',
            theme text NOT NULL DEFAULT 'dark',
            is_public boolean NOT NULL DEFAULT false,
            notifications_enabled boolean NOT NULL DEFAULT true,
            friend_code text NOT NULL,
            role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
            created_at timestamp NOT NULL,
            -- When anything changed that a token stands for or a profile shows.
            updated_at timestamp NOT NULL,
            last_login_at timestamp,
            deleted_at timestamp
        );
        CREATE UNIQUE INDEX users_email ON users (email_folded);
        CREATE UNIQUE INDEX users_username ON users (username_folded);
        CREATE UNIQUE INDEX users_friend_code ON users (friend_code);
        -- Hosts ask what changed lately, and forget the tokens that they had verified.
        CREATE INDEX users_updated_at ON users (updated_at);

        CREATE TABLE hearth_revoked_tokens (
            jti uuid PRIMARY KEY,
            revoked_at timestamp NOT NULL,
            expires_at timestamp NOT NULL
        );
        CREATE INDEX hearth_revoked_tokens_revoked_at ON hearth_revoked_tokens (revoked_at);
        CREATE INDEX hearth_revoked_tokens_expires_at ON hearth_revoked_tokens (expires_at);
        """

    private static let events = """
        -- How many events of a name and key have happened. The row is locked by whoever publishes one, until his transaction ends.
        CREATE TABLE hearth_event_keys (
            event text NOT NULL,
            key text NOT NULL,
            last_id bigint NOT NULL,
            PRIMARY KEY (event, key)
        );

        -- Who is told after the commit, whether his plugin is loaded or not.
        CREATE TABLE hearth_event_subscribers (
            id text NOT NULL,
            event text NOT NULL,
            -- Told only of the events with this key; null for all.
            only_key text,
            since timestamp NOT NULL,
            PRIMARY KEY (id, event)
        );
        CREATE INDEX hearth_event_subscribers_event ON hearth_event_subscribers (event, id);
        """

    private static let webhooks = """
        CREATE TABLE hearth_webhooks (
            id uuid PRIMARY KEY,
            -- Null for the operators'.
            user_id uuid REFERENCES users(id) ON DELETE CASCADE,
            url text NOT NULL,
            -- The names of the events that it is told of.
            events json NOT NULL,
            secret text NOT NULL,
            is_enabled boolean NOT NULL,
            failures integer NOT NULL,
            disabled_reason text,
            created_at timestamp NOT NULL
        );
        CREATE INDEX hearth_webhooks_user_id ON hearth_webhooks (user_id, id);

        -- The last attempts to deliver, for those who look.
        CREATE TABLE hearth_webhook_attempts (
            id uuid PRIMARY KEY,
            webhook_id uuid NOT NULL REFERENCES hearth_webhooks(id) ON DELETE CASCADE,
            event text NOT NULL,
            key text NOT NULL,
            number bigint NOT NULL,
            attempt integer NOT NULL,
            status integer,
            error text,
            at timestamp NOT NULL
        );
        CREATE INDEX hearth_webhook_attempts_webhook_id ON hearth_webhook_attempts (webhook_id, id);
        """

    private static let mail = """
        -- Null for whoever has not chosen.
        ALTER TABLE users ADD COLUMN language text;

        -- Mails that a server may have, from before their last byte is sent until it is known that it does not.
        CREATE TABLE hearth_mail_handovers (
            job uuid PRIMARY KEY REFERENCES hearth_jobs(id) ON DELETE CASCADE,
            -- The attempt of the job that handed it over.
            attempt integer NOT NULL,
            at timestamp NOT NULL
        );
        """
}
