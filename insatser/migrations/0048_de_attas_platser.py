"""Where the eight stadskärnor lie, for who has them already; a new installation loads it with them."""

from decimal import Decimal

from django.db import migrations

PLATSER = {
    'arlanda-marsta': ('59.62', '17.86'),
    'barkarby-jakobsberg': ('59.42', '17.86'),
    'flemingsberg': ('59.22', '17.95'),
    'haninge': ('59.17', '18.14'),
    'kista-sollentuna-haggvik': ('59.41', '17.94'),
    'kungens-kurva-skarholmen': ('59.27', '17.91'),
    'sodertalje': ('59.20', '17.63'),
    'taby-arninge': ('59.45', '18.09'),
}


def satt_ut(apps, schema_editor):
    Stadskarna = apps.get_model('insatser', 'Stadskarna')
    for slug, (latitud, longitud) in PLATSER.items():
        utan_plats = Stadskarna.objects.filter(slug=slug, latitud=None, longitud=None)
        utan_plats.update(latitud=Decimal(latitud), longitud=Decimal(longitud))


class Migration(migrations.Migration):

    dependencies = [
        ('insatser', '0047_plats_pa_kartan'),
    ]

    operations = [
        migrations.RunPython(satt_ut, migrations.RunPython.noop),
    ]
