"""Django's PostgreSQL backend with what the portal asks of a server: version 15, UTF-8, an answer."""

from django.core import checks
from django.db import OperationalError
from django.db.backends.base.validation import BaseDatabaseValidation
from django.db.backends.postgresql import base, features


class DatabaseUnavailableError(OperationalError):
    """No connection can be made, or the server cannot be used; the text tells an operator why."""


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)


class DatabaseValidation(BaseDatabaseValidation):
    def check(self, **kwargs):
        """Asked by ``manage.py check --database default`` and before migrations: is there a usable server?"""
        try:
            self.connection.ensure_connection()
        except DatabaseUnavailableError as error:
            return [checks.Error(str(error), id="database.E001")]
        return []


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    validation_class = DatabaseValidation
    # How the messages name the database.
    described_as = "the database that DATABASE_URL names"

    def get_new_connection(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            raise DatabaseUnavailableError(f"Cannot connect to {self.described_as}: {error}") from error

    def check_database_version_supported(self):
        version, minor = self.get_database_version()
        if (version,) < self.features.minimum_database_version:
            raise DatabaseUnavailableError(
                f"PostgreSQL 15 or later is needed, but {self.described_as} runs on {version}.{minor}."
            )
        encoding = self.connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise DatabaseUnavailableError(f"The encoding of {self.described_as} is {encoding}, but must be UTF8.")
