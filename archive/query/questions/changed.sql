-- Articles that were edited after they were first kept: a row an edit, with the fields that are not as they were in
-- the version before. `changed DIR` names the kind of edit (typo, figure, paragraph ...), `history DIR URL` the words.
WITH edits AS (
    SELECT
        portal, title, url, version, left(provenance.captured, 10) AS captured,
        list_filter(
            [
                CASE WHEN title IS DISTINCT FROM lag(title) OVER edit THEN 'title' END,
                CASE WHEN body IS DISTINCT FROM lag(body) OVER edit THEN 'body' END,
                CASE WHEN "timestamp" IS DISTINCT FROM lag("timestamp") OVER edit THEN 'timestamp' END,
                CASE WHEN author IS DISTINCT FROM lag(author) OVER edit THEN 'author' END,
                CASE WHEN source IS DISTINCT FROM lag(source) OVER edit THEN 'source' END,
                CASE WHEN section IS DISTINCT FROM lag(section) OVER edit THEN 'section' END,
                CASE WHEN list_transform(images, lambda one: one.url)
                    IS DISTINCT FROM lag(list_transform(images, lambda one: one.url)) OVER edit THEN 'images' END,
                CASE WHEN list_transform(attachments, lambda one: one.url)
                    IS DISTINCT FROM lag(list_transform(attachments, lambda one: one.url)) OVER edit
                    THEN 'attachments' END
            ],
            lambda one: one IS NOT NULL
        ) AS changed,
        lag(version) OVER edit AS before
    FROM versions
    WINDOW edit AS (PARTITION BY portal, id ORDER BY version)
)
SELECT portal, title, version, array_to_string(changed, ', ') AS changed, captured, url
FROM edits
WHERE before IS NOT NULL
ORDER BY portal, url, version
