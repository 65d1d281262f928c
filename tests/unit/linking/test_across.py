"""What is the same in several documents, computed from their stored graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jixiao.lifting import lift
from jixiao.lifting.across import lift_across
from jixiao.linking import link
from jixiao.linking.across import link_across
from jixiao.model import DocumentRecords, Link
from jixiao.store import open_store

Build = Callable[..., DocumentRecords]
BASE = "https://example.org/id/"


def links_of(documents: Iterable[DocumentRecords]) -> tuple[Link, ...]:
    store = open_store(":memory:")
    try:
        for records in documents:
            lifted = lift(link(records), base_iri=BASE)
            store.replace_graph(lifted.graph_iri, lifted.nquads)
        return tuple(link for links in link_across(store).values() for link in links)
    finally:
        store.close()


def years(build: Build) -> list[DocumentRecords]:
    return [
        build(
            name="2023.txt",
            year=2023,
            department="成都市锦江区民政局",
            summary=(
                ("社工站平台运维（2023年）", "510104230000000010211", "50"),
                ("上年结转（成财预[2021]254号）福利院建设", "510104230000000010212", "10"),
                ("殡葬惠民补助", "510104220000000000007", "20"),
            ),
        ),
        build(
            name="2024.txt",
            year=2024,
            department="锦江区民政局",
            summary=(
                ("社工站平台运维（2024年）", "510104240000000030011", "55"),
                ("上年结转（成财预[2021]183号）福利院建设", "510104240000000030012", "10"),
                ("殡葬惠民补助", "510104220000000000007", "21"),
            ),
        ),
        build(name="自评.txt", year=2023, department="锦江区民政局", evaluations=(("社工站平台运维", "50", "95"),)),
        build(name="别处.txt", year=2023, department="成都市青羊区民政局", summary=(("社工站平台运维", None, "50"),)),
    ]


def test_a_project_of_several_years_and_documents_is_linked_within_its_department(build: Build) -> None:
    found = [each for each in links_of(years(build)) if each.kind == "same-project"]
    ends = {(each.subject.rsplit("/", 1)[1][:21], each.object.rsplit("/", 1)[1][:21]) for each in found}
    assert ("510104230000000010211", "510104240000000030011") in ends
    assert len(found) == 3  # both years and the self-evaluation; neither the other district nor 254 with 183
    assert all("同一部门" in each.reason and 0 < each.score <= 1 for each in found)


def test_equal_keys_need_no_link(build: Build) -> None:
    assert not any("510104220000000000007" in each.subject + each.object for each in links_of(years(build)))


def test_any_order_of_lifting_gives_the_same_bytes(build: Build) -> None:
    documents = years(build)
    one = lift_across(f"{BASE}department/a", links_of(documents), base_iri=BASE)
    assert one == lift_across(f"{BASE}department/a", links_of(reversed(documents)), base_iri=BASE)
    assert one.nquads and one.graph_iri.startswith(BASE)


def test_a_department_without_region_code_is_linked_to_the_only_one_it_can_be(build: Build) -> None:
    coded = build(name="1.txt", department="鼓楼区民政局", summary=(("养老补助", "320106240000000010211", "5"),))
    bare = build(name="2.txt", department="鼓楼区民政局")
    (found,) = links_of([coded, bare])
    assert (found.kind, found.reason) == ("same-department", "名称相同")
    other = build(name="3.txt", department="鼓楼区民政局", summary=(("养老补助", "350102240000000010211", "5"),))
    assert links_of([coded, bare, other]) == ()


def test_an_empty_store_has_no_links() -> None:
    assert links_of(()) == ()
