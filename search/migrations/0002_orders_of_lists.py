from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="entry",
            name="amount",
            field=models.BigIntegerField(null=True),
        ),
    ]
