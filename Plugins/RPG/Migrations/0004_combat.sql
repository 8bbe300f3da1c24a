-- Challenges, and what came of them. The log of a fight follows from the seed and the two fighters.
CREATE TABLE rpg_combats (
    id uuid PRIMARY KEY,
    challenger_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    defender_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    bet bigint NOT NULL CONSTRAINT rpg_combats_bet CHECK (bet >= 0),
    message text,
    status text NOT NULL, -- pending, completed, declined, withdrawn, expired
    challenger json NOT NULL, -- as he was when they fought, or when the challenge was made; likewise the next one
    defender json NOT NULL,
    seed bigint, -- this and all below: null before it is over; the seed and the next four unless it was fought
    turns integer,
    winner_id uuid, -- null for a draw, too
    challenger_xp integer,
    defender_xp integer,
    winner_coins bigint,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    ended_at timestamp,
    CONSTRAINT rpg_combats_two CHECK (challenger_id <> defender_id)
);

CREATE INDEX rpg_combats_by_challenger ON rpg_combats (challenger_id, created_at);
CREATE INDEX rpg_combats_by_defender ON rpg_combats (defender_id, created_at);
CREATE INDEX rpg_combats_by_pair ON rpg_combats (challenger_id, defender_id, created_at);

CREATE TABLE rpg_combat_records (
    user_id uuid PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    open_bet bigint NOT NULL, -- bets up to this are fought without asking; 0 for none
    wins integer NOT NULL,
    losses integer NOT NULL,
    draws integer NOT NULL,
    win_streak integer NOT NULL,
    best_win_streak integer NOT NULL,
    xp_earned bigint NOT NULL,
    coins_earned bigint NOT NULL,
    coins_lost bigint NOT NULL
);

CREATE INDEX rpg_combat_records_by_wins ON rpg_combat_records (wins DESC, user_id);

-- down
DROP TABLE rpg_combat_records;
DROP TABLE rpg_combats;
