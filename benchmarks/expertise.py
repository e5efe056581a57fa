"""The finder's own matching and fit on two published expert-finding benchmarks, beside what others reach on them.

    uv run --with scikit-learn python benchmarks/expertise.py [--versions 10] [--bench FOLDER]

GOLD (Stelmakh et al. 2023): 58 researchers rated how well they could review 477 papers; the loss weighs wrongly ordered
pairs, lower is better. DBLP (Brochier et al. 2020): 114 abstracts, whose topic's experts are to be found among 199
people; higher is better. Neither gives an order of authors, so that everybody on a work has the same credit, nor does
DBLP give dates: nothing but the sum over somebody's best works counts, which is what texts are ranked by. All figures
are of one configuration, the finder's, by words alone and then with the encoder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from measuring import SHARED

from finder.encoder import QUERY_TOKENS, TEXT_TOKENS, TITLE_TOKENS, Encoder
from finder.encoder.encoder_choice import choose_encoder
from finder.model import Authorship, Work
from finder.publication import resolve_and_publish
from finder.ranking import advisor_score, text_match
from finder.resolution import work_vectors
from finder.storage import Store, open_store
from finder.storage.records import encode_record

DAY, NOW = date(2020, 12, 31), "2020-12-31T00:00:00+00:00"
TITLE = 10  # words of a document that stand for its title where it has none of its own
OTHERS = """\
others, GOLD: TPMS .28, SPECTER+MFR .24, SPECTER2+SciNCL .21 (published; with language models from the second on)
others, DBLP: P@10 33.1 AP 34.7 AUC 79.3 (the authors' propagation over TF-IDF, their code rerun)"""


class FinderRanker:
    """The finder as the harness wants a ranker: documents once, then scores of all authors for each text."""

    def __init__(self, stack: ExitStack, use: str, encoded: Path) -> None:
        self._stack, self._use, self._encoded = stack, use, encoded

    def fit(self, documents: Sequence[str], pairs: Any, _citations: Any = None) -> None:
        home = self._stack.enter_context(tempfile.TemporaryDirectory())
        (Path(home) / "finder.toml").write_text(f'[semantic]\nuse = "{self._use}"\n')
        (Path(home) / "vectors").symlink_to(self._encoded)  # each text once for all draws
        self._store = self._stack.enter_context(open_store(Path(home)))
        people: dict[int, list[int]] = {}
        for document, person in pairs.tolist():
            people.setdefault(document, []).append(person)
        store_and_publish(
            self._store,
            [_document_as_work(number, text, people.get(number, [])) for number, text in enumerate(documents)],
        )
        if encoder := choose_encoder(Path(home)).encoder:
            work_vectors.encode_works(self._store, encoder)
        self._snapshot = self._store.snapshots.current_snapshot()
        self._people = int(pairs[:, 1].max()) + 1
        # the same credit for everybody on a work, however many they are
        equal = self._snapshot.load_table("authorships").with_columns(alphabetical=True, n_authors=pl.lit(1, pl.UInt16))
        self._authorships = equal.lazy()

    def rank(self, text: str, _exclude: int | None = None) -> list[float]:
        """The sum of each person, by number."""
        found = text_match.match_works(self._store, self._snapshot, text, DAY)
        _, sums = advisor_score.collect_evidence(found.frame.lazy(), self._authorships, DAY, DAY, 4.0, text=found.text)
        authors = self._snapshot.load_table("authors").lazy().select("author", "author_id")
        rows = sums.select("author", "evidence").join(authors, on="author").select("author_id", "evidence").collect()
        scores = [0.0] * self._people
        for id_, evidence in rows.iter_rows():
            scores[int(id_.rpartition("A")[2])] = evidence
        return scores


def store_and_publish(store: Store, works: Sequence[Work]) -> None:
    """Store works and put them together."""
    store.records.put_records(map(encode_record, works), fetched_at=NOW)
    resolve_and_publish(store, NOW)


def _document_as_work(number: int, text: str, people: Sequence[int]) -> Work:
    words = text.split()
    title, abstract = f"{number}: {' '.join(words[:TITLE])}", " ".join(words[TITLE:]) or None
    names = tuple(Authorship(f"Person {_number_as_letters(person)}", ids=(f"openalex:A{person}",)) for person in people)
    return Work("bench", str(number), title, "2020-06-01", names, abstract=abstract)


def _number_as_letters(number: int) -> str:
    """A number as letters: digits are no part of a name."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


def main() -> None:
    """Run both and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=SHARED / "expertbench")
    parser.add_argument("--versions", type=int, default=10, help="of GOLD's ten draws of profiles; 0 leaves it out")
    parser.add_argument("--use", nargs="+", choices=("off", "auto"), default=("off", "auto"), help="of the encoder")
    asked = parser.parse_args()
    sys.path.insert(0, str(asked.bench))
    import expertbench  # ty: ignore[unresolved-import]

    print(OTHERS)
    work_vectors.STALE = 1.0  # the texts of another draw are not stale
    for use in asked.use:
        with tempfile.TemporaryDirectory() as folder:
            choice = choose_encoder(Path(folder))
        if use == "auto" and choice.encoder is None:
            print(f"\nnot run with an encoder: {choice.why}")
            continue
        print("\nby words alone" if use == "off" or choice.encoder is None else f"\nand with {choice.encoder.name}")
        if use == "auto" and choice.encoder:
            some = expertbench.load_dblp()[0][:200]
            for tokens in (TITLE_TOKENS, TEXT_TOKENS, QUERY_TOKENS):
                spent = encoding_time_ms(choice.encoder, some, tokens)
                print(f"{f'encoding {tokens} tokens':22} {spent:.2f} ms a text, CPU")
        run_both_benchmarks(expertbench, use, asked.versions)


def run_both_benchmarks(expertbench: Any, use: str, versions: int) -> None:
    """Both benchmarks in one configuration."""
    with ExitStack() as stack:
        encoded = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for variant, title in (("official", "DBLP, abstracts"), ("topic", "DBLP, names of topics")):
            found = expertbench.evaluate_dblp(FinderRanker(stack, use, encoded), variant)
            told = f"P@10 {found['P@10']:.1f}  AP {found['AP']:.1f}  AUC {found['AUC']:.1f}"
            print(f"{title:22} {told}  {found['ms_q']:.0f} ms a query", flush=True)
        if not versions:
            return
        found = expertbench.evaluate_gold(
            lambda: FinderRanker(stack, use, encoded), versions=range(1, versions + 1), boot=200
        )
    low, high = found["loss_ci"]
    told = f"loss {found['loss']:.3f} [{low:.2f}; {high:.2f}]  easy {found['easy']:.3f}  hard {found['hard']:.3f}"
    print(f"{'GOLD, abstracts':22} {told}  {found['ms_q']:.0f} ms a query", flush=True)


def encoding_time_ms(encoder: Encoder, texts: Sequence[str], tokens: int) -> float:
    """Milliseconds of one core that a text takes, once the encoder is loaded."""
    encoder.encode(texts[:1], tokens)
    begun = time.process_time()
    encoder.encode(texts, tokens)
    return 1000 * (time.process_time() - begun) / len(texts)


if __name__ == "__main__":
    main()
