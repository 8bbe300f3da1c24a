CREATE TABLE foreign_migration (
    id uuid PRIMARY KEY
);

CREATE TABLE habits_shadow (
    id uuid PRIMARY KEY
);
