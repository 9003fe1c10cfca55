from django.db import migrations

from aktorer.grund.tecken import epostnyckel


def i_bokstaver(apps, schema_editor):
    """Addresses as they are looked up from now on. Where two accounts are of the same mailbox, both stay as they are."""
    for namn in ("aktorer.Anvandare", "aktorer.Kontobegaran", "insatser.Kontakt"):
        modell = apps.get_model(namn)
        for rad in modell.objects.filter(epost__icontains="xn--"):
            epost = epostnyckel(rad.epost)
            if namn != "aktorer.Anvandare" or not modell.objects.filter(epost__iexact=epost).exclude(pk=rad.pk).exists():
                modell.objects.filter(pk=rad.pk).update(epost=epost)


class Migration(migrations.Migration):
    dependencies = [
        ("aktorer", "0017_innehallsmarken"),
        ("insatser", "0052_kollegainbjudningar"),
    ]

    operations = [migrations.RunPython(i_bokstaver, migrations.RunPython.noop)]
