import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0004_seen_by_message'),
        ('messages', '0004_what_stood_before_a_correction'),
        ('org', '0008_walls_are_taken_down'),
        ('triage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('kind', models.CharField(choices=[('blind', 'Before anybody saw the answer'), ('weekly', "The week's sample")], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'To be labelled'), ('labelled', 'Labelled'), ('lapsed', 'Not labelled')], default='waiting', max_length=10)),
                ('week', models.DateField(null=True)),
                ('predicted', models.JSONField(default=dict)),
                ('model', models.CharField(max_length=60)),
                ('in_doubt', models.BooleanField(default=False)),
                ('wanted', models.PositiveSmallIntegerField(default=1)),
                ('labels_count', models.PositiveSmallIntegerField(default=0)),
                ('drawn_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.conversation')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='triage.decision')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.department')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sample', to='messages.message')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'week', 'id'], name='samples_of_week'), models.Index(condition=models.Q(('kind', 'blind'), ('state', 'waiting')), fields=['conversation'], name='blind_samples_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'weekly'), ('week', None), _connector='XOR'), name='a_weekly_sample_names_its_week'), models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('settled_at__isnull', False), _connector='XOR'), name='waiting_means_not_settled_at')],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('needs_reply', models.BooleanField()),
                ('intents', models.JSONField()),
                ('sentiment', models.CharField(max_length=10)),
                ('urgency', models.CharField(max_length=10)),
                ('safety', models.JSONField(default=list)),
                ('complaint_reason', models.CharField(blank=True, default='', max_length=20)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.department')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='triage.sample')),
            ],
            options={
                'indexes': [models.Index(fields=['at', 'id'], name='labels_by_time')],
                'constraints': [models.UniqueConstraint(fields=('sample', 'by'), name='one_label_for_each_person_and_sample')],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('head', models.CharField(max_length=20)),
                ('said', models.CharField(max_length=40)),
                ('truth', models.CharField(max_length=40)),
                ('p', models.FloatField(null=True)),
                ('in_doubt', models.BooleanField()),
                ('model', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messages.message')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgements', to='triage.sample')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'head', '-at', '-id'], name='judgements_by_time')],
                'constraints': [models.UniqueConstraint(fields=('sample', 'head'), name='one_judgement_for_each_head_and_sample')],
            },
        ),
        migrations.CreateModel(
            name='Sampling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('blind_percent', models.PositiveSmallIntegerField()),
                ('changed_at', models.DateTimeField()),
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sampling', to='org.workspace')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('blind_percent', 0), models.Q(('blind_percent__gte', 2), ('blind_percent__lte', 5)), _connector='OR'), name='a_blind_share_is_none_or_two_to_five_percent')],
            },
        ),
        migrations.CreateModel(
            name='Rerouting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.department')),
                ('before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.department')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.conversation')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='triage.decision')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messages.message')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-at', '-id'], name='reroutings_by_time')],
            },
        ),
    ]
