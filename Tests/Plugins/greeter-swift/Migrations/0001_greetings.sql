CREATE TABLE greeter_swift_greetings (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    message text NOT NULL,
    created_at timestamp NOT NULL
);

CREATE INDEX greeter_swift_greetings_by_user ON greeter_swift_greetings (user_id, id);
