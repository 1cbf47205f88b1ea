-- By portal: how many articles there are, and how many per cent of them have each field.
SELECT
    portal,
    count(*) AS articles,
    round(100 * avg((timestamp_kind IS NOT DISTINCT FROM 'published')::INTEGER), 1) AS dated,
    round(100 * avg((author IS NOT NULL)::INTEGER), 1) AS author,
    round(100 * avg((source IS NOT NULL)::INTEGER), 1) AS source,
    round(100 * avg((len(section) > 0)::INTEGER), 1) AS section,
    round(100 * avg((body != '')::INTEGER), 1) AS body,
    round(100 * avg((len(images) > 0)::INTEGER), 1) AS images,
    round(100 * avg((len(attachments) > 0)::INTEGER), 1) AS attachments
FROM articles
GROUP BY portal
ORDER BY portal
