from __future__ import annotations

import pytest

from jixiao.store.syntax.analysis import find_external_references, names_dataset, with_dataset, writes_default_graph
from jixiao.store.syntax.explaining import explain
from jixiao.store.syntax.parsing import SparqlSyntaxError, parse_sparql
from jixiao.store.syntax.tokens import unescape

QUERIES = [
    "ASK {}",
    "SELECT*{?s?p?o}",
    "BASE <http://x/> PREFIX : <y#> SELECT DISTINCT ?a (COUNT(DISTINCT *) AS ?n) FROM <g> FROM NAMED <h> "
    'WHERE { ?a :p/^:q*|!(:r|^a) 1, -2.5e3, \'x\'@zh-CN, """多行\n"文\\"""" ; a :满意度 . OPTIONAL { ?a :p [] } '
    "FILTER(?a != 3 && ! EXISTS { ?a :p (1 2) } || ?b NOT IN (1, 2)) BIND(IF(?b<3, ?b +1, STR(?a)) AS ?c) "
    "{ SELECT ?z { VALUES (?z ?y) { (1 UNDEF) (UNDEF 2) } } } UNION { GRAPH ?g { ?s ?p ?o } } MINUS { ?s :p true } } "
    "GROUP BY ?a (STR(?b) AS ?d) HAVING (COUNT(?a) > 1) ORDER BY DESC(?n) ?a LIMIT 10 OFFSET 5 VALUES ?a { <u> }",
    "CONSTRUCT WHERE { ?s ?p ?o . ?o ?q [ ?r _:b ] }",
    "CONSTRUCT { ?s ?p ?o } FROM <http://g> { ?s ?p ?o } LIMIT 1",
    "DESCRIBE <http://x> ?y { ?y ?p 'a' }",
    "SELECT (GROUP_CONCAT(?x ; SEPARATOR = '、') AS ?all) { ?x <http://p>+ ?y } # service load from",
    "PREFIX f: <http://f/> SELECT ?x { ?x f:a\\-b ?y FILTER regex(?y, 'a', 'i') }",
]
UPDATES = [
    "",
    "INSERT DATA { GRAPH <http://g> { <http://s> <http://p> 'x', 1.0 } <http://s> a <http://o> } ;",
    "PREFIX : <http://x/> WITH :g DELETE { ?s :p ?o } INSERT { ?s :q ?o } USING :a USING NAMED :b WHERE { ?s :p ?o }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } } ; DROP SILENT NAMED ; CREATE GRAPH <http://g> ; CLEAR DEFAULT",
    "LOAD SILENT <http://a> INTO GRAPH <http://b> ; ADD <http://a> TO DEFAULT ; MOVE DEFAULT TO <http://x>",
]


@pytest.mark.parametrize("text", QUERIES)
def test_queries_are_read_as_the_engine_reads_them(text: str) -> None:
    from pyoxigraph import Store

    parse_sparql(text, "QueryUnit")
    Store().query(text, base_iri="http://base/")


@pytest.mark.parametrize("text", UPDATES)
def test_updates_are_read(text: str) -> None:
    parse_sparql(text, "UpdateUnit")


@pytest.mark.parametrize(
    ("text", "line", "column", "word", "expected"),
    [
        ("SELCT * {}", 1, 1, "SELCT", "SELECT"),
        ("SELECT * { ?s ?p ?o", 1, 20, "", "}"),
        ("SELECT ?s WHERE ?s ?p ?o }", 1, 17, "?s", "{"),
        ("SELECT ?s {\n  ?s ?p ?o .\n  FILTR(?o > 3) }", 3, 3, "FILTR", "FILTER"),
        ("SELECT ?s { ?s ?p ?o } ORDER ?s", 1, 30, "?s", "BY"),
        ("SELECT ?s { ?s ?p '未完 }", 1, 19, "'未完", '"text"'),
        ("SELECT ?s { ?s ?p <http://a b> }", 1, 19, "<http://a", "<IRI>"),
        ("ASK { ?s ?p ?o } }", 1, 18, "}", "…end"),
    ],
)
def test_a_fault_has_its_place_its_word_and_what_would_be_right(
    text: str, line: int, column: int, word: str, expected: str
) -> None:
    fault = explain(text, "QueryUnit", {}, "error at 9:9: expected [_]")
    assert (fault.line, fault.column, fault.word) == (line, column, word)
    assert expected in fault.expected


