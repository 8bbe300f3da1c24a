CREATE TABLE foreign_table (
    id uuid PRIMARY KEY,
    name text NOT NULL
);
