CREATE INDEX rpg_players_by_xp ON rpg_players (xp_bucket DESC, total_xp DESC, user_id);
CREATE INDEX rpg_players_by_level ON rpg_players (level DESC, user_id);
CREATE INDEX rpg_players_by_streak ON rpg_players (ranked_streak DESC, user_id) WHERE ranked_streak > 0;
CREATE INDEX rpg_players_by_streak_end ON rpg_players (streak_ends_at) WHERE ranked_streak > 0;
CREATE INDEX rpg_ledger_by_xp ON rpg_ledger (user_id, created_at, to_account, amount) WHERE currency = 'xp';

-- How many players are in a bucket of a metric (height 0), and in 32 and 1024 of them together (heights 1 and 2).
CREATE TABLE rpg_rank_counts (
    metric text NOT NULL,
    height integer NOT NULL,
    bucket integer NOT NULL,
    players integer NOT NULL,
    PRIMARY KEY (metric, height, bucket)
);

-- Players who have changed buckets since they were counted; 0 is where nobody is counted.
CREATE TABLE rpg_rank_moves (
    id identity PRIMARY KEY,
    metric text NOT NULL,
    from_bucket integer NOT NULL,
    to_bucket integer NOT NULL
);

-- down
DROP TABLE rpg_rank_moves;
DROP TABLE rpg_rank_counts;
DROP INDEX rpg_ledger_by_xp;
DROP INDEX rpg_players_by_streak_end;
DROP INDEX rpg_players_by_streak;
DROP INDEX rpg_players_by_level;
DROP INDEX rpg_players_by_xp;
