-- What is between two users. One row a pair, whoever began: what they do at the same moment happens one after the other.
CREATE TABLE social_relations (
    low_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    high_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    id uuid NOT NULL, -- of the request, and of the friendship that it became; another one with each request
    status text NOT NULL CONSTRAINT social_relations_status CHECK (status IN ('none', 'pending', 'accepted')),
    requester_id uuid, -- null while there is neither request nor friendship
    since timestamp NOT NULL, -- of the request, then of the friendship
    low_blocks boolean NOT NULL,
    high_blocks boolean NOT NULL,
    PRIMARY KEY (low_id, high_id),
    CONSTRAINT social_relations_order CHECK (low_id < high_id)
);

CREATE INDEX social_relations_by_high ON social_relations (high_id);
CREATE UNIQUE INDEX social_relations_by_id ON social_relations (id);

-- down
DROP TABLE social_relations;
