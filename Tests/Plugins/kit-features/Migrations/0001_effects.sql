-- What jobs have done, a row each time.
CREATE TABLE kit_features_effects (
    job_id uuid NOT NULL,
    attempt integer NOT NULL,
    PRIMARY KEY (job_id, attempt)
);
