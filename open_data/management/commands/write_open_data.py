"""Write the files of open data now; the worker does the same every night."""

from django.core.management.base import BaseCommand, CommandError

from open_data.files import NotAllWritten, write_all


class Command(BaseCommand):
    help = "Writes the files of open data and says how long each took."

    def handle(self, *, verbosity, **options):
        def tell(publication, seconds):
            if verbosity:
                self.stdout.write(f"{publication.name}: {seconds:.1f} s")

        try:
            write_all(tell)
        except NotAllWritten as error:
            raise CommandError(f"Not written: {error}. The last files stay; the reasons are in the log.") from error
