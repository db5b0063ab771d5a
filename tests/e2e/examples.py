#!/usr/bin/python3 -B
"""The examples in the documentation, as test_examples.py runs them.

    tests/e2e/examples.py [FILE...]             lists them: file, line, kind, first line
    tests/e2e/examples.py --print FILE WORDS    prints the one example of FILE that contains WORDS

An example is a block (indented by four blanks in Markdown; .Dl or .Bd in a manual page; a command
after "#   " in a comment), a phrase (text with a blank in it between backquotes, or after .Ql), a
file below examples/, or a setting (consul-NAME=VALUE anywhere in a text).
"""

import dataclasses
import pathlib
import re
import shlex
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent

# Written for users. CONTRIBUTING.md, ARCHITECTURE.md and tests/lab/README.md are for developers:
# tests/run and the end-to-end tests are what they describe.
MARKDOWN = ("README.md", "SECURITY.md", "docs/how-it-works.md", "docs/supported-versions.md",
            "examples/consul/README.md", "examples/resolver/README.md")
MANUAL = ("mount.glusterconsul.8", "glusterconsul.8", "glusterconsul.conf.5")
GENERATED = ("examples/glusterconsul.conf", "examples/bash-completion/glusterconsul")
NOT_INSTALLED = ("CMakeLists.txt", "README.md")


@dataclasses.dataclass(frozen=True)
class Example:
    file: str
    line: int
    kind: str  # block, phrase, file, setting
    text: str

    def __str__(self):
        first = self.text.strip("\n").split("\n")[0]
        return f"{self.file}:{self.line}: {self.kind}: {first}"


def blocks_of(text, indent="    "):
    """(line number, text) of each block that is indented like this; blank lines may be inside."""
    block, start, blank = [], 0, 0
    for number, line in enumerate([*text.split("\n"), "end"], 1):
        if line.startswith(indent):
            if not block:
                start = number
            block += [""] * blank + [line[len(indent):]]
            blank = 0
        elif block and not line.strip():
            blank += 1
        elif block:
            yield start, "".join(part + "\n" for part in block)
            block, blank = [], 0
        else:
            blank = 0


def settings_of(file, text):
    for number, line in enumerate(text.split("\n"), 1):
        for match in re.finditer(r"(?<![\w.-])consul-[a-z-]+=[^\s,;`()|\"'.]+(?:\.\w+)*", line):
            yield Example(file, number, "setting", match[0])


def of_markdown(file, text):
    if "```" in text:
        raise ValueError(f"{file}: indent examples by four blanks, without ```")
    for number, block in blocks_of(text):
        yield Example(file, number, "block", block)
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("    "):
            continue
        for phrase in re.findall(r"`([^`]+)`", line):
            if " " in phrase:
                yield Example(file, number, "phrase", phrase)
    yield from settings_of(file, text)


ESCAPES = (("\\(aq", "'"), ("\\(dq", '"'), ("\\&", ""), ("\\-", "-"), ("\\e", "\\"))


def plain(text):
    for escape, meaning in ESCAPES:
        text = text.replace(escape, meaning)
    return text


def of_manual_page(file, text):
    """mdoc(7), without macros inside of examples."""
    block, start = None, 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(".Bd"):
            block, start = [], number + 1
        elif line == ".Ed":
            yield Example(file, start, "block", "".join(part + "\n" for part in block))
            block = None
        elif block is not None:
            block.append(plain(line))
        elif line.startswith((".Dl ", ".D1 ")):
            yield Example(file, number, "block", plain(line[4:]) + "\n")
        elif match := re.match(r"\.(?:Pq )?Ql (.*?)(?: [.,:;)])?$", line):
            if " " in plain(match[1]).strip('"'):
                yield Example(file, number, "phrase", plain(match[1]).strip('"'))
    yield from settings_of(file, plain(text))


def of_example_file(file, text):
    """In the conf file, "such as VALUE or VALUE" is in the comment before the line of an option."""
    yield Example(file, 1, "file", text)
    for number, block in blocks_of(text, "#   "):
        yield Example(file, number, "block", block)
    for match in re.finditer(r"^#.* such as ([^;\n]+).*\n#(consul-[a-z-]+) =", text, re.MULTILINE):
        number = text.count("\n", 0, match.start()) + 1
        for value in match[1].split(" or "):
            yield Example(file, number, "setting", f"{match[2]}={value}")


def of_file(file, text):
    if file.endswith(".md"):
        return list(of_markdown(file, text))
    if re.search(r"\.[58](\.in)?$", file):
        return list(of_manual_page(file, text))
    return list(of_example_file(file, text))


def example_files():
    """All files below examples/ that are installed as they are in the working copy."""
    paths = [path for path in sorted((REPOSITORY / "examples").rglob("*"))
             if path.is_file() and path.name not in NOT_INSTALLED and path.suffix != ".in"]
    return [str(path.relative_to(REPOSITORY)) for path in paths]


def path_when_installed(file):
    """Where a manual page or an example is on a machine."""
    if file in MANUAL:
        return f"/usr/share/man/man{file[-1]}/{file}"
    if file.startswith("examples/bash-completion/"):
        return f"/usr/share/bash-completion/completions/{pathlib.Path(file).name}"
    return f"/usr/share/doc/glusterconsul/{file}"


def in_working_copy(file):
    return of_file(file, (REPOSITORY / file).read_text())


def main():
    if sys.argv[1:2] == ["--print"]:
        file, words = sys.argv[2:]
        found = [example for example in in_working_copy(file)
                 if example.kind == "block" and words in example.text]
        if len(found) != 1:
            sys.exit(f"examples.py: {len(found)} examples in {file} contain {shlex.quote(words)}")
        print(found[0].text, end="")
        return
    for file in sys.argv[1:] or (*MARKDOWN, *example_files()):
        print(*in_working_copy(file), sep="\n")


if __name__ == "__main__":
    main()
