#!/usr/bin/env python3
"""Times Presidio's pattern recognizers on the texts of the redaction bench, and prints ratios.

    REDACTION_TEXTS=/tmp/texts cargo bench --bench redaction     # writes the texts
    cargo bench --bench redaction | tee /tmp/ours.txt            # our speeds
    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install -r shared/benches/peer/requirements.txt
    /tmp/peer/bin/python shared/benches/peer/measure.py /tmp/texts /tmp/ours.txt

Patterns only, in two settings: without and with context words. A blank tokenizer stands in for the language model.
"""
import re
import sys
import time
from pathlib import Path

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

OURS = {"transcript-10k.txt": "transcript, 10000 B", "transcript-1m.txt": "transcript, 1000000 B", "webhook-10k.json": "webhook JSON"}


class Blank(NlpEngine):
    """Tokens with lower-case lemmas, so that context words work, and no entities."""

    def __init__(self):
        self.nlp = spacy.blank("en")
        self.nlp.max_length = 1 << 30

    def load(self):
        pass

    def is_loaded(self):
        return True

    def process_text(self, text, language):
        doc = self.nlp(text)
        return NlpArtifacts([], doc, [t.idx for t in doc], [t.lower_ for t in doc], self, language)

    def process_batch(self, texts, language, **_):
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word, language):
        return self.nlp.vocab[word].is_stop

    def is_punct(self, word, language):
        return self.nlp.vocab[word].is_punct

    def get_supported_entities(self):
        return []

    def get_supported_languages(self):
        return ["en"]


def analyzer():
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.recognizers = [r for r in registry.recognizers if not isinstance(r, SpacyRecognizer)]
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])


def best(work, least=3, seconds=5.0):
    times, begin = [], time.perf_counter()
    while len(times) < least and (not times or time.perf_counter() - begin < seconds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    folder, ours = Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8")
    start = time.perf_counter()
    engine = analyzer()
    engine.analyze("call me at 415 555 0132", "en")
    print(f"Presidio starts in {time.perf_counter() - start:.1f} s\n")
    print("| text | Presidio, MB/s | ours, MB/s | ratio |\n|---|---|---|---|")
    for name, label in OURS.items():
        text = (folder / name).read_text(encoding="utf-8")
        # A megabyte in one piece takes it minutes: it is given in pieces, as its users do.
        pieces = [text[i : i + 10_000] for i in range(0, len(text), 10_000)][:20]
        size = sum(len(piece) for piece in pieces)
        speed = size / 1e6 / best(lambda: [engine.analyze(piece, "en") for piece in pieces])
        found = re.search(re.escape(f"| {label}") + r"[^|]*\| ([\d.]+)", ours)
        mine = float(found.group(1)) if found else float("nan")
        print(f"| {name} | {speed:.3f} | {mine:.1f} | 1 : {mine / speed:.0f} |")


if __name__ == "__main__":
    main()
