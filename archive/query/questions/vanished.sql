-- Articles that the portal has taken away: what was last kept of them stays here.
SELECT portal, title, left("timestamp", 10) AS date, left(last_seen, 10) AS last_there, url
FROM articles
WHERE status = 'gone'
ORDER BY portal, last_there, url
