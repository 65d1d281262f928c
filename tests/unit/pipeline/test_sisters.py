"""An attachment without a region takes the place of its sister in the folder, and of no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.vocab import JX, SKOS

FORM = """{title}

项目支出绩效目标申报表

(2024年度)

项目名称\t{project}\t\t主管部门\t{office}\t\t实施单位\t{office}
绩效指标\t一级指标\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t调解纠纷\t≥7件
"""

WHERE = f"""SELECT ?file ?code {{
  ?document <{JX.fileName}> ?file ; <{JX.department}> ?office
  OPTIONAL {{ ?office <{JX.region}>/<{SKOS.notation}> ?code }}
}}"""


def regions(folder: Path, files: dict[str, tuple[str, str]]) -> dict[str, str | None]:
    """Return the region code of the department of each document, all lifted in one run."""
    for name, (title, office) in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FORM.format(title=title, office=office, project=path.stem), "utf-8")
    store = open_store(":memory:")
    lift_paths([str(folder)], store, workers=1)
    found: dict[str, str | None] = {}
    rows: Any = store.query(WHERE)
    for row in rows:
        found[row["file"].value] = row["code"].value if row["code"] is not None else None
    return found


def test_a_sister_of_the_same_office_tells_the_place(tmp_path: Path) -> None:
    found = regions(
        tmp_path,
        {
            "甲/附件1.txt": ("附件1", "司法局"),
            "甲/附件2.txt": ("岱山县司法局2024年项目绩效目标", "岱山县司法局"),
            "甲/附件3.txt": ("附件3", "民政局"),
            "乙/表1.txt": ("表1", "司法局"),
        },
    )
    assert found == {"附件1.txt": "330921", "附件2.txt": "330921", "附件3.txt": None, "表1.txt": None}


def test_sisters_of_two_places_tell_none(tmp_path: Path) -> None:
    found = regions(
        tmp_path,
        {
            "附件1.txt": ("附件1", "司法局"),
            "附件2.txt": ("岱山县司法局2024年项目绩效目标", "岱山县司法局"),
            "附件3.txt": ("嵊泗县司法局2024年项目绩效目标", "嵊泗县司法局"),
        },
    )
    assert found["附件1.txt"] is None
