import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0001_initial'),
        ('inbox', '0002_batches_filters_and_places'),
        ('messages', '0002_words'),
        ('org', '0004_undo_and_described_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('mime', models.CharField(max_length=100)),
                ('alt', models.TextField(blank=True, default='')),
                ('width', models.IntegerField()),
                ('height', models.IntegerField()),
                ('size', models.IntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='inbox.conversation')),
                ('reply', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='inbox.reply')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('reply', None)), fields=['conversation', 'by', 'id'], name='attachments_in_hand')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reply', 'Reply'), ('note', 'Note')], default='reply', max_length=10)),
                ('text', models.TextField()),
                ('stamp', models.BigIntegerField(default=0)),
                ('writing_at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='inbox.conversation')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('conversation', 'member'), name='one_draft_for_each_writer')],
            },
        ),
        migrations.CreateModel(
            name='SavedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('shortcut', models.CharField(max_length=40)),
                ('text', models.TextField()),
                ('uses', models.IntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.department')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('workspace', 'shortcut'), name='one_saved_reply_for_each_shortcut')],
            },
        ),
        migrations.AddField(
            model_name='reply',
            name='leaves_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reply',
            name='stood',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='reply',
            name='state',
            field=models.CharField(choices=[('scheduled', 'To be sent later'), ('held', 'Held: something newer came in'), ('queued', 'On its way'), ('sent', 'Sent'), ('failed', 'Not sent'), ('doubtful', 'Nobody knows whether it arrived'), ('discarded', 'Discarded'), ('taken_back', 'Taken back')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('state__in', ['scheduled', 'held', 'failed'])), fields=['conversation', 'id'], name='replies_that_wait'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('leaves_at__isnull', False), _connector='OR'), name='what_is_sent_later_has_its_time'),
        ),
    ]
