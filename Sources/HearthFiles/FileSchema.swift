/// The tables of files, as a migration in portable SQL. The host applies it with its own.
public enum FileSchema {
    /// The text of the migration; never changed once it was applied anywhere.
    public static let sql = """
        CREATE TABLE hearth_files (
            plugin text NOT NULL,
            key text NOT NULL,
            blob uuid NOT NULL,
            size bigint NOT NULL,
            content_type text NOT NULL,
            digest bytes NOT NULL,
            modified_at timestamp NOT NULL,
            -- Of a user: gone for everybody with the account, and then from the storage.
            is_personal boolean NOT NULL,
            user_id uuid REFERENCES users(id) ON DELETE SET NULL,
            PRIMARY KEY (plugin, key)
        );
        CREATE INDEX hearth_files_user ON hearth_files (user_id, is_personal);

        -- The bytes that each plugin has in hearth_files. Locked by whoever changes its files.
        CREATE TABLE hearth_file_usage (
            plugin text PRIMARY KEY,
            used bigint NOT NULL
        );

        -- Blobs without a file: on their way, replaced or removed. Each is here before it is in the storage.
        CREATE TABLE hearth_file_garbage (
            blob uuid PRIMARY KEY,
            plugin text NOT NULL,
            -- When it may be removed.
            due_at timestamp NOT NULL
        );
        CREATE INDEX hearth_file_garbage_due_at ON hearth_file_garbage (due_at);
        """
}
