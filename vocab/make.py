#!/usr/bin/env python3
"""Makes media-topics.tsv and subject-codes.tsv. README.md says from what and in which form.

    python3 vocab/make.py mediatopics.json subject_codes.json
"""

import json
import pathlib
import sys

LANGUAGES = ["en", "ar", "da", "de", "es", "fr", "pt", "pt-BR", "sv", "zh-Hans"]
LICENCE = "IPTC NewsCodes, (c) International Press Telecommunications Council, iptc.org, CC BY 4.0; see README.md"


def clean(text):
    """A name on one line: white space runs are one blank, none at the ends."""
    return " ".join(text.split())


def column(concept, language):
    """A name; `=` where Brazilian Portuguese has the Portuguese one."""
    name = clean(concept["name"].get(language, ""))
    assert name != "=", "a name that means something else in the table"
    same = language == "pt-BR" and name and name == clean(concept["name"].get("pt", ""))
    return "=" if same else name


def living_first(topics, codes):
    return sorted(codes, key=lambda code: ("retired" in topics[code], code))


def write(path, head, rows):
    lines = [f"# {LICENCE}", "# " + "\t".join(head)] + ["\t".join(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main(topics_file, codes_file):
    folder = pathlib.Path(__file__).resolve().parent
    topics = json.loads(pathlib.Path(topics_file).read_text(encoding="utf-8"))["concepts"]
    codes = json.loads(pathlib.Path(codes_file).read_text(encoding="utf-8"))["codes"]

    same = {}
    for topic, concept in topics.items():
        for code in concept.get("subj", []):
            same.setdefault(code, []).append(topic)
    same = {code: living_first(topics, found) for code, found in same.items()}

    rows = []
    for topic, concept in sorted(topics.items()):
        broader = concept.get("broader", [])
        assert len(broader) <= 1, f"{topic} has several broader topics"
        successor = ""
        if "retired" in concept:
            # A living topic with the same Subject Code means the same.
            others = [same[code][0] for code in concept.get("subj", [])]
            successor = next((other for other in others if "retired" not in topics[other]), "")
        names = [column(concept, language) for language in LANGUAGES]
        rows.append([topic, "".join(broader), concept.get("retired", ""), successor, *names])
    write(folder / "media-topics.tsv", ["code", "broader", "retired", "replacedBy", *LANGUAGES], rows)

    rows = []
    for code, name in sorted(codes.items()):
        rows.append([code, same.get(code, [""])[0], clean(name.removesuffix("-DEPRECATED"))])
    write(folder / "subject-codes.tsv", ["code", "medtop", "en"], rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
