CREATE TABLE notifications (
    id uuid PRIMARY KEY, -- ascends with time: the order of the inbox
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind text NOT NULL,
    title_en text NOT NULL,
    title_fr text NOT NULL,
    body_en text NOT NULL,
    body_fr text NOT NULL,
    data json,
    unique_key text, -- of the sender: the same key is the same notification
    in_inbox boolean NOT NULL, -- false when he wants none there, or has removed it
    in_digest boolean NOT NULL, -- waits for the next mail
    is_held boolean NOT NULL, -- waits for the end of his quiet hours
    read_at timestamp,
    created_at timestamp NOT NULL,
    UNIQUE (user_id, unique_key)
);

CREATE INDEX notifications_inbox ON notifications (user_id, id) WHERE in_inbox;
CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE in_inbox AND read_at IS NULL;
CREATE INDEX notifications_held ON notifications (user_id) WHERE is_held;
CREATE INDEX notifications_by_age ON notifications (created_at);

-- Where a user wants notifications of a kind; all is wanted without a row.
CREATE TABLE notifications_preferences (
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind text NOT NULL,
    inbox boolean NOT NULL,
    push boolean NOT NULL,
    mail boolean NOT NULL,
    PRIMARY KEY (user_id, kind)
);

-- When a user wants to be told; at any time, and no mails, without a row.
CREATE TABLE notifications_settings (
    user_id uuid PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    quiet_from time, -- his local time; both or none
    quiet_until time,
    digest text NOT NULL
);

CREATE INDEX notifications_settings_by_digest ON notifications_settings (digest, user_id);

CREATE TABLE notifications_broadcasts (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    title_en text NOT NULL,
    title_fr text NOT NULL,
    body_en text NOT NULL,
    body_fr text NOT NULL,
    data json,
    unique_key text UNIQUE, -- of who asked for it: the same key is the same broadcast
    recipients integer NOT NULL, -- so far
    created_at timestamp NOT NULL,
    finished_at timestamp
);

-- down
DROP TABLE notifications_broadcasts;
DROP TABLE notifications_settings;
DROP TABLE notifications_preferences;
DROP TABLE notifications;
