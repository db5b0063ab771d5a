"""A FUSE file system of an ordinary user that claims that all its files belong to root.

  lying_fuse.py DIRECTORY USER FILE      DIRECTORY then has one file, "file", with the text of FILE

Mounted with allow_other, as by fusermount3 with user_allow_other in fuse.conf. The requests and
replies are those of <linux/fuse.h>, version 7.31.
"""

import ctypes
import os
import stat
import struct
import sys

INIT_REPLY = struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, 0, 16, 12, 65536, 1, 32, 0, 0)
LOOKUP, GETATTR, OPEN, READ, INIT, OPENDIR = 1, 3, 14, 15, 26, 27
RELEASE, FLUSH, RELEASEDIR, ACCESS = 18, 25, 29, 34
FORGET, BATCH_FORGET = 2, 42  # these expect no reply
ENOENT, ENOSYS = 2, 38
DIRECTORY, FILE = 1, 2  # node ids


def mount(directory, user):
    connection = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={connection},rootmode=40000,user_id={user},group_id={user},allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"lies", directory.encode(), b"fuse", 6, options.encode()) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    return connection


def attributes(node, size):
    mode = stat.S_IFDIR | 0o755 if node == DIRECTORY else stat.S_IFREG | 0o700
    return struct.pack("<QQQQQQIIIIIIIIII", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def reply_to(operation, node, body, content):
    """The error and the data."""
    if operation == INIT:
        return 0, INIT_REPLY
    if operation == LOOKUP:
        if body.rstrip(b"\0") != b"file":
            return -ENOENT, b""
        return 0, struct.pack("<QQQQII", FILE, 0, 0, 0, 0, 0) + attributes(FILE, len(content))
    if operation == GETATTR:
        return 0, struct.pack("<QII", 0, 0, 0) + attributes(node, len(content))
    if operation in (OPEN, OPENDIR):
        return 0, struct.pack("<QII", 1, 1, 0)
    if operation == READ:
        offset, size = struct.unpack("<8xQI", body[:20])
        return 0, content[offset:offset + size]
    if operation in (RELEASE, FLUSH, RELEASEDIR, ACCESS):
        return 0, b""
    return -ENOSYS, b""


def serve(connection, content):
    while True:
        try:
            request = os.read(connection, 1 << 20)
        except OSError:
            return  # unmounted
        _, operation, unique, node = struct.unpack("<IIQQ", request[:24])
        if operation in (FORGET, BATCH_FORGET):
            continue
        error, data = reply_to(operation, node, request[40:], content)
        os.write(connection, struct.pack("<IiQ", 16 + len(data), error, unique) + data)


def main():
    directory, user, source = sys.argv[1:]
    with open(source, "rb") as file:
        content = file.read()
    connection = mount(directory, user)
    os.setgid(int(user))
    os.setuid(int(user))
    serve(connection, content)


main()
