"""The page of many aktörer at once has an address that no aktör can have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aktorer", "0014_adressen_i_ord")]

    operations = [
        migrations.RemoveConstraint(model_name="aktor", name="aktor_adress_inte_reserverad"),
        migrations.AddConstraint(
            model_name="aktor",
            constraint=models.CheckConstraint(
                condition=~models.Q(slug__in=("ny", "valda")),
                name="aktor_adress_inte_reserverad",
                violation_error_message="Adressen är upptagen av en annan sida.",
            ),
        ),
    ]
