import crossdesk.kit.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(default='', max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('language', models.CharField(default='en', max_length=10)),
                ('theme', models.CharField(default='auto', max_length=10)),
                ('is_active', models.BooleanField(default=True)),
                ('is_operator', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=crossdesk.kit.clock.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('icon', models.CharField(default='users', max_length=40)),
                ('color', models.CharField(default='blue', max_length=20)),
                ('position', models.IntegerField(default=0)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Workspace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('language', models.CharField(default='en', max_length=10)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('administrator', 'Administrator'), ('lead', 'Lead'), ('member', 'Member'), ('viewer', 'Viewer')], default='member', max_length=20)),
                ('title', models.CharField(blank=True, default='', max_length=80)),
                ('active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'user'), name='one_member_for_each_user_and_workspace')],
            },
        ),
        migrations.CreateModel(
            name='PasswordReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resets', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leads', models.BooleanField(default=False)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='org.department')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='org.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'department'), name='one_seat_for_each_member_and_department')],
            },
        ),
        migrations.AddField(
            model_name='member',
            name='departments',
            field=models.ManyToManyField(related_name='members', through='org.Seat', to='org.department'),
        ),
        migrations.CreateModel(
            name='Wall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('threat', 'Threat'), ('conduct', 'Conduct'), ('privileged', 'Legally privileged'), ('other', 'Confidential')], max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('reason', models.TextField(default='')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='walls', to='org.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='WallMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('reason', models.TextField(default='')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='walls', to='org.member')),
                ('wall', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='insiders', to='org.wall')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wall', 'member'), name='one_place_inside_for_each_member')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('intent', models.CharField(blank=True, default='', max_length=40)),
                ('urgency', models.CharField(blank=True, default='', max_length=10)),
                ('seconds', models.IntegerField()),
                ('basis', models.CharField(choices=[('calendar', 'Round the clock'), ('business', 'In business hours')], default='calendar', max_length=10)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'position'), name='one_target_for_each_position'), models.CheckConstraint(condition=models.Q(('seconds__gt', 0)), name='a_target_is_longer_than_nothing')],
            },
        ),
        migrations.CreateModel(
            name='Responsibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intent', models.CharField(max_length=40)),
                ('part', models.CharField(choices=[('responsible', 'Responsible'), ('consulted', 'Consulted'), ('informed', 'Informed')], max_length=20)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responsibilities', to='org.department')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responsibilities', to='org.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'intent', 'department'), name='one_part_for_each_department_and_intent'), models.UniqueConstraint(condition=models.Q(('part', 'responsible')), fields=('workspace', 'intent'), name='one_responsible_department_for_each_intent')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('administrator', 'Administrator'), ('lead', 'Lead'), ('member', 'Member'), ('viewer', 'Viewer')], default='member', max_length=20)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('departments', models.ManyToManyField(blank=True, to='org.department')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='org.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='org.workspace')),
            ],
        ),
        migrations.AddField(
            model_name='department',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departments', to='org.workspace'),
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('name', models.CharField(max_length=80)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='org.department')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('department', 'day'), name='one_holiday_for_each_day')],
            },
        ),
        migrations.CreateModel(
            name='Hours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('time_zone', models.CharField(max_length=60)),
                ('week', models.JSONField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='org.department')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('department', 'valid_from'), name='one_set_of_hours_for_each_day')],
            },
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(fields=('workspace', 'key'), name='one_department_for_each_key'),
        ),
    ]
