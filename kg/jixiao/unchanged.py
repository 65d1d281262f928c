"""Pass over files of which the store holds what lifting them would give.

Each document's graph is stored with a word for what it was made from (``DocumentGraph.origin``): the bytes, the names,
the options, the decisions on them, and the program. The store forgets the word when the graph may have changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from jixiao.documents.places import shown
from jixiao.ids import Minter, digest
from jixiao.resources import resource
from jixiao.review.decisions import FINDING
from jixiao.store.protocol import read_origins

if TYPE_CHECKING:
    from jixiao.document_names import NamedFile
    from jixiao.pipeline import LiftedDocument
    from jixiao.reading import LiftOptions
    from jixiao.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Origin:
    """Hold what a document's graph was made from, its department, and the place that it or a sister file told."""

    key: str
    department: str = ""
    place: str = ""
    sister: str = ""

    def word(self) -> str:
        """Return the origin as it is kept, in ASCII without quotation marks."""
        return urlencode(asdict(self))


class Origins:
    """Tell of files to lift what their graphs would be made from."""

    def __init__(self, files: Sequence[NamedFile], options: LiftOptions) -> None:
        self._options = options
        settings = options.audit_settings.read_bytes() if options.audit_settings else b""
        switches = (options.contacts, options.shapes, options.audit, options.originals)
        self._same = digest(program_digest(), options.base_iri, sha256(settings).hexdigest(), *map(str, switches))
        self._decided: defaultdict[str, list[str]] = defaultdict(list)
        for each in options.decisions:
            if each.kind != FINDING:  # how a finding was dealt with is set in the stored graphs
                self._decided[each.sha256].append(str(each))
        self._files = {shown(file.path): file for file in files}

    def key(self, file: NamedFile) -> str:
        """Return a word that differs whenever lifting a file may give something else, sister files aside."""
        sources = self._options.sources
        source = sources.get(file.digest) or sources.get(file.path.name)
        decided = sorted(self._decided.get(file.digest, ()))
        return digest(self._same, file.digest, file.name, source, str(file.labels), *decided)

    def word(self, document: LiftedDocument) -> str:
        """Return what a lifted document was made from."""
        key, department = self.key(self._files[document.path]), document.department or ""
        if document.sister:
            return Origin(key, department, sister=document.sister).word()
        return Origin(key, department, document.place or "").word()

    def unchanged(self, files: Sequence[NamedFile], store: Store) -> dict[NamedFile, Origin]:
        """Return the files of which the store holds what lifting them would give."""
        kept = read_origins(store)
        graph = Minter(self._options.base_iri).graph
        found: dict[NamedFile, Origin] = {}
        for file in files:
            word = kept.get(graph(file.name))
            if word is None:
                continue
            origin = read_origin_word(word)
            if origin.key == self.key(file):
                found[file] = origin
        return found


def read_origin_word(word: str) -> Origin:
    """Return an origin as it was kept."""
    return Origin(**dict(parse_qsl(word)))


@cache
def program_digest() -> str:
    """Return a word that differs between two versions of the program, also while it is being changed."""
    roots = (Path(__file__).parent, resource("ontology"), resource("shapes"))
    files = sorted(path for root in roots for path in root.rglob("*.*") if path.parent.name != "__pycache__")
    told = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    return sha256(str(told).encode()).hexdigest()
