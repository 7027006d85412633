"""The first catalogue of topics; staff add and rename them in the admin."""

from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TOPICS = (
    ("transport", "Жолдар және көлік", "Дороги и транспорт", "Roads and transport"),
    ("utilities", "Жылу және коммуналдық қызмет", "Тепло и коммунальные услуги", "Heating and utilities"),
    ("water", "Су", "Вода", "Water"),
    ("ecology", "Ауа және табиғат", "Воздух и природа", "Air and nature"),
    ("animals", "Жануарлар", "Животные", "Animals"),
    ("education", "Білім және балабақша", "Образование и детские сады", "Education and kindergartens"),
    ("health", "Денсаулық сақтау", "Здравоохранение", "Health"),
    ("social", "Әлеуметтік қолдау", "Социальная поддержка", "Social support"),
    ("accessibility", "Кедергісіз орта", "Доступная среда", "Accessibility"),
    ("digital", "Байланыс және цифрлық қызметтер", "Связь и цифровые услуги", "Internet and digital services"),
    ("culture", "Мәдениет және кітапханалар", "Культура и библиотеки", "Culture and libraries"),
    ("safety", "Қауіпсіздік және төтенше жағдайлар", "Безопасность и чрезвычайные ситуации", "Safety and emergencies"),
    ("city", "Аулалар және көгалдандыру", "Дворы и озеленение", "Courtyards and greenery"),
    ("finance", "Қаржы және тұтынушы құқықтары", "Финансы и права потребителей", "Finance and consumers"),
    ("agriculture", "Ауыл шаруашылығы", "Сельское хозяйство", "Agriculture"),
)


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    topic: Any = apps.get_model("initiatives", "Topic")
    topic.objects.bulk_create(
        topic(slug=slug, name=kk, name_kk=kk, name_ru=ru, name_en=en, position=position)
        for position, (slug, kk, ru, en) in enumerate(TOPICS)
    )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    topic: Any = apps.get_model("initiatives", "Topic")
    topic.objects.filter(slug__in=[row[0] for row in TOPICS]).delete()


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0003_kinds")]

    operations = [migrations.RunPython(seed, remove)]
