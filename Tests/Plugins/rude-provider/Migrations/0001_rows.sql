CREATE TABLE rude_provider (
    id uuid PRIMARY KEY
);
