CREATE TABLE rpg_players (
    user_id uuid PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    total_xp bigint NOT NULL CONSTRAINT rpg_players_xp CHECK (total_xp >= 0), -- sums of the ledger, as are the next two
    coins bigint NOT NULL CONSTRAINT rpg_players_coins CHECK (coins >= 0),
    coin_debt bigint NOT NULL CONSTRAINT rpg_players_debt CHECK (coin_debt >= 0),
    level integer NOT NULL,
    rewarded_level integer NOT NULL, -- the highest one whose reward was paid; never falls
    stat_points integer NOT NULL CONSTRAINT rpg_players_points CHECK (stat_points >= 0),
    current_streak integer NOT NULL, -- as of streak_through
    best_streak integer NOT NULL,
    streak_through date, -- the last day on which something was done
    streak_until date, -- the last day on which something done continues the streak without a freeze
    free_freeze_week date, -- Monday of the latest week whose free freeze was spent
    frozen_until timestamp, -- of the last freeze by hand
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE TABLE rpg_awards (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    source_kind text NOT NULL,
    source_id uuid NOT NULL,
    local_date date NOT NULL, -- the user's own day
    extends_streak boolean NOT NULL,
    xp bigint NOT NULL,
    coins bigint NOT NULL,
    multiplier_percent integer NOT NULL,
    current_streak integer NOT NULL, -- this and the next three: as they were answered
    best_streak integer NOT NULL,
    level_before integer NOT NULL,
    level_after integer NOT NULL,
    occurred_at timestamp NOT NULL,
    awarded_at timestamp NOT NULL,
    revoked_at timestamp, -- null while it counts
    UNIQUE (user_id, source_kind, source_id)
);

CREATE INDEX rpg_awards_by_day ON rpg_awards (user_id, local_date);

-- Days on which nothing needs to be done for the streak to go on.
CREATE TABLE rpg_rests (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind text NOT NULL, -- freeze, vacation
    first_day date NOT NULL,
    last_day date NOT NULL,
    award_id uuid REFERENCES rpg_awards(id) ON DELETE CASCADE, -- which spent the week's freeze for a missed day; null by hand
    created_at timestamp NOT NULL
);

CREATE INDEX rpg_rests_by_user ON rpg_rests (user_id, last_day);
CREATE INDEX rpg_rests_by_award ON rpg_rests (award_id);

-- Double entry: each row moves an amount from one account of the user to another.
CREATE TABLE rpg_ledger (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    currency text NOT NULL, -- xp, coins
    from_account text NOT NULL,
    to_account text NOT NULL,
    amount bigint NOT NULL CONSTRAINT rpg_ledger_amount CHECK (amount > 0),
    balance_after bigint NOT NULL, -- of the wallet
    source_kind text NOT NULL,
    source_id uuid NOT NULL,
    created_at timestamp NOT NULL
);

CREATE INDEX rpg_ledger_by_user ON rpg_ledger (user_id, id);

-- down
DROP TABLE rpg_ledger;
DROP TABLE rpg_rests;
DROP TABLE rpg_awards;
DROP TABLE rpg_players;
