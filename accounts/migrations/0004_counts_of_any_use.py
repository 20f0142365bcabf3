"""One table counts whatever is limited. It keeps its name, so that processes of the former release find it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_profile_and_proposals"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("SignInTries", "Tally"),
                migrations.AlterModelTable("Tally", "accounts_signintries"),
                migrations.AlterModelOptions(
                    "Tally", {"verbose_name": "回数の記録", "verbose_name_plural": "回数の記録"}
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE accounts_signintries SET UNLOGGED", "ALTER TABLE accounts_signintries SET LOGGED"
                ),
            ],
        ),
    ]
