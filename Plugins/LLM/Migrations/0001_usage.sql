-- What a user, and what all together, have used on a day of UTC. Costs are millionths of a dollar; what a call that is under way may
-- cost at most is in them.
CREATE TABLE llm_usage (
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    day date NOT NULL,
    evaluations integer NOT NULL,
    completions integer NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost bigint NOT NULL,
    PRIMARY KEY (user_id, day)
);

CREATE TABLE llm_days (
    day date PRIMARY KEY,
    evaluations integer NOT NULL,
    completions integer NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost bigint NOT NULL
);

-- down
DROP TABLE llm_days;
DROP TABLE llm_usage;
