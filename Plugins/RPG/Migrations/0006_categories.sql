-- What was done: the category may be another one when an award is taken back.
ALTER TABLE rpg_awards ADD COLUMN category text;

-- down
ALTER TABLE rpg_awards DROP COLUMN category;
