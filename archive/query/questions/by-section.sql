-- Articles by portal and section, with the first and last date of publication in each.
SELECT
    portal,
    nullif(array_to_string(section, ' › '), '') AS section,
    count(*) AS articles,
    min(CASE WHEN timestamp_kind = 'published' THEN left("timestamp", 10) END) AS first,
    max(CASE WHEN timestamp_kind = 'published' THEN left("timestamp", 10) END) AS last
FROM articles
GROUP BY ALL
ORDER BY portal, articles DESC, section NULLS LAST
