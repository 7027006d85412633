"""The kinds of petitions the law knows, and the public idea, with their first version of numbers."""

from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from initiatives.limits import IDEA_NORMS, LAW_IN_FORCE, PETITION_NORMS

LAW = "Administrative Procedural and Process-Related Code, 350-VI, ch. 12-1"

KINDS = (
    (
        "petition-government",
        "government",
        "Үкіметке петиция",
        "Петиция Правительству",
        "Petition to the Government",
        "Бүкіл елге қатысты мәселе Үкіметтің құзыретінде болса.",
        "Если вопрос касается всей страны и находится в компетенции Правительства.",
        "For a matter of the whole country that the Government can decide.",
    ),
    (
        "petition-central",
        "central",
        "Министрлікке немесе агенттікке петиция",
        "Петиция министерству или агентству",
        "Petition to a ministry or agency",
        "Мәселені бір министрлік немесе агенттік шешетін болса.",
        "Если вопрос решает одно министерство или агентство.",
        "For a matter that one ministry or agency decides.",
    ),
    (
        "petition-oblast-akimat",
        "oblast_akimat",
        "Облыс немесе ірі қала әкімдігіне петиция",
        "Петиция акимату области или крупного города",
        "Petition to the akimat of an oblast or a major city",
        "Облыс, республикалық маңызы бар қала немесе астана деңгейіндегі мәселе.",
        "Вопрос уровня области, города республиканского значения или столицы.",
        "For a matter of an oblast, a city of republican significance or the capital.",
    ),
    (
        "petition-oblast-maslikhat",
        "oblast_maslikhat",
        "Облыс немесе ірі қала мәслихатына петиция",
        "Петиция маслихату области или крупного города",
        "Petition to the maslikhat of an oblast or a major city",
        "Бюджет, ереже және даму жоспары сияқты мәслихат шешетін мәселе.",
        "Вопросы, которые решает маслихат: бюджет, правила, планы развития.",
        "For what the maslikhat decides: the budget, rules, development plans.",
    ),
    (
        "petition-district-akimat",
        "district_akimat",
        "Аудан немесе қала әкімдігіне петиция",
        "Петиция акимату района или города",
        "Petition to the akimat of a district or a city",
        "Ауданыңыздағы немесе қалаңыздағы жол, мектеп, су, көлік сияқты мәселе.",
        "Вопросы вашего района или города: дороги, школы, вода, транспорт.",
        "For matters of your district or city: roads, schools, water, transport.",
    ),
    (
        "petition-district-maslikhat",
        "district_maslikhat",
        "Аудан немесе қала мәслихатына петиция",
        "Петиция маслихату района или города",
        "Petition to the maslikhat of a district or a city",
        "Аудан немесе қала мәслихаты шешетін мәселе.",
        "Вопрос, который решает маслихат района или города.",
        "For a matter that the maslikhat of a district or a city decides.",
    ),
    (
        "idea",
        "",
        "Қоғамдық бастама",
        "Общественная идея",
        "Public idea",
        "Талқылауға ұсынылатын бастама: орган жауап беруге міндетті емес, бірақ іске асыра алады.",
        "Идея для обсуждения: орган не обязан отвечать, но может её подхватить.",
        "An idea to discuss: the body need not answer, but may take it up.",
    ),
)


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind_model: Any = apps.get_model("initiatives", "InitiativeKind")
    version_model: Any = apps.get_model("initiatives", "KindVersion")
    norm_model: Any = apps.get_model("initiatives", "Norm")
    for position, (slug, body_kind, kk, ru, en, sum_kk, sum_ru, sum_en) in enumerate(KINDS):
        is_idea = not body_kind
        kind = kind_model.objects.create(
            slug=slug,
            process="idea" if is_idea else "petition",
            body_kind=body_kind,
            name=kk,
            name_kk=kk,
            name_ru=ru,
            name_en=en,
            summary=sum_kk,
            summary_kk=sum_kk,
            summary_ru=sum_ru,
            summary_en=sum_en,
            requires_eds=not is_idea,
            position=position,
        )
        version = version_model.objects.create(
            kind=kind, number=1, effective_from=LAW_IN_FORCE, source="rules of the portal" if is_idea else LAW
        )
        norms = IDEA_NORMS if is_idea else PETITION_NORMS[body_kind]
        norm_model.objects.bulk_create(
            norm_model(
                version=version,
                code=norm.code,
                number=norm.number,
                unit=norm.unit,
                start_event=norm.start_event,
                article=norm.article,
                is_verified=norm.is_verified,
            )
            for norm in norms
        )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("initiatives", "Norm").objects.all().delete()
    apps.get_model("initiatives", "KindVersion").objects.all().delete()
    apps.get_model("initiatives", "InitiativeKind").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0002_partition_votes")]

    operations = [migrations.RunPython(seed, remove)]
