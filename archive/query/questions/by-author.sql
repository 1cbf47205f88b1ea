-- Articles by who signed them; of several authors each counts. Spellings that differ in accents alone stay apart.
SELECT
    author,
    count(*) AS articles,
    count(DISTINCT portal) AS portals,
    min(left("timestamp", 10)) AS first,
    max(left("timestamp", 10)) AS last
FROM (
    SELECT
        portal,
        unnest(string_split(author, ', ')) AS author,
        CASE WHEN timestamp_kind = 'published' THEN "timestamp" END AS "timestamp"
    FROM articles
)
GROUP BY author
ORDER BY articles DESC, author
