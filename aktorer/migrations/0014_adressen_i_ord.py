"""What is said when somebody has the address already; nothing in the database changes."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aktorer", "0013_inloggning_hos_andra")]

    operations = [
        migrations.AlterConstraint(
            model_name="anvandare",
            name="anvandare_epost_en_gang",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("epost"),
                name="anvandare_epost_en_gang",
                violation_error_message="Det finns redan ett konto med den adressen.",
            ),
        ),
    ]
