import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('channels', '0002_credential_renewing_until'),
        ('org', '0009_places_inside_walls_sleep'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('path', models.CharField(blank=True, max_length=1000)),
                ('uploaded', models.BooleanField(default=False)),
                ('size', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('looked', 'Columns to confirm'), ('checking', 'Being checked'), ('checked', 'Ready to begin'), ('running', 'Coming in'), ('done', 'Came in'), ('stopped', 'Stopped'), ('undoing', 'Being taken back'), ('undone', 'Taken back')], default='looked', max_length=10)),
                ('plan', models.JSONField(null=True)),
                ('summary', models.JSONField(default=dict)),
                ('by_name', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('read', models.IntegerField(default=0)),
                ('wrong', models.IntegerField(default=0)),
                ('total', models.IntegerField(default=0)),
                ('position', models.IntegerField(default=0)),
                ('messages', models.IntegerField(default=0)),
                ('known', models.IntegerField(default=0)),
                ('conversations', models.IntegerField(default=0)),
                ('contacts', models.IntegerField(default=0)),
                ('heard', models.IntegerField(default=0)),
                ('error', models.TextField(default='')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.account')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-id'], name='imports_of_workspace')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'looked'), ('plan__isnull', False), _connector='OR'), name='what_comes_in_has_a_plan')],
            },
        ),
        migrations.CreateModel(
            name='Brought',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation_id', models.BigIntegerField(null=True)),
                ('message_id', models.BigIntegerField(null=True)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='brought', to='imports.import')),
            ],
            options={
                'indexes': [models.Index(fields=['of', 'id'], name='brought_by_import'), models.Index(condition=models.Q(('conversation_id__isnull', False)), fields=['conversation_id'], name='brought_conversation')],
                'constraints': [models.CheckConstraint(condition=models.Q(('conversation_id', None), ('message_id', None), _connector='XOR'), name='a_conversation_or_a_message')],
            },
        ),
    ]
