"""Files that decide who is trusted as Consul, what is sent to it, and which program runs as root:
those that an ordinary user owns or can change are rejected."""

import pytest
import tls
from consul import only_by_http
from lab import G0, HERE, NOBODY, wait_for
from tls import CLIENT_CERTIFICATE, KEYS, SECURE, TRUSTED

pytestmark = pytest.mark.promise

ALL = f"{KEYS}/all"
CA_PATH = f"{SECURE},consul-ca-path="
WRITABLE = "allows others to change it"
SOCKET_OWNER = """
import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
time.sleep(60)
"""


@pytest.fixture
def rejected(client):
    """Checks that the mount is rejected at once with these texts."""
    def expect(*words, options, status=1):
        client.mount(target="/mnt/none", options=options).expect(status, *words, within=5)
        client.expect_not_mounted("/mnt/none")
    return expect


@pytest.fixture
def changed(client):
    """Runs chmod or chown; a name is an owner, a number a mode."""
    def change(path, *changes):
        for value in changes:
            client.call(*(["chmod", value] if value.isdigit() else ["chown", "-h", value]), path)
    return change


def test_certificate_authority(client, rejected, changed):
    tls.secure_agent(client)
    ca = f"{KEYS}/ca.pem"
    changed(ca, "664")
    rejected(ca, WRITABLE, "chmod go-w", options=TRUSTED)
    changed(ca, "646")
    rejected(ca, WRITABLE, options=TRUSTED)
    changed(ca, "644", "nobody")
    rejected(ca, "user 65534", "chown root", options=TRUSTED)
    changed(ca, "root")
    # A symbolic link that another user owns, and a world-writable directory.
    client.call(*NOBODY, "ln", "-s", f"{KEYS}/stranger.pem", "/tmp/ca.pem")
    rejected("/tmp/ca.pem", "symbolic link owned by user 65534",
             options=f"{SECURE},consul-ca-cert=/tmp/ca.pem")
    client.sh('install -d -m 777 /tmp/open && cp "$1" /tmp/open/ca.pem', ca)
    rejected("/tmp/open/ca.pem", "world-writable",
             options=f"{SECURE},consul-ca-cert=/tmp/open/ca.pem")
    client.call("rm", "-rf", "/tmp/open", "/tmp/ca.pem")
    # A link of root is accepted.
    client.call("ln", "-s", ca, f"{KEYS}/link.pem")
    client.mount_ok(f"{SECURE},consul-ca-cert={KEYS}/link.pem")


@pytest.mark.parametrize("what", ["token", "CA", "key", "certificate"])
def test_file_of_root_in_a_directory_of_a_user(client, rejected, changed, what):
    """The user cannot change the file, but can replace it with another file of root."""
    tls.secure_agent(client)
    way = f"{KEYS}/way"
    client.sh('mkdir "$1" && cp "$2"/*.pem "$2"/*.key "$1" 2>/dev/null; '
              'echo some-token >"$1/token" && chmod 600 "$1/token"', way, KEYS)
    options = {"token": f"consul-token-file={way}/token",
               "CA": f"{SECURE},consul-ca-cert={way}/ca.pem",
               "key": CLIENT_CERTIFICATE.replace(f"client-key={KEYS}", f"client-key={way}"),
               "certificate": CLIENT_CERTIFICATE.replace(f"client-cert={KEYS}",
                                                         f"client-cert={way}")}[what]
    assert way in options
    if what in ("key", "certificate"):
        options = f"{TRUSTED},{options}"
    changed(way, "nobody")
    rejected(way, "a parent directory belongs to user 65534 (nobody)", options=options)
    # A directory like /etc/consul.d, which belongs to the user consul.
    changed(way, "daemon")
    client.mount_ok(options)


def test_conf_file_in_a_directory_of_a_user(client, changed):
    client.lab.at_end(client.call, "rm", "-rf", "/etc/way", "/etc/glusterconsul.conf")
    client.sh("mkdir /etc/way && echo 'consul-order = spread' >/etc/way/gluster.conf && "
              "ln -s way/gluster.conf /etc/glusterconsul.conf")
    changed("/etc/way", "nobody")
    client.mount_refused("a parent directory belongs to user 65534 (nobody)")
    changed("/etc/way", "daemon")
    client.mount_ok()


def test_directory_of_certificate_authorities(client, rejected, changed):
    tls.secure_agent(client)
    client.sh('mkdir "$1" && cp "$1/../ca.pem" "$1" && openssl rehash "$1"', ALL)
    changed(ALL, "775")
    rejected(ALL, "writable by its group", "hint: run chmod g-w", options=CA_PATH + ALL)
    changed(ALL, "755", "nobody")
    rejected(ALL, "user 65534", options=CA_PATH + ALL)
    changed(ALL, "root")
    changed(f"{ALL}/ca.pem", "666")
    rejected(ALL, WRITABLE, options=CA_PATH + ALL)
    changed(f"{ALL}/ca.pem", "644")
    # Only a directory of the path belongs to another user.
    theirs = f"{KEYS}/theirs"
    client.sh('install -d -o nobody "$1" && cp -r "$2" "$1/all"', theirs, ALL)
    rejected(f"{theirs}/all", "user 65534", options=f"{CA_PATH}{theirs}/all")
    client.mount_ok(CA_PATH + ALL)


def test_client_certificate_and_key(client, rejected, changed):
    tls.secure_agent(client, verify_incoming_https=True)
    options = f"{TRUSTED},{CLIENT_CERTIFICATE}"
    key, certificate = f"{KEYS}/client.key", f"{KEYS}/client.pem"
    changed(key, "644")
    rejected(key, "allows others to read it", "chmod g-w,o-rw", options=options)
    changed(key, "660")
    rejected(key, WRITABLE, options=options)
    changed(key, "600", "nobody")
    rejected(key, "user 65534", options=options)
    changed(key, "root")
    changed(certificate, "666")
    rejected(certificate, WRITABLE, options=options)
    changed(certificate, "644")
    changed(key, "640")
    client.mount_ok(options)


