CREATE TABLE rpg_characters (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE REFERENCES users(id) ON DELETE CASCADE,
    name text NOT NULL,
    class text NOT NULL,
    avatar_id text NOT NULL,
    title text,
    gender text NOT NULL,
    skin_color text NOT NULL,
    hair_style text NOT NULL,
    hair_color text NOT NULL,
    eye_color text NOT NULL,
    strength integer NOT NULL,
    endurance integer NOT NULL,
    agility integer NOT NULL,
    intelligence integer NOT NULL,
    charisma integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE TABLE rpg_items (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    description text,
    description_en text,
    category text NOT NULL,
    rarity integer NOT NULL, -- 0 common to 4 legendary
    price integer NOT NULL CONSTRAINT rpg_items_price CHECK (price >= 0),
    strength_bonus integer NOT NULL DEFAULT 0,
    endurance_bonus integer NOT NULL DEFAULT 0,
    agility_bonus integer NOT NULL DEFAULT 0,
    intelligence_bonus integer NOT NULL DEFAULT 0,
    charisma_bonus integer NOT NULL DEFAULT 0,
    sprite_url text,
    sprite_layer integer NOT NULL DEFAULT 0,
    is_available boolean NOT NULL,
    is_limited boolean NOT NULL DEFAULT FALSE,
    available_from timestamp,
    available_until timestamp,
    required_level integer NOT NULL DEFAULT 1,
    milestone_level integer, -- the level that brings it
    removed_at timestamp, -- owners keep what was removed
    created_at timestamp NOT NULL
);

CREATE INDEX rpg_items_by_rarity ON rpg_items (rarity, price, name, id);
CREATE INDEX rpg_items_by_milestone ON rpg_items (milestone_level);

CREATE TABLE rpg_inventory (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    item_id uuid NOT NULL REFERENCES rpg_items(id),
    price_paid integer NOT NULL,
    equipped_slot text, -- the item's category while it is worn
    acquired_at timestamp NOT NULL,
    UNIQUE (user_id, item_id),
    UNIQUE (user_id, equipped_slot)
);

-- down
DROP TABLE rpg_inventory;
DROP TABLE rpg_items;
DROP TABLE rpg_characters;
