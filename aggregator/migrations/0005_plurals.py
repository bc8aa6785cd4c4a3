"""What many entries and many feed addresses are called."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('aggregator', '0004_errands'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='entry',
            options={'verbose_name_plural': 'entries'},
        ),
        migrations.AlterModelOptions(
            name='feedaddress',
            options={'verbose_name_plural': 'feed addresses'},
        ),
    ]