def test_rejected_file_for_tls_does_not_fall_back_to_dns(client, rejected, changed):
    """The lab's agent would respond."""
    tls.secure_agent(client)
    changed(f"{KEYS}/ca.pem", "666")
    rejected(f"{KEYS}/ca.pem", options=tls.HTTPS)


def test_client_program(lab, client, rejected, changed):
    """The program leaves a mark whenever it runs, even if only to print its version."""
    def not_run(path, words):
        rejected(path, words, options=f"consul-glusterfs={path}")
        assert not client.succeeds("test", "-e", "/tmp/run-as-root")

    own = "/opt/own/glusterfs"
    lab.at_end(client.call, "rm", "-rf", "/opt/own", "/opt/theirs")
    client.write(own, '#!/bin/sh\ntouch /tmp/run-as-root\nexec /usr/sbin/glusterfs "$@"\n', 755)
    client.sh("mkdir /opt/theirs && cp -p /opt/own/glusterfs /opt/theirs && "
              "chown nobody /opt/theirs")
    changed(own, "775")
    not_run(own, WRITABLE)
    changed(own, "755", "nobody")
    not_run(own, "user 65534")
    changed(own, "root")
    not_run("/opt/theirs/glusterfs", "user 65534")
    client.call(*NOBODY, "ln", "-s", own, "/tmp/glusterfs")
    not_run("/tmp/glusterfs", "symbolic link owned by user 65534")
    client.call("rm", "/tmp/glusterfs")
    client.mount_ok(f"consul-glusterfs={own}")


def test_user_can_look_up_with_own_files(client):
    tls.secure_agent(client, verify_incoming_https=True)
    client.sh("install -d -o nobody /tmp/his && cd $1 && install -o nobody -m 600 -t /tmp/his "
              "ca.pem client.pem client.key", KEYS)
    look_up = ("glusterconsul", "lookup", G0, "-o")
    client.nobody(*look_up, f"{SECURE},consul-ca-cert=/tmp/his/ca.pem,"
                  "consul-client-cert=/tmp/his/client.pem,"
                  "consul-client-key=/tmp/his/client.key").expect()
    # Without a certificate: the CA belongs to root and is readable.
    client.nobody(*look_up, TRUSTED).expect(32, "certificate")
    client.call("rm", "-rf", "/tmp/his")


def test_unix_socket(lab, client, rejected):
    """In a directory of another user, and in /tmp, which is sticky, if another user listens."""
    lab.at_end(client.sh, 'pkill -KILL -f "their[-]socket" || true')
    client.call("install", "-d", "-o", "nobody", "/tmp/theirs")
    for directory, status in (("/tmp/theirs", 1), ("/tmp", 32)):
        path = f"{directory}/consul.sock"
        client.daemon("setpriv", "--reuid", "nobody", "--clear-groups", "python3", "-c",
                      SOCKET_OWNER, path, "their-socket")
        wait_for(10, lambda: client.succeeds("test", "-S", path), f"{path} listens")
        rejected(path, "user 65534", options=only_by_http(f"unix://{path}"), status=status)
    client.call("rm", "-rf", "/tmp/theirs", "/tmp/consul.sock")


def test_warnings_for_a_plain_text_token_and_an_unverified_certificate(client):
    warning = "warning: consul-ssl-verify=false"
    unverified = f"{SECURE},consul-ssl-verify=false"
    token = "consul-token-file=/etc/gluster.token"

    def look_up(options):
        return client.run("glusterconsul", "lookup", G0, "-o", options)

    tls.secure_agent(client, "expired")
    client.write("/etc/gluster.token", "11111111-2222-3333-4444-555555555555\n", 600)
    look_up(unverified).expect(0, warning)
    assert client.mount_ok(unverified).stderr.count(warning) == 1
    client.umount()
    assert ("warning: requests to Consul at 10.77.0.11:8500 carry the token or password without encryption"
            in look_up(f"{token},consul-retry=0,{only_by_http('10.77.0.11:8500')}").stderr)
    assert look_up(token).expect().stderr == ""  # to loopback


@pytest.fixture
def lies(lab, client):
    """A file system of user 1234 that claims that its file belongs to root."""
    def mount(text):
        client.write("/run/lie", text, mode=755)
        client.call("install", "-d", "-o", "1234", "/mnt/lies")
        lab.at_end(client.sh, "pkill -KILL -f lying_[f]use; umount -l /mnt/lies; rmdir /mnt/lies")
        client.daemon("python3", HERE / "hostile/lying_fuse.py", "/mnt/lies", "1234", "/run/lie")
        wait_for(10, lambda: client.succeeds("test", "-f", "/mnt/lies/file"), "the file is there")
    return mount


@pytest.mark.parametrize("option", ["consul-glusterfs", "consul-token-file", "consul-ca-cert",
                                    "consul-http-addr=https://127.0.0.1:8501,consul-client-cert="
                                    "/mnt/lies/file,consul-client-key"])
def test_users_file_system_cannot_claim_that_its_files_are_roots(client, lies, rejected, option):
    lies("#!/bin/sh\nid >/run/ran\n" if option == "consul-glusterfs" else
         "11111111-2222-3333-4444-555555555555\n")
    assert client.output("stat", "-c", "%u", "/mnt/lies/file") == "0"
    rejected("/mnt/lies", "1234", options=f"{SECURE},{option}=/mnt/lies/file")
    assert not client.succeeds("test", "-e", "/run/ran")
