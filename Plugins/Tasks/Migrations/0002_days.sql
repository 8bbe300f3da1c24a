-- What tasks have brought a user on a day of his, where the operator limits that. Rows go after the day, but not with the tasks.
CREATE TABLE tasks_days (
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    day date NOT NULL,
    xp integer NOT NULL,
    latest_xp integer NOT NULL, -- what the latest of them has brought
    PRIMARY KEY (user_id, day)
);

CREATE INDEX tasks_days_by_day ON tasks_days (day);

-- down
DROP TABLE tasks_days;
