"""How pages of portals are found, fetched and understood. Folders in the order of the data:

    portal -> discover -> frontier -> fetch -> (archive) -> extract -> learn -> derive -> report

`crawl` is one run of it, `probe` looks before, `upkeep` does it again from what is kept, `cron` unattended. `page` and
`fields` are what all read with.
"""
