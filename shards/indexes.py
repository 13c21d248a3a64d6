"""Index types that Django has no class for."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class FullTextIndex(models.Index):
    """FULLTEXT, with the parser that both engines have: words between blanks. MySQL's ngram is unknown to MariaDB."""

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **kwargs: Any
    ) -> Any:
        statement = super().create_sql(model, schema_editor, using=using, **kwargs)
        statement.template = statement.template.replace("INDEX", "FULLTEXT INDEX", 1)
        return statement
