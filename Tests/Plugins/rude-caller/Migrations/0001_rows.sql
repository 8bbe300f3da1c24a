CREATE TABLE rude_caller (
    id uuid PRIMARY KEY
);
