CREATE TABLE outside_transaction (
    id uuid PRIMARY KEY
);
