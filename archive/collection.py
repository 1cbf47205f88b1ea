"""Collection: what users of this package hold: the articles of several portals, and what can be asked of them.

    collection = Collection("archive-2025")
    for article in collection.articles(Filters(since="2020")):
        print(article.timestamp, article.title)
    collection.search("dat dai")
    collection.frame("by-month")

`docs/library.md` walks through it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .errors import UsageError
from .filters import ALL, Filters
from .shard import Shards

if TYPE_CHECKING:
    import pandas

    from .query import Query
    from .search import Hit


class Collection(Shards):
    """A folder of shards that answers. Raises UsageError where it is none."""

    def search(self, text: str, filters: Filters = ALL, *, limit: int = 10, offset: int = 0) -> list[Hit]:
        """The nearest articles first: AND, OR, NOT, "phrases", beginnings*; words without accents find any accents.

        The index is brought up to date before. Raises UsageError where the words' syntax is wrong, Unwritable, Damaged.
        """
        from .search import searching

        with searching(self) as index:
            return index.search(text, filters, limit=limit, offset=offset)

    def query(self) -> AbstractContextManager[Query]:
        """SQL over the records, while it is open: `run` gives rows, `relation` what DuckDB calls so. See archive.query.

            with collection.query() as query:
                query.relation("SELECT * FROM articles").filter("year = 2019").show()

        Raises Unwritable, Damaged.
        """
        from .query import querying

        return querying(self)

    def frame(self, asked: str) -> pandas.DataFrame:
        """What a SELECT or a ready question gives, whole, as a DataFrame. Raises UsageError, also without pandas."""
        try:
            import pandas  # noqa: F401 (DuckDB's message would not say what to do)
        except ModuleNotFoundError:
            raise UsageError(
                "a DataFrame needs pandas, which is not here: pip install pandas; query() gives rows without"
            ) from None
        with self.query() as query:
            return query.frame(asked)
