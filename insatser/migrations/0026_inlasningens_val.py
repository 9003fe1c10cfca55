from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insatser", "0025_aterkallade_beslut")]

    operations = [
        migrations.AddField(
            model_name="inlasning",
            name="val",
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
    ]
