from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0007_names_of_the_invited")]

    operations = [
        migrations.AddField(
            model_name="wall", name="taken_down_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
