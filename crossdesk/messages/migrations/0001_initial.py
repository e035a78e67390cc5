import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('channels', '0001_initial'),
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='org.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=200)),
                ('handle', models.CharField(max_length=200)),
                ('name', models.CharField(default='', max_length=200)),
                ('url', models.CharField(default='', max_length=500)),
                ('avatar_url', models.CharField(default='', max_length=500)),
                ('bio', models.TextField(default='')),
                ('followers', models.IntegerField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='messages.contact')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'network', 'host', 'external_id'), name='one_identity_for_each_place')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=200)),
                ('direction', models.CharField(choices=[('in', 'To us'), ('out', 'From us')], max_length=3)),
                ('kind', models.CharField(choices=[('mention', 'Mention'), ('reply', 'Reply'), ('direct', 'Direct message'), ('post', 'Post'), ('repost', 'Repost'), ('quote', 'Quote'), ('comment', 'Comment'), ('review', 'Review')], max_length=10)),
                ('visibility', models.CharField(choices=[('public', 'Public'), ('unlisted', 'Unlisted'), ('private', 'Followers only'), ('direct', 'Direct')], max_length=10)),
                ('text', models.TextField()),
                ('language', models.CharField(default='', max_length=10)),
                ('sent_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('parent_external_id', models.CharField(default='', max_length=200)),
                ('root_external_id', models.CharField(default='', max_length=200)),
                ('permalink', models.CharField(default='', max_length=500)),
                ('version', models.IntegerField(default=1)),
                ('edited_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('late', models.BooleanField(default=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('check_at', models.DateTimeField(null=True)),
                ('metrics', models.JSONField(default=dict)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.account')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='messages.contact')),
                ('identity', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='messages.identity')),
                ('outbox', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='message', to='channels.outboxitem')),
                ('wall', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.wall')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['contact', '-sent_at', '-id'], name='messages_of_contact'), models.Index(fields=['workspace', '-sent_at', '-id'], name='messages_by_time'), models.Index(condition=models.Q(('check_at__isnull', False)), fields=['account', 'check_at'], name='messages_to_check')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'network', 'host', 'external_id'), name='one_message_for_each_place')],
            },
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('url', models.CharField(max_length=1000)),
                ('mime', models.CharField(default='', max_length=100)),
                ('alt', models.TextField(default='')),
                ('width', models.IntegerField(null=True)),
                ('height', models.IntegerField(null=True)),
                ('path', models.CharField(default='', max_length=200)),
                ('kept_mime', models.CharField(default='', max_length=100)),
                ('tries', models.IntegerField(default=0)),
                ('error', models.TextField(default='')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='messages.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'position'), name='one_medium_for_each_position')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('head', models.CharField(max_length=20)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='messages.message')),
            ],
        ),
        migrations.CreateModel(
            name='MessageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('text', models.TextField()),
                ('until', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='messages.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'number'), name='one_text_for_each_version')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('message_external_id', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=10)),
                ('external_id', models.CharField(max_length=200)),
                ('handle', models.CharField(max_length=200)),
                ('name', models.CharField(default='', max_length=200)),
                ('at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'network', 'host', 'message_external_id', 'kind', 'external_id'), name='one_reaction_of_a_kind_for_each_person')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('model', models.CharField(max_length=60)),
                ('values', models.JSONField()),
                ('read_at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='messages.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'version'), name='one_reading_for_each_version')],
            },
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('poll', 'Poll'), ('stream', 'Stream'), ('webhook', 'Webhook'), ('check', 'Check')], max_length=10)),
                ('seen_at', models.DateTimeField()),
                ('delivery_id', models.BigIntegerField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.account')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='messages.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'account'), name='one_sighting_for_each_account')],
            },
        ),
        migrations.CreateModel(
            name='EarlyDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['received_at'], name='early_deletions_by_time')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'network', 'host', 'external_id'), name='one_early_deletion_for_each_place')],
            },
        ),
    ]
