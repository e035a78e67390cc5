import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=200)),
                ('handle', models.CharField(max_length=200)),
                ('name', models.CharField(default='', max_length=200)),
                ('url', models.CharField(default='', max_length=500)),
                ('avatar_url', models.CharField(default='', max_length=500)),
                ('limits', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('connecting', 'Connecting'), ('live', 'Live'), ('delayed', 'Delayed'), ('needs_sign_in', 'Needs sign-in'), ('refused', 'Refused'), ('paused', 'Paused')], default='connecting', max_length=20)),
                ('state_reason', models.TextField(default='')),
                ('state_since', models.DateTimeField()),
                ('failures', models.IntegerField(default=0)),
                ('connected_at', models.DateTimeField()),
                ('pulled_at', models.DateTimeField(null=True)),
                ('sends_after', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accounts', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'network', 'host', 'external_id'), name='one_account_for_each_place')],
            },
        ),
        migrations.CreateModel(
            name='AccountAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monitor', models.BooleanField(default=True)),
                ('respond', models.BooleanField(default=False)),
                ('publish', models.BooleanField(default=False)),
                ('approve', models.BooleanField(default=False)),
                ('manage', models.BooleanField(default=False)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access', to='channels.account')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access', to='org.department')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'department'), name='one_access_for_each_department')],
            },
        ),
        migrations.CreateModel(
            name='AppRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('redirect_uri', models.CharField(max_length=500)),
                ('sealed', models.BinaryField()),
                ('key_id', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('network', 'host', 'redirect_uri'), name='one_registration_for_each_host')],
            },
        ),
        migrations.CreateModel(
            name='ConnectAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_hash', models.CharField(max_length=64, unique=True)),
                ('network', models.CharField(max_length=30)),
                ('host', models.CharField(max_length=200)),
                ('sealed', models.BinaryField()),
                ('key_id', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField()),
                ('key_id', models.CharField(max_length=16)),
                ('scopes', models.JSONField(default=list)),
                ('expires_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField()),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='credential', to='channels.account')),
            ],
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.CharField(max_length=60)),
                ('value', models.TextField(default='')),
                ('moved_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cursors', to='channels.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'feed'), name='one_cursor_for_each_feed')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('received', models.IntegerField(default=0)),
                ('stored', models.IntegerField(default=0)),
                ('read', models.IntegerField(default=0)),
                ('decided', models.IntegerField(default=0)),
                ('unreadable', models.IntegerField(default=0)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='channels.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'hour'), name='one_tally_for_each_hour')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('workspace', 'Everything'), ('account', 'One account'), ('tag', 'One campaign or topic')], max_length=12)),
                ('tag', models.CharField(default='', max_length=80)),
                ('reason', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='channels.account')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='org.workspace')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('scope', 'account'), _negated=True), models.Q(('account', None), _negated=True), _connector='OR'), name='a_hold_on_an_account_names_it'), models.CheckConstraint(condition=models.Q(models.Q(('scope', 'tag'), _negated=True), models.Q(('tag', ''), _negated=True), _connector='OR'), name='a_hold_on_a_tag_names_it')],
            },
        ),
        migrations.CreateModel(
            name='OutboxItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('origin', models.CharField(default='', max_length=60)),
                ('conversation_id', models.BigIntegerField(null=True)),
                ('wall_id', models.BigIntegerField(null=True)),
                ('text', models.TextField()),
                ('visibility', models.CharField(default='public', max_length=10)),
                ('in_reply_to', models.CharField(default='', max_length=200)),
                ('to_handle', models.CharField(default='', max_length=200)),
                ('language', models.CharField(default='', max_length=10)),
                ('tags', models.JSONField(default=list)),
                ('approved_hash', models.CharField(default='', max_length=64)),
                ('state', models.CharField(choices=[('prepared', 'Waiting to be sent'), ('sending', 'Being sent'), ('processing', 'The network is working on it'), ('published', 'Published'), ('retry', 'Will be tried again'), ('unknown', 'Outcome unknown, asking the network'), ('refused', 'Refused'), ('cancelled', 'Cancelled'), ('doubtful', 'A person must decide')], default='prepared', max_length=12)),
                ('attempts', models.IntegerField(default=0)),
                ('error', models.TextField(default='')),
                ('due_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(null=True)),
                ('looks', models.IntegerField(default=0)),
                ('held_at', models.DateTimeField(null=True)),
                ('external_id', models.CharField(default='', max_length=200)),
                ('permalink', models.CharField(default='', max_length=500)),
                ('published_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outbox', to='channels.account')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['published', 'cancelled']), _negated=True), fields=['workspace', 'id'], name='outbox_unfinished'), models.Index(fields=['account', 'external_id'], name='outbox_by_external_id')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('external_id', ''), _negated=True), _connector='OR'), name='published_means_an_external_id')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMedia',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('path', models.CharField(max_length=300)),
                ('mime', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=200)),
                ('alt', models.TextField(default='')),
                ('digest', models.CharField(max_length=64)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='channels.outboxitem')),
            ],
        ),
        migrations.CreateModel(
            name='RawDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace_id', models.BigIntegerField()),
                ('feed', models.CharField(max_length=60)),
                ('source', models.CharField(choices=[('poll', 'Poll'), ('stream', 'Stream'), ('webhook', 'Webhook'), ('check', 'Check')], default='poll', max_length=10)),
                ('external_id', models.CharField(default='', max_length=200)),
                ('body', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('times', models.IntegerField(default=1)),
                ('state', models.CharField(choices=[('stored', 'Stored'), ('parsed', 'Parsed'), ('unreadable', 'Unreadable')], default='stored', max_length=12)),
                ('error', models.TextField(default='')),
                ('parsed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='channels.account')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'stored')), fields=['account', 'id'], name='deliveries_to_parse'), models.Index(fields=['workspace_id', '-id'], name='deliveries_by_time'), models.Index(condition=models.Q(('state', 'unreadable')), fields=['workspace_id', '-id'], name='deliveries_unreadable')],
                'constraints': [models.UniqueConstraint(fields=('account', 'digest'), name='one_row_for_each_delivery')],
            },
        ),
    ]
