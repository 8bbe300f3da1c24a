CREATE TABLE truncated_tables (
    id uuid PRIMARY KEY
);
