"""Work: jobs by employer and occupation, and who fills them."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text

OCCUPATION = Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation")

JOBS = Table(
    "jobs",
    Text("Jobb basdagen", "Jobs on the base date"),
    (Field("employer", "id", Text("arbetsgivare", "employer"), refers="employers.employer"), OCCUPATION),
    ("employer", "occupation"),
    "persons",
    0,
)
EMPLOYMENT = Table(
    "employment",
    Text("Andel med arbete, efter ålder och kön", "Share in work, by age and sex"),
    (
        Field("sex", "choice", Text("kön", "sex"), choices=("women", "men")),
        Field("age_from", "int", Text("från ålder", "from age"), "years", 0, 110),
        Field("age_to", "int", Text("till och med ålder", "to age, inclusive"), "years", 0, 110),
    ),
    ("sex", "age_from"),
    "share",
    0,
    1,
)
RETIREMENT = Table(
    "retirement",
    Text("Andel som slutar arbeta vid åldern", "Share who stop working at the age"),
    (Field("age", "int", Text("ålder", "age"), "years", 16, 110),),
    ("age",),
    "share",
    0,
    1,
)
COMMUTING = Table(
    "commuting",
    Text("Pendling över kommungränsen", "Commuting across the municipal border"),
    (
        Field("neighbour", "id", Text("granne", "neighbour")),
        Field("name", "text", Text("namn", "name")),
        Field("minutes", "number", Text("restid", "travel time"), "minutes", 0, 600),
        Field("most", "number", Text("pendlare som mest", "commuters at the most"), "persons", 0),
    ),
    ("neighbour",),
    "persons",
    0,
)
RELATED = Table(
    "related",
    Text("Yrkesgrupper som byter till varandra", "Occupation groups that switch to one another"),
    (OCCUPATION, Field("to", "id", Text("till yrkesgrupp", "to occupation group"), refers="occupations.occupation")),
    ("occupation", "to"),
    "share",
    0,
    1,
    required=False,
)


class Work(Piece):
    """Jobs in cells (employer times occupation), filled by residents, commuters, lodgers and, if they come, movers."""

    name = "work"
    tables = (JOBS, EMPLOYMENT, RETIREMENT, COMMUTING, RELATED)
    settings = (
        Setting("multiplier", "jobs per job", Text("lokala jobb per jobb i fabriken", "local jobs per plant job"), 0, 10),
        Setting("multiplier_lag", "years", Text("eftersläpning för lokala jobb", "lag of the local jobs"), 0, 15),
        Setting("services", "share", Text("jobb som följer invånarna", "how far service jobs follow residents"), 0, 2),
        Setting("seek", "share", Text("utan arbete som tar ett jobb", "jobless who would take a job in a year"), 0, 1),
        Setting("switch", "share", Text("fabriksjobb som fylls från andra", "plant vacancies filled from other employers"), 0, 1),
        Setting("commute", "share", Text("lediga jobb som pendlare tar", "vacancies that commuters within reach take"), 0, 1),
        Setting("recruit", "share", Text("lediga jobb som någon utifrån tackar ja till", "vacancies somebody outside accepts"), 0, 1),
        Setting("plant_recruit", "share", Text("detsamma för fabriken", "the same for the plant"), 0, 1),
        Setting("leave", "share", Text("friställda som flyttar inom året", "laid off who leave within the year"), 0, 1),
    )
    columns = (
        Column("people", "job", "i2", -1, Text("jobb (-1: inget)", "job cell held, -1 none")),
        Column("cells", "demand", "i4", 0, Text("jobb", "jobs")),
        Column("cells", "base", "f8", 0.0, Text("jobb basdagen", "jobs on the base date")),
        Column("cells", "filled", "i4", 0, Text("tillsatta av invånare", "filled by residents")),
        Column("cells", "commuters", "i4", 0, Text("tillsatta av pendlare", "filled by commuters")),
        Column("cells", "lodgers", "i4", 0, Text("tillsatta av boende i bädd", "filled by newcomers in a bed for a while")),
        Column("offers", "cell", "i2", -1, Text("erbjudet jobb", "cell of a job accepted by somebody outside")),
        Column("quit", "row", "i4", -1, Text("flyttar efter friställning", "row laid off that leaves town next year")),
    )
    reads = (
        "people.state",
        "people.identity",
        "people.occupation",
        "people.district",
        "left.row",
        "trained.row",
        "arrived.row",
        "arrived.arrival",
        "arrivals.cell",
        "arrivals.home",
        "plant_months.jobs",
        "beds.spare",
    )
    outcomes = (
        Outcome("work.employed", "persons", Text("invånare med arbete", "residents in work"), "district", "higher"),
        Outcome("work.jobless", "persons", Text("utan arbete, 20–64 år", "without work, 20–64"), "district", "lower"),
        Outcome("work.jobs", "persons", Text("jobb", "jobs"), "town", "neither", "occupation"),
        Outcome("work.vacant", "persons", Text("jobb utan innehavare", "jobs nobody holds"), "town", "lower", "occupation"),
        Outcome("work.vacant_at", "persons", Text("jobb utan innehavare hos", "jobs nobody holds at"), "town", "lower", "employer"),
        Outcome("work.switched", "persons", Text("gick till fabriken från", "went to the plant from"), "town", "lower", "employer"),
        Outcome("work.commuters", "persons", Text("pendlar in", "commute in"), "town"),
        Outcome("work.lodgers", "persons", Text("arbetar här men bor i bädd", "work here but live in a bed"), "town", "lower"),
        Outcome("work.offers", "persons", Text("jobb erbjudna utifrån", "jobs accepted by somebody outside"), "town"),
    )
    measures = (
        MeasureKind("recruitment", "persons per year", Text("rekrytering utifrån", "recruitment from outside"), detail="occupations.occupation"),
        MeasureKind("commuting", "persons", Text("pendlingsförbindelse", "commuter link"), detail="commuting.neighbour"),
    )
