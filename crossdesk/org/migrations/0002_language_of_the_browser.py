from django.db import migrations, models


def follow_the_browser(apps, schema_editor):
    """English was the only language there was: nobody chose it."""
    apps.get_model("org", "User").objects.filter(language="en").update(language="")


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
        migrations.RunPython(follow_the_browser, migrations.RunPython.noop, elidable=True),
    ]
