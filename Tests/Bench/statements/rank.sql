-- $1 = 'xp'
-- $2 = 'xp'
-- $3 = 'xp'
-- $4 = 'xp'
-- $5 = :user
-- $6 = 'xp'
SELECT p.value,
    CAST((SELECT coalesce(sum(players), 0) FROM rpg_rank_counts
            WHERE metric = $1 AND height = 2 AND bucket > p.bucket / 1024)
        + (SELECT coalesce(sum(players), 0) FROM rpg_rank_counts
            WHERE metric = $2 AND height = 1 AND bucket > p.bucket / 32 AND bucket < (p.bucket / 1024 + 1) * 32)
        + (SELECT coalesce(sum(players), 0) FROM rpg_rank_counts
            WHERE metric = $3 AND height = 0 AND bucket > p.bucket AND bucket < (p.bucket / 32 + 1) * 32)
        + sum(CASE WHEN moves.to_bucket > p.bucket THEN 1 ELSE 0 END
            - CASE WHEN moves.from_bucket > p.bucket THEN 1 ELSE 0 END)
        + (SELECT count(*) FROM rpg_players WHERE xp_bucket = p.bucket AND total_xp > p.value) AS bigint),
    CAST((SELECT coalesce(sum(players), 0) FROM rpg_rank_counts WHERE metric = $4 AND height = 2)
        + sum(CASE WHEN moves.to_bucket > 0 THEN 1 ELSE 0 END - CASE WHEN moves.from_bucket > 0 THEN 1 ELSE 0 END)
        AS bigint)
FROM (SELECT coalesce(max(total_xp), 0) AS value, coalesce(max(xp_bucket), 0) AS bucket
    FROM rpg_players WHERE user_id = $5 AND xp_bucket > 0) AS p LEFT JOIN rpg_rank_moves AS moves ON moves.metric = $6
GROUP BY p.value, p.bucket
