CREATE TABLE progression (
    user_id uuid PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    total_xp bigint NOT NULL,
    coins bigint NOT NULL,
    level integer NOT NULL,
    current_streak integer NOT NULL,
    best_streak integer NOT NULL,
    last_date date
);

CREATE TABLE progression_awards (
    source_kind text NOT NULL,
    source_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    xp bigint NOT NULL,
    coins bigint NOT NULL,
    percent integer NOT NULL,
    current_streak integer NOT NULL,
    best_streak integer NOT NULL,
    level_before integer NOT NULL,
    level_after integer NOT NULL,
    badge text NOT NULL,
    is_revoked boolean NOT NULL,
    awarded_at timestamp NOT NULL,
    PRIMARY KEY (user_id, source_kind, source_id)
);
