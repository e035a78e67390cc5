"""Who may be the same person on another network: addresses that profiles name, and who was said to be two."""

from django.db import migrations, models
from django.db.models import CASCADE, SET_NULL, F, Q
from django.db.models.functions import Lower

from crossdesk.messages.likeness import named

BATCH = 1000


def fill(apps, schema_editor):
    """Keep what the profiles name that are here already. Safe to repeat."""
    Identity, NamedAddress = apps.get_model("messages", "Identity"), apps.get_model("messages", "NamedAddress")
    todo, last = Identity.objects.exclude(bio="").order_by("pk"), 0
    while rows := list(todo.filter(pk__gt=last)[:BATCH]):
        last = rows[-1].pk
        NamedAddress.objects.bulk_create(
            [
                NamedAddress(workspace_id=row.workspace_id, identity_id=row.pk, address=address)
                for row in rows
                for address in sorted(named(row))
            ],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("messages", "0005_vectors"), ("org", "0009_places_inside_walls_sleep")]

    operations = [
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(F("workspace"), Lower("url"), name="identities_by_address"),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(
                fields=("contact", "network", "host"), name="one_identity_of_a_contact_for_each_place"
            ),
        ),
        migrations.CreateModel(
            name="NamedAddress",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("address", models.CharField(max_length=300)),
                ("identity", models.ForeignKey(on_delete=CASCADE, related_name="named", to="messages.identity")),
                ("workspace", models.ForeignKey(on_delete=CASCADE, related_name="+", to="org.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("identity", "address"), name="an_address_is_named_once")
                ],
                "indexes": [models.Index(fields=["workspace", "address"], name="named_addresses")],
            },
        ),
        migrations.CreateModel(
            name="KeptApart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to="org.member")),
                ("one", models.ForeignKey(on_delete=CASCADE, related_name="+", to="messages.identity")),
                ("other", models.ForeignKey(on_delete=CASCADE, related_name="+", to="messages.identity")),
                ("workspace", models.ForeignKey(on_delete=CASCADE, related_name="+", to="org.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="kept_apart_once"),
                    models.CheckConstraint(condition=Q(one__lt=F("other")), name="kept_apart_in_one_order"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
