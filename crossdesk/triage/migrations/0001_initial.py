import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inbox', '0001_initial'),
        ('messages', '0002_words'),
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('name', models.CharField(max_length=120)),
                ('enabled', models.BooleanField(default=True)),
                ('match', models.CharField(choices=[('all', 'All of these hold'), ('any', 'Any of these holds')], default='all', max_length=10)),
                ('conditions', models.JSONField(default=list)),
                ('outcome', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'position', 'id'], name='rules_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('archived_at', None), ('enabled', False), _connector='OR'), name='an_archived_rule_is_not_enabled')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('number', models.IntegerField(default=1)),
                ('decided_at', models.DateTimeField()),
                ('source', models.CharField(choices=[('safety', 'Safety'), ('rule', 'A rule'), ('matrix', 'The responsibility matrix'), ('doubt', 'Doubt: a person decides'), ('nothing', 'Nothing is owed'), ('person', "A person's correction")], max_length=10)),
                ('needs_reply', models.BooleanField()),
                ('triage', models.BooleanField(default=False)),
                ('intent', models.CharField(default='', max_length=40)),
                ('urgency', models.CharField(default='', max_length=10)),
                ('duties', models.JSONField(default=list)),
                ('reasons', models.JSONField(default=list)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.conversation')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='messages.message')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='triage.rule')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-decided_at', '-id'], name='decisions_by_time')],
                'constraints': [models.UniqueConstraint(fields=('message', 'version', 'number'), name='one_decision_for_each_number')],
            },
        ),
    ]
