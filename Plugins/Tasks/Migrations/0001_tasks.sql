CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    priority integer NOT NULL, -- its rank: 0 for low to 3 for urgent
    status text NOT NULL,
    due_date date, -- in the user's zone, wherever he is
    due_time time, -- null for the whole day
    tags json NOT NULL,
    subtasks json NOT NULL, -- with the task: they are read and changed together
    difficulty text, -- named by the user
    wished_xp integer,
    uses_evaluation boolean NOT NULL,
    evaluation json, -- as evaluator/1 has answered
    evaluation_round integer NOT NULL, -- counts what was asked, so that an answer to an earlier question is known as such
    evaluation_asked_at timestamp, -- null when no answer is awaited
    recurrence text,
    recurrence_day integer,
    next_id uuid, -- the task that follows this one
    completed_at timestamp,
    completed_on date, -- the user's own day
    cancelled_at timestamp,
    rewarded_at timestamp, -- stays when the task is reopened: it is paid once
    xp_earned integer NOT NULL,
    coins_earned integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE INDEX tasks_open ON tasks (user_id, due_date) WHERE status IN ('pending', 'in_progress');
CREATE INDEX tasks_by_due_time ON tasks (due_date, due_time) WHERE due_time IS NOT NULL;
CREATE INDEX tasks_by_user ON tasks (user_id, completed_at);
CREATE INDEX tasks_completed ON tasks (completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX tasks_cancelled ON tasks (cancelled_at) WHERE cancelled_at IS NOT NULL;

-- down
DROP TABLE tasks;
