-- Of whom something was counted. Whoever counts locks the row first.
CREATE TABLE stats_people (
    user_id uuid PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    timezone text NOT NULL, -- as of the last time: at its midnight his days are closed
    active_date date NOT NULL, -- the latest day on which something was counted
    closed_date date NOT NULL -- the latest day that is closed
);

CREATE INDEX stats_people_by_timezone ON stats_people (timezone, user_id);

-- What was counted: completions of habits and tasks, and coins that were spent.
CREATE TABLE stats_activities (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind text NOT NULL,
    habit_id uuid,
    local_date date NOT NULL, -- the user's own day
    xp integer NOT NULL,
    coins integer NOT NULL,
    mood integer, -- 1 to 5; null where the user has not said it
    counts boolean NOT NULL, -- false for what was undone, which is kept: who is told of it late does not count it again
    told_at timestamp NOT NULL -- when that happened: the later word counts
);

CREATE INDEX stats_activities_by_user ON stats_activities (user_id, local_date, id);

-- What the activities of a day add up to.
CREATE TABLE stats_days (
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    local_date date NOT NULL,
    habits_total integer, -- how many habits were due; null while nobody has said it
    is_closed boolean NOT NULL, -- whether that was said when the day was over
    habits_completed integer NOT NULL,
    tasks_completed integer NOT NULL,
    xp_earned integer NOT NULL,
    coins_earned integer NOT NULL,
    coins_spent integer NOT NULL,
    moods integer NOT NULL, -- how many completions have a mood, and what these add up to
    mood_sum integer NOT NULL,
    PRIMARY KEY (user_id, local_date)
);

-- down
DROP TABLE stats_days;
DROP TABLE stats_activities;
DROP TABLE stats_people;
