-- When a habit rests: ISO 8601 intervals of days in ascending order, a space between; null for never. They stand with the habit, as
-- no streak can be told without.
ALTER TABLE habits ADD COLUMN pauses text;

-- down
ALTER TABLE habits DROP COLUMN pauses;
