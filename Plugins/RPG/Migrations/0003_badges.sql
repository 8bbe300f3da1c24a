CREATE TABLE rpg_badges (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL,
    description_en text NOT NULL,
    icon text NOT NULL,
    rarity integer NOT NULL, -- 0 common to 4 legendary
    xp_reward integer NOT NULL,
    condition_type text NOT NULL,
    condition_value json NOT NULL,
    is_secret boolean NOT NULL,
    is_seasonal boolean NOT NULL
);

CREATE TABLE rpg_unlocks (
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    badge_id uuid NOT NULL REFERENCES rpg_badges(id),
    unlocked_at timestamp NOT NULL,
    display_position integer, -- 1 to 3 while it is displayed
    PRIMARY KEY (user_id, badge_id)
);

CREATE INDEX rpg_unlocks_by_badge ON rpg_unlocks (badge_id);

-- down
DROP TABLE rpg_unlocks;
DROP TABLE rpg_badges;