def test_faults_beyond_the_grammar_are_explained() -> None:
    from pyoxigraph import Store

    fault = explain("SELECT ?s {\n ?s foo:bar ?o }", "QueryUnit", {"rdf": "x"}, "error at 2:11: Prefix not found")
    assert (fault.line, fault.column, fault.word, fault.reason) == (2, 5, "foo:bar", "the prefix foo: is not declared")
    text = "SELECT (COUNT(?s) AS ?n) ?p { ?s ?p ?o }"
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    assert "unbound" in explain(text, "QueryUnit", {}, str(caught.value)).reason


def test_depth_is_limited_without_a_crash() -> None:
    with pytest.raises(SparqlSyntaxError):
        parse_sparql("ASK " + "{" * 5000 + "}" * 5000, "QueryUnit")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * { SERVICE <http://a/> { ?s ?p ?o } }", [("SERVICE", "http://a/")]),
        ("SELECT * { { SELECT * { service silent ?x { ?s ?p ?o } } } }", [("SERVICE", None)]),
        (
            "PREFIX e: <http://evil/> ASK FROM e:g { FILTER EXISTS { SERVICE e:x {} } }",
            [("FROM", "http://evil/g"), ("SERVICE", "http://evil/x")],
        ),
        (
            "BASE <http://b/> ASK FROM NAMED <file:///etc/passwd> { SERVICE <//u:p@h/> {} }",
            [("FROM", "file:///etc/passwd"), ("SERVICE", "http://u:p@h/")],
        ),
        ("ASK { SERVICE <http://a/\\u0041> {} }", [("SERVICE", "http://a/A")]),
        ("ASK { ?service ?load 'SERVICE <http://a> {}' } # SERVICE <http://a> {}", []),
        ("ASK { <http://x/SERVICE> <urn:load> service:LOAD }", []),
    ],
)
def test_accesses_are_found_in_the_tree(text: str, found: list[tuple[str, str | None]]) -> None:
    accesses = find_external_references(parse_sparql(text, "QueryUnit"), None, {"service": "http://s/"})
    assert [(access.keyword, access.address) for access in accesses] == found


def test_loads_are_found() -> None:
    text = "INSERT DATA {} ; LOAD <http://a> ; LOAD SILENT <file:///x> INTO GRAPH <http://b>"
    accesses = find_external_references(parse_sparql(text, "UpdateUnit"), None, {})
    assert [(access.keyword, access.address) for access in accesses] == [("LOAD", "http://a"), ("LOAD", "file:///x")]


@pytest.mark.parametrize(
    ("text", "writes"),
    [
        ("INSERT DATA { <s:> <p:> 1 }", True),
        ("INSERT DATA { GRAPH <g:> { <s:> <p:> 1 } }", False),
        ("DELETE WHERE { GRAPH <g:> { ?s ?p ?o } ?a ?b ?c }", True),
        ("WITH <g:> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", False),
        ("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", True),
        ("INSERT { GRAPH <g:> { ?s ?p ?o } } WHERE { ?s ?p ?o }", False),
        ("LOAD <http://a>", True),
        ("LOAD <http://a> INTO GRAPH <http://b>", False),
        ("DROP ALL", False),
        ("DROP DEFAULT", True),
        ("ADD DEFAULT TO <g:>", False),
        ("MOVE DEFAULT TO <g:>", True),
        ("COPY GRAPH <g:> TO DEFAULT", True),
        ("CLEAR NAMED ; CLEAR DEFAULT", True),
    ],
)
def test_writing_to_the_default_graph_is_seen(text: str, writes: bool) -> None:
    assert writes_default_graph(parse_sparql(text, "UpdateUnit")) is writes


def test_the_protocols_data_set_is_written_into_each_operation() -> None:
    from pyoxigraph import Store

    text = "INSERT { GRAPH <g:> { ?s ?p ?o } } WHERE { ?s ?p ?o } ; DELETE WHERE { ?s ?p ?o } ; "
    text += "INSERT DATA { <a:> <b:> 1 }"
    changed = with_dataset(text, parse_sparql(text, "UpdateUnit"), ["x:1"], ["x:2"])
    assert changed == (
        "INSERT { GRAPH <g:> { ?s ?p ?o } }  USING <x:1> USING NAMED <x:2> WHERE { ?s ?p ?o } ; "
        "DELETE { ?s ?p ?o } USING <x:1> USING NAMED <x:2> WHERE { ?s ?p ?o } ; INSERT DATA { <a:> <b:> 1 }"
    )
    Store().update(changed)
    assert not names_dataset(parse_sparql(text, "UpdateUnit"))
    assert names_dataset(parse_sparql("INSERT { ?s ?p ?o } USING <g:> WHERE { ?s ?p ?o }", "UpdateUnit"))


def test_codepoint_escapes() -> None:
    assert unescape(r"S\u0045RVICE \U0001F600") == "SERVICE 😀"
