-- Articles by portal and month of publication, by the portal's own clock. What has no date of publication of its own
-- (none, or that of the portal's last build) is in the row without a month.
SELECT
    portal,
    CASE WHEN timestamp_kind = 'published' THEN strftime(timestamp_local, '%Y-%m') END AS month,
    count(*) AS articles
FROM articles
GROUP BY ALL
ORDER BY portal, month NULLS LAST
