-- Portals that stopped publishing: at the last visit their newest article was older than 30 days, and than any pause
-- between two days of publication before, the longest of which is shown. Only dates of publication count: portals of
-- which no article has one come last, with empty columns, as nothing tells whether they stopped.
WITH days AS (
    SELECT DISTINCT portal, timestamp_local::DATE AS day
    FROM articles
    WHERE timestamp_kind = 'published' AND timestamp_local IS NOT NULL
),
pauses AS (
    SELECT portal, day, day - lag(day) OVER (PARTITION BY portal ORDER BY day) AS pause FROM days
),
portals AS (
    SELECT portal, max(day) AS last_article, max(pause) AS longest_pause
    FROM (SELECT DISTINCT portal FROM articles) LEFT JOIN pauses USING (portal)
    GROUP BY portal
),
visits AS (
    SELECT portal, max(date_at)::DATE AS last_visit FROM captures GROUP BY portal
)
SELECT portal, last_article, last_visit, last_visit - last_article AS silent_days, longest_pause
FROM portals JOIN visits USING (portal)
WHERE last_article IS NULL OR last_visit - last_article > greatest(30, coalesce(longest_pause, 0))
ORDER BY silent_days DESC NULLS LAST, portal
