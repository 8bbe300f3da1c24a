CREATE TABLE habits (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    title text NOT NULL,
    description text,
    icon text NOT NULL,
    color text NOT NULL,
    category text NOT NULL,
    difficulty text NOT NULL,
    positive boolean NOT NULL,
    negative boolean NOT NULL,
    frequency text NOT NULL,
    weekdays integer NOT NULL, -- a bit a day, Monday the lowest; 0 for none chosen
    times_per_week integer,
    target_value integer,
    unit text,
    reminder_time time,
    position integer NOT NULL,
    archived_at timestamp, -- null for a habit in use
    current_streak integer NOT NULL,
    best_streak integer NOT NULL,
    streak_through date, -- the last day, or the Monday of the last week, that the current streak counts
    last_completed_date date, -- of the completion with the latest date, and when that day was over for the user
    last_day_ends_at timestamp,
    total_completions integer NOT NULL,
    total_xp_earned bigint NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE INDEX habits_by_user ON habits (user_id, position);

CREATE TABLE habits_completions (
    id uuid PRIMARY KEY,
    habit_id uuid NOT NULL REFERENCES habits(id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    completed_date date NOT NULL, -- the user's own day
    day_ends_at timestamp NOT NULL, -- when that day is over in the zone that the user was in
    completed_at timestamp NOT NULL,
    is_backfilled boolean NOT NULL,
    notes text,
    difficulty_rating integer,
    mood_rating integer,
    value integer,
    base_xp integer NOT NULL,
    xp_earned integer NOT NULL,
    coins_earned integer NOT NULL,
    streak integer NOT NULL, -- of the habit, this completion included
    created_at timestamp NOT NULL,
    UNIQUE (habit_id, completed_date)
);

CREATE INDEX habits_completions_by_user ON habits_completions (user_id, completed_date);

-- down
DROP TABLE habits_completions;
DROP TABLE habits;
