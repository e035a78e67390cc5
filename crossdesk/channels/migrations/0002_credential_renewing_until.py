from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="renewing_until",
            field=models.DateTimeField(null=True),
        ),
    ]
