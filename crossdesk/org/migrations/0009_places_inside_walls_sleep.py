from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def put_to_sleep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Places of those who have no access now. Where nobody inside has any, they keep their places."""
    places = apps.get_model("org", "WallMember").objects
    awake = places.filter(wall_id=models.OuterRef("wall_id"), member__active=True, asleep_at=None)
    places.filter(models.Exists(awake), member__active=False, asleep_at=None).update(asleep_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("org", "0008_walls_are_taken_down")]

    operations = [
        migrations.AddField(
            model_name="wallmember", name="asleep_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunPython(put_to_sleep, migrations.RunPython.noop),
    ]
