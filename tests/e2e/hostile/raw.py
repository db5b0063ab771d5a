"""Says where the files hold what a terminal obeys: control characters other than
the newline, DEL, C1 controls, bidirectional marks, line separators, or bytes that
are no UTF-8. Prints one line for each; silent where all is well."""

import sys

BIDIRECTIONAL = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def is_obeyed(code):
    return (code < 0x20 and code != 0x0A) or 0x7F <= code < 0xA0 or code in BIDIRECTIONAL or \
        code in (0x2028, 0x2029)


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        print(f"{path}: {problem}")
        continue
    for at, character in enumerate(text):
        if is_obeyed(ord(character)):
            print(f"{path}: U+{ord(character):04X} behind {text[max(0, at - 60):at]!r}")
            break
