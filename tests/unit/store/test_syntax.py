from __future__ import annotations

import pytest

from jixiao.errors import QueryError
from jixiao.store import open_store
from jixiao.store.syntax.analysis import (
    find_external_references,
    find_ungrouped,
    names_dataset,
    with_dataset,
    writes_default_graph,
)
from jixiao.store.syntax.explaining import explain
from jixiao.store.syntax.parsing import MAX_DEPTH, SparqlSyntaxError, check_depth, parse_sparql
from jixiao.store.syntax.tokens import unescape
from jixiao.vocab import PREFIXES

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
    assert (fault.line, fault.column, fault.word) == (2, 5, "foo:bar")
    assert fault.told == ("前缀 foo: 没有声明", "the prefix foo: is not declared")
    text = "SELECT (COUNT(?s) AS ?n) ?p { ?s ?p ?o }"
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    fault = explain(text, "QueryUnit", {}, str(caught.value))
    assert (fault.column, fault.word) == (26, "?p")
    assert "GROUP BY ?p" in fault.told.zh


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?p", "?a"),
        ("SELECT ?p (STR(?b) AS ?n) { ?a ?p ?b } GROUP BY ?p", "?b"),
        ("SELECT ?p (COUNT(?b) AS ?n) (?n + 1 AS ?m) { ?a ?p ?b } GROUP BY ?p", None),
        ("SELECT ?y (MAX(?b) AS ?m) { ?a ?p ?b } GROUP BY (STR(?p) AS ?y)", None),
        ("SELECT ?a { { SELECT ?a ?b (SUM(?c) AS ?n) { ?a ?b ?c } GROUP BY ?a } }", "?b"),
        ("SELECT ?a ?b { ?a ?p ?b FILTER EXISTS { SELECT (COUNT(*) AS ?n) { ?x ?y ?z } } }", None),
    ],
)
def test_a_variable_that_is_not_grouped_is_named(text: str, word: str | None) -> None:
    found = find_ungrouped(parse_sparql(text, "QueryUnit"))
    assert (found and found.text) == word


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ASK { ?i ex:targetText ?t }", "jx:targetText"),
        ("ASK { ?i jxx:foo ?t }", "jx:foo"),
        ("ASK { ?i foaf:name ?t }", "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("ASK { ?i zzz:qqq ?t }", None),
    ],
)
def test_an_undeclared_prefix_is_told_with_what_was_meant(text: str, written: str | None) -> None:
    told = explain(text, "QueryUnit", PREFIXES, "").told
    if written is None:
        assert "可写" not in told.zh
    else:
        assert told.zh.endswith(f"；可写 {written}")
        assert told.en.endswith(f"; write {written}")


@pytest.mark.parametrize(
    ("text", "column", "sign", "plain"),
    [
        ("SELECT ？s { ?s ?p ?o }", 8, "？", "?"),
        ("SELECT ?s { ?s ?p ?o FILTER(?o > 3） }", 35, "）", ")"),
        ("SELECT ?s { ?s rdfs:label “满意度” }", 27, "“", '"'),
        ("SELECT　?s { ?s ?p ?o }", 7, "　", " "),
        ("SELECT ?s { ?s ?p '全角，在文字里' ； ?q 1 }", 29, "；", ";"),
        ("SELECT ?s ｛ ?s ?p ?o }", 11, "｛", "{"),
    ],
)
def test_signs_of_chinese_typing_are_named(text: str, column: int, sign: str, plain: str) -> None:
    fault = explain(text, "QueryUnit", PREFIXES, "")
    assert (fault.line, fault.column, fault.word) == (1, column, sign)
    assert f"半角“{plain}”" in fault.told.zh


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } GROUP BY ?s",
        "SELECT (1 AS ?x) ?x {}",
        "PREFIX a: <relative> ASK { a:b a:c a:d }",
        "SELECT * { ?s <urn:[> ?o }",
        "ASK { ?s ?p }",
        "ASK { ?s ?p ?o BIND(1 AS ?s) }",
        "SELECT * { ?s ?p ?o FILTER(<urn:f>(?o)) }",
    ],
)
def test_what_is_wrong_is_told_in_chinese(text: str) -> None:
    store = open_store(":memory:")
    store.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }")
    with pytest.raises(QueryError) as caught:
        list(store.query(text))  # type: ignore[arg-type]
    message = caught.value.message
    assert "引擎说" not in message
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message.partition("(")[0].replace(text, ""))


@pytest.mark.parametrize("kind", ["{}", "()", "[]"])
def test_depth_is_limited_and_told_with_its_place(kind: str) -> None:
    opening, closing = kind[0], kind[1]
    text = "ASK\n{ ?s ?p " + f"{opening} " * 5000 + f"{closing} " * 5000
    with pytest.raises(SparqlSyntaxError) as caught:
        check_depth(text)
    assert (caught.value.line, caught.value.column, caught.value.word) == (2, 9 + 2 * (MAX_DEPTH - 1), opening)
    assert caught.value.too_deep
    with pytest.raises(QueryError, match=r"第 2 行第 \d+ 列"):
        open_store(":memory:").query(text)


def test_too_much_depth_is_told_as_such() -> None:
    with pytest.raises(QueryError, match=f"嵌套超过 {MAX_DEPTH} 层"):
        open_store(":memory:").query("ASK " + "{" * 300 + "}" * 300)


def test_texts_may_be_long_and_nest_within_reason() -> None:
    statements = "\n".join(f'<urn:s{number}> <urn:p> "值"@zh .' for number in range(5000))
    parse_sparql(f"INSERT DATA {{ GRAPH <urn:g> {{ {statements} }} }}", "UpdateUnit")
    with pytest.raises(SparqlSyntaxError) as caught:
        parse_sparql(f"INSERT DATA {{\n{statements}\n<urn:s> <urn:p> 未完 }}", "UpdateUnit")
    assert (caught.value.line, caught.value.column, caught.value.word) == (5002, 17, "未完")
    assert len(list(parse_sparql(";\n".join(["CLEAR DEFAULT"] * 2000), "UpdateUnit").find("Clear"))) == 2000
    patterns = "?s <urn:service> ?o . " * 2000
    assert not find_external_references(parse_sparql(f"ASK {{ {patterns} }}", "QueryUnit"), None, {})
    deep = "ASK { FILTER" + "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1) + "}"
    assert parse_sparql(deep, "QueryUnit").span == (0, len(deep))


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        ("DROP GRAPH <urn:none>", "does not exist"),
        ("CLEAR GRAPH <urn:none>", "does not exist"),
        ("CREATE GRAPH <urn:g>", "already exists"),
        ("INSERT { GRAPH <urn:g> { ?s ?p ?y } } WHERE { ?s ?p ?o BIND(<urn:f>(?o) AS ?y) }", "not supported"),
        ("LOAD <urn:nowhere> INTO GRAPH <urn:g>", "urn"),
    ],
)
def test_updates_that_the_engine_cannot_carry_out_are_at_fault_themselves(update: str, reason: str) -> None:
    store = open_store(":memory:")
    store.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }")
    version = store.data_version()
    with pytest.raises(QueryError, match=reason) as caught:
        store.update(update)
    assert caught.value.code == "update-failed"
    assert store.data_version() == version


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
