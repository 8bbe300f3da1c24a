-- Each minute the habits of all users with a reminder in it are looked for.
CREATE INDEX habits_by_reminder ON habits (reminder_time, id);

-- down
DROP INDEX habits_by_reminder;
