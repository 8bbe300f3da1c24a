CREATE TABLE holds_transaction (
    id uuid PRIMARY KEY
);
