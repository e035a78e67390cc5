import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0001_initial'),
        ('org', '0003_preferences_of_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('terms', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.department')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('removed_at', None)), fields=['workspace', 'owner'], name='filters_of_workspace')],
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inbound_id', models.BigIntegerField(default=0)),
                ('entry_id', models.BigIntegerField(default=0)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.conversation')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'conversation'), name='one_place_for_each_reader')],
            },
        ),
        migrations.AddField(
            model_name='act',
            name='batch',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='act',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch', 'id'], name='acts_of_batch'),
        ),
    ]
