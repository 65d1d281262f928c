"""Hold every IRI the project writes or asks for; a misspelt term raises.

Namespaces are closed: ``JX.targetText`` is a string, ``JX.targetTxt`` an ``AttributeError``. The terms of ``JX`` are
those of ``ontology/core.ttl`` (a test compares the two). Concepts of the code lists have open keys: ``concept``.
"""

from __future__ import annotations

CODES = "https://w3id.org/jixiao/code/"
ONTOLOGY_GRAPH = "https://w3id.org/jixiao/ontology"
REVIEW_GRAPH = "https://w3id.org/jixiao/review"
"""What persons decided, in any store: it is kept when documents go or are lifted again."""


class Namespace:
    """Hold a closed list of terms below one IRI."""

    def __init__(self, prefix: str, iri: str, terms: str) -> None:
        self.prefix = prefix
        self.iri = iri
        self.terms = frozenset(terms.split())
        vars(self).update({term: iri + term for term in self.terms - vars(self).keys()})

    def __getattr__(self, term: str) -> str:
        raise AttributeError(f"{self.prefix}:{term} is not a term of {self.iri}")

    def __getitem__(self, term: str) -> str:
        """Return the IRI of a term; use it for names that are no Python names."""
        return self.iri + term if term in self.terms else self.__getattr__(term)


JX = Namespace(
    "jx",
    "https://w3id.org/jixiao/ontology#",
    """
    Correction Department DepartmentPlan Document FilledForm FundLine Goal HeaderField Indicator Issue Link
    ManagementItem Mention BudgetFigure Finding MoneyTable Placing Plan Project ProjectEntry ProjectPlan ProseFact
    Region SelfEvaluation SourceRow SourceTable Target Task Threshold budgetFigures

    hasEntry hasEvaluation hasField hasFundLine hasGoal hasIndicator hasManagementItem hasMention hasPlan hasProject
    hasTargetPart hasTask hasThreshold implementedBy likelyImplementedBy

    department document form inTable project year

    aboutFile aboutKind aboutSha256 cellPlaces confidence corrected correctedText corrects decidedBy decision doubt
    line number page place repair role text warning

    copyOf distinctFrom documentKind fileName formCount issueCount possibleVersionOf readBy retrieved sha256 tableCount
    version
    withContacts withheldCount
    fit formKind printing specification
    category fieldName fund joinedBy programmeText projectCode supervisor unitName
    achieved content executed expectedAmount initial adjusted period rate
    grade problem scoringNote statement total totalWeight

    actual actualText baseUnit comparator comparatorStated concept deviation deviationText due expectedText explanation
    halfYearTargetText kind level1 level1Text level2 level2Text likelihood lowerBound lowerBoundInBase lowerInclusive
    measure measuredOf order previousText progressText reason recurrence regionText score targetText unit unitText
    upperBound upperBoundInBase upperInclusive weight

    amount columnText economicClass emptyNote expenditureText figureCount functionalClass fundText isTotal itemCode
    itemScheme itemText printedAmounts sideText tableKind

    baseYear factKind group partOf phase subject value

    code departmentCode departmentText region regionKind regionName
    issueLevel message
    linkKind linkObject linkReason linkScore linkSubject
    comparedCell findingKey fix followsFrom indicatorText projectText rule status statusNote
    """,
)

RDF = Namespace("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "first langString nil rest type")
RDFS = Namespace("rdfs", "http://www.w3.org/2000/01/rdf-schema#", "comment domain label range subClassOf")
OWL = Namespace("owl", "http://www.w3.org/2002/07/owl#", "Class DatatypeProperty ObjectProperty")
XSD = Namespace(
    "xsd",
    "http://www.w3.org/2001/XMLSchema#",
    "boolean date dateTime decimal double gDay gMonth gMonthDay gYear gYearMonth integer string",
)
SKOS = Namespace(
    "skos",
    "http://www.w3.org/2004/02/skos/core#",
    "Concept ConceptScheme altLabel broadMatch broader closeMatch exactMatch hasTopConcept inScheme notation note "
    "prefLabel topConceptOf",
)
DCTERMS = Namespace("dcterms", "http://purl.org/dc/terms/", "isReplacedBy issued replaces source")
DCAM = Namespace("dcam", "http://purl.org/dc/dcam/", "domainIncludes rangeIncludes")
ORG = Namespace("org", "http://www.w3.org/ns/org#", "FormalOrganization subOrganizationOf")
PROV = Namespace("prov", "http://www.w3.org/ns/prov#", "generatedAtTime wasDerivedFrom")
QB = Namespace("qb", "http://purl.org/linked-data/cube#", "DataSet Observation dataSet structure")
QUDT = Namespace("qudt", "http://qudt.org/schema/qudt/", "Unit conversionMultiplier")
UNIT = Namespace(
    "unit",
    "http://qudt.org/vocab/unit/",
    "CentiM DAY DEG_C GM HA HR KiloGM KiloM KiloM2 KiloW KiloW-HR L M M2 M3 MIN MO MilliM PERCENT PERMILLE SEC "
    "TON_Metric WK YR",
)
SH = Namespace(
    "sh",
    "http://www.w3.org/ns/shacl#",
    "IRI Info Violation ValidationResult Warning datatype declare focusNode in inversePath lessThanOrEquals "
    "maxCount maxInclusive message minCount minInclusive minLength namespace nodeKind or path pattern prefix property "
    "result resultMessage resultPath resultSeverity select severity sourceShape sparql targetClass targetSubjectsOf "
    "value",
)

NAMESPACES = (JX, RDF, RDFS, XSD, SKOS, DCTERMS, ORG, PROV, QB, QUDT, UNIT, SH)

PREFIXES = {namespace.prefix: namespace.iri for namespace in NAMESPACES} | {"jxc": CODES}


def concept(scheme: str, key: str) -> str:
    """Return the IRI of the concept ``key`` of a code list; ``scheme`` is empty for what indicators measure.

    Schemes: level, kind, form, document, period, fund, unit, func, econ, region.
    """
    return f"{CODES}{scheme}-{key}" if scheme else CODES + key
