"""Every example in README.md, SECURITY.md, the manual pages, docs/ and examples/ is run as it
stands: examples.py extracts them, and the table RULES states what runs each. An example that no
rule covers is an error, and so is a rule without an example. The manual pages and the examples are
those that are installed."""

import dataclasses
import json
import pathlib
import re

import pytest
from consul import leading_agent
from examples import GENERATED, MANUAL, MARKDOWN, example_files, of_file, path_when_installed
from lab import CONF, G0, REPOSITORY, wait_for
from test_autofs import Automount, without_syslog  # noqa: F401 (a fixture)
from tls import KEYS, make_keys, secure_agent

pytestmark = pytest.mark.release

MANAGEMENT = "11111111-2222-3333-4444-555555555555"
EXAMPLES = "/usr/share/doc/glusterconsul/examples"
CONSUL_D = "/etc/consul.d"
UNITS = "/tmp/units"
CONSUL_SERVICE = "[Service]\nExecStart=/bin/true\n"
GENERATOR = "/lib/systemd/system-generators/systemd-fstab-generator"


@dataclasses.dataclass(frozen=True)
class Elsewhere:
    """Another test or stage runs the example; `words` in its source show that it still does."""
    source: str
    words: str


@dataclasses.dataclass(frozen=True)
class NotRun:
    reason: str


NO_COMMAND = NotRun("part of a sentence: it names a command, an option or a word of a message")
NO_SYSTEM = NotRun("needs software that cannot be installed here")
SERVER_REPLACEMENT = Elsewhere("tests/e2e/test_server_replacement.py", "block_of_readme")

# What runs an example: the test of that name in this file (test_NAME), or one of the above. The
# first row counts whose file, kind and text (regular expressions) match.
RULES = (
    # what runs it, file, kind, text
    (Elsewhere("tests/stages/fresh", "in_system sudo tests/lab/demo"),
     "README.md", "block|phrase", r"^sudo tests/lab/demo( +#.*\nsudo tests/run +#.*\n)?$"),
    (Elsewhere("tests/stages/fresh", "in_system sudo CI=true tests/run"),
     "README.md", "phrase", "^sudo tests/run$"),
    (Elsewhere("tests/stages/fresh", "block_of_readme 'dpkg-buildpackage'"),
     "README.md", "block", "^sudo tests/packages/install .*\ndpkg-buildpackage"),
    (Elsewhere("tests/stages/fresh", "block_of_readme 'cmake --preset release'"),
     "README.md", "block", "^cmake --preset release"),
    (NotRun("there is no Fedora or Enterprise Linux here; the stage packages runs rpmbuild"),
     "README.md", "block", "^git archive .*\nrpmbuild -ta .*\nsudo dnf install "),
    (NotRun("a drawing"), "README.md", "block", r"^mount\(8\), fstab, systemd, autofs\n"),

    ("settings", ".*", "setting", "^consul-"),
    ("fstab", ".*", "block|file", r"(^|\n)gluster\.service\.consul:/\S+ +/srv/.* 0 0\n"),
    (Elsewhere("tests/e2e/test_automap.py", "program:{PROGRAM_MAP}"),
     ".*", "block|file", r"^# /etc/auto\.master\.d/glusterconsul"),
    (Elsewhere("tests/e2e/test_automap.py", '"--file", MAP, "--run"'),
     "examples/systemd/glusterconsul-map.*", "file|block|phrase", "automap|Timer"),
    (NO_SYSTEM, "examples/consul-template/.*", "file|block|phrase", "."),
    (Elsewhere("tests/e2e/test_automap.py", 'automap(client, "g0")'),
     "glusterconsul.8", "block", "^glusterconsul automap g0\n"),
    (Elsewhere("tests/e2e/test_publish.py", 'publish(lab.gl1, "--dry-run")'),
     "glusterconsul.8", "block", "^glusterconsul publish --dry-run\n"),
    (Elsewhere("tests/e2e/test_publish.py", 'option("options"'),
     "glusterconsul.8", "block", "^gluster volume set g0 user.glusterconsul"),
    (NO_COMMAND, ".*", "phrase", "^(automap --(list|file)|glusterconsul (publish|automap))$"),
    ("autofs", ".*", "block|file", r"^# /etc/auto\.[^ ]*[a-z]\b"),
    ("autofs", ".*", "phrase", "^journalctl -t mount.glusterconsul$"),
    ("token", ".*", "block", "(^|\n)(consul acl|install -d -m 755 /etc/glusterconsul\ninstall -m "
     "600 /dev/stdin /etc/glusterconsul/token( .*)?\n$)"),
    ("token", ".*", "phrase", "^consul acl token read -self$"),
    ("policies", ".*", "block|file|phrase",
     '(^|\n)(service(_prefix)?|key_prefix) "[a-z/]*" {'),
    ("policies", "SECURITY.md", "phrase", '^default_policy = "allow"$'),
    ("certificates", "glusterconsul.conf.5", "block", f"\ncd {CONSUL_D}\ninstall -m"),
    ("certificates", "glusterconsul.conf.5", "block", "^consul-http-addr = https://127.0.0.1:8501"),
    ("machine_with_other_users", "SECURITY.md", "block",
     "^consul-http-addr = https://consul.example.net|^install -d .*\ninstall -m 644 consul-ca.pem"),
    ("conf", ".*", "block|file", r"(^|\n)#?consul-[a-z-]+ = "),
    ("mount", ".*", "block", "^mount (-[fv] )*-t glusterconsul "),
    ("quoted_option", "mount.glusterconsul.8", "block", "^-o 'context="),
    ("transcript", "glusterconsul.8", "block", r"^\$ glusterconsul lookup --show-config "),
    ("lookup", ".*", "block|phrase",
     "^(env -i )?glusterconsul lookup -.*|^glusterconsul lookup .*:/"),
    ("filter", "mount.glusterconsul.8", "phrase", r"^Node\.Meta\.rack == "),
    ("service_definition", "examples/consul/.*", "file", r'^\{\n  "service"'),
    ("service_definition", "examples/consul/.*", "phrase", "^consul reload$"),
    ("service_definition", "examples/consul/.*", "phrase", '^"enable_local_script_checks": true$'),
    ("dnsmasq", "examples/resolver/.*", "file|block|phrase",
     "^cp dnsmasq|server=/consul/|^nameserver"),
    ("dnsmasq", ".*", "block|phrase", r"^getent ahosts gluster\.service\.consul\n?$"),
    (SERVER_REPLACEMENT, "examples/resolver/.*", "file|block",
     r"^mkdir .*\ncp systemd-resolved|\[Resolve\]"),
    ("unit", "examples/systemd/.*", "file", r"\[Mount\]"),
    (Elsewhere("tests/unit/manual/bash_completion", 'source "$completion"'),
     "examples/bash-completion/glusterconsul", "file", "complete -F _glusterconsul glusterconsul"),
    ("servers", ".*", "phrase", r"^gluster volume [a-z]+$|^(client|server)\.ssl on$"),
    ("listing", "glusterconsul.8", "block", "^findmnt -t fuse.glusterfs +# what"),
    (NO_COMMAND, ".*", "phrase", "^glusterconsul volumes$"),
    ("checks", "glusterconsul.8", "block", "^glusterconsul check "),
    (NotRun("words of a message"), "glusterconsul.8", "phrase",
     "^(Received cli list req|Peer in Cluster|unknown: ?)$"),

    ("server_unit", "examples/systemd/glusterconsul-register.service.d/.*", "file", ""),
    (Elsewhere("tests/e2e/test_register.py", "def test_hook_of_glusterd"), "examples/glusterd/.*",
     "file|block", ""),
    (NotRun("the lab has no systemd; test_server_unit checks the unit"), ".*", "block",
     "^systemctl enable --now glusterconsul-register.service\n$"),
    (Elsewhere("tests/e2e/test_register.py", "server.register()"), "glusterconsul.8", "block",
     "^glusterconsul register( --print)?\n$"),
    (Elsewhere("tests/e2e/test_register.py", '"consul", "maint", "-enable", "-service"'),
     "glusterconsul.8", "block", "^consul maint -enable -service gluster:g0 -reason"),
    (NotRun("a table"), "glusterconsul.8", "block", "^ID +tag +meta\n"),
    (NO_COMMAND, ".*", "phrase", "^(glusterconsul register( --watch)?|glusterconsul check|"
     "register --watch( --publish)?|consul maint)$"),
    ("commands", ".*", "block|phrase",
     r"^(mount -a|mount /srv/g0|umount (-l )?/(mnt|srv)/g0|mount.glusterconsul -V|findmnt .*|ss -.*|"
     r"curl .*|consul catalog services|glusterconsul (status|volumes|config)\b.*(\n  jq .*)?)\n?$"),
    ("chmod", ".*", "phrase", "^chmod .* /etc/consul.d/gluster.token$"),
    ("sysctl", ".*", "phrase", "^sysctl "),

    (Elsewhere("tests/stages/boot", 'in_boot "$1" systemctl status srv-g0.mount'),
     ".*", "phrase", r"^systemctl status srv-g0\.mount$"),
    (Elsewhere("tests/stages/boot", 'in_boot "$1" systemctl start srv-g0.mount'),
     ".*", "phrase", r"^systemctl start srv-g0\.mount$"),
    (Elsewhere("tests/e2e/test_trust_environment.py", "SUDO_UID"),
     "docs/how-it-works.md", "phrase", "^sudo CONSUL_HTTP_ADDR="),
    (Elsewhere("tests/e2e/test_mount8.py", "remount"), ".*", "phrase", "^mount -o remount$"),
    (Elsewhere("tests/run", "boot|"), "docs/supported-versions.md", "phrase", "^tests/run boot$"),
    (NO_SYSTEM, "docs/how-it-works.md", "phrase",
     "^(remounts => false|state: [a-z]+|extra_mount_invisible_keys: .*)$"),
    (NO_COMMAND, "SECURITY.md", "phrase", "^(tests/e2e/run FILE|ctest -R )"),
    (NO_COMMAND, ".*", "phrase", r"^(mount -t gluster(fs|consul)( gl1:/g0)?|glusterconsul lookup|"
     r"systemd-run --scope mount .*…|sudo -[is]|unshare --pid --fork|volume set|  hint:|"
     r"; retrying for up to 60s|gluster with tag ssd in dc2|Consul over (HTTP|DNS)|the cached list|"
     r"\(3 tries in 30s\)|mount /srv/g0 && rsync …|mount -s|"
     r"\(not from Consul\)|unreachable source|glusterconsul seems unsupported by the current kernel|"
     r"cannot detect on-disk filesystem type|ok|warning|error)$"),
    (Elsewhere("src/mount/real_system.cpp", "{program_, argument, \"--version\"}"),
     "docs/how-it-works.md", "phrase", "^glusterfs --OPTION --version$"),
)


def what_runs(example):
    """The row of RULES that covers the example, or None."""
    for row in RULES:
        if re.fullmatch(row[1], example.file) and re.fullmatch(row[2], example.kind) and \
                re.search(row[3], example.text):
            return row
    return None


@pytest.fixture(scope="session")
def documents(lab):
    """The text of each document: manual pages and examples as they are installed."""
    def installed(file):
        return lab.client.call("zcat", "-f", path_when_installed(file)) + "\n"
    return ({file: (REPOSITORY / file).read_text() for file in MARKDOWN} |
            {file: installed(file) for file in (*MANUAL, *GENERATED, *example_files())})


@pytest.fixture(scope="session")
def all_examples(documents):
    return [example for file, text in documents.items() for example in of_file(file, text)]


@pytest.fixture
def examples(request, all_examples):
    """The examples that the rules assign to the test."""
    name = request.function.__name__.removeprefix("test_")
    found = [example for example in all_examples if (what_runs(example) or [None])[0] == name]
    assert found
    print(*found, sep="\n")
    return found


def test_each_example_has_a_rule(all_examples, note):
    unknown = [str(example) for example in all_examples if what_runs(example) is None]
    assert unknown == [], "what runs these? Add a row to RULES"
    used = {what_runs(example) for example in all_examples}
    assert [row for row in RULES if row not in used] == [], "no example matches these rules"
    for row in RULES:
        if isinstance(row[0], Elsewhere):
            assert row[0].words in (REPOSITORY / row[0].source).read_text(), row
        elif isinstance(row[0], str):
            assert f"test_{row[0]}" in globals(), row
    for example in all_examples:
        if isinstance(what_runs(example)[0], NotRun) and what_runs(example)[0] is not NO_COMMAND:
            note(f"not run: {example} ({what_runs(example)[0].reason})")


def test_files_that_the_documents_cite_are_installed(client, documents):
    cited = set()
    for file in MANUAL:
        for path in re.findall(r"\bPa (\S+)", documents[file]):
            if path.startswith("/usr/share/"):
                cited.add(path)
            elif path.endswith(".md") or path.startswith("examples/"):
                cited.add(f"/usr/share/doc/glusterconsul/{path}")
    cited |= {f"{EXAMPLES}/{path}" for text in documents.values()
              for path in re.findall(r"examples/([a-z]+(?:/[\w.-]+)?)\b", text)
              if pathlib.Path(REPOSITORY, "examples", path).exists() and path != "bash"}
    assert len(cited) > 5
    for path in sorted(cited):
        assert client.succeeds("sh", "-c", f"ls -d {path} {path}.gz 2>/dev/null | grep ."), path


## Helpers


def lines_of(text):
    """Lines that are neither empty nor comments."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def run_as_it_stands(client, example, directory="/root", environment=(), **more):
    """Runs it in a shell, as if it was pasted into one, and stops at the first error."""
    return client.run("env", "-C", directory, *environment, "bash", "-e", "-o", "pipefail", "-c",
                      example.text, **more)


FILES = "find /etc /srv -xdev | sort"


@pytest.fixture
def new_files(lab, client):
    """Removes what the examples create in /etc and /srv; they are empty in a lab, or have files of
    the machine's packages, which stay."""
    lab.at_end(client.sh, f"{FILES} | comm -13 /run/lab/before - | xargs -rd '\\n' rm -rf -- "
               "/run/lab/before")
    client.sh(f"{FILES} >/run/lab/before")


MAKE_VOLUMES = """
set -e
for volume; do
  gluster --mode=script volume create "$volume" replica 3 gl{1,2,3}:/srv/"$volume" force
  gluster --mode=script volume start "$volume"
done
"""
REMOVE_VOLUMES = """
for volume; do
  gluster --mode=script volume stop "$volume" force
  gluster --mode=script volume delete "$volume"
done
exit 0
"""


@pytest.fixture
def volumes(lab, client):
    """The volumes that the examples name, besides g0, and the directory `projects` in g0."""
    names = ("backup", "g1", "g2", "home")
    in_g0 = 'mkdir -p /mnt/made && mount -t glusterfs gl1:/g0 /mnt/made && "$@"; umount /mnt/made'

    def remove():
        lab.gl1.bash(REMOVE_VOLUMES, *names)
        client.sh(in_g0, "rmdir", "/mnt/made/projects")
        for host in lab.pool:
            host.call("rm", "-rf", *(f"/srv/{name}" for name in names))
    lab.at_end(remove)
    lab.gl1.bash(MAKE_VOLUMES, *names)
    client.sh(in_g0, "mkdir", "/mnt/made/projects")
    client.remember_traces()


def example_net(lab, client):
    """A Consul with HTTPS at consul.example.net, whose CA is one of the client's system."""
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    agent = secure_agent(client, certificate="named")
    client.add_hosts_lines("127.0.0.2 consul.example.net")
    lab.at_end(client.sh, f"cat /run/lab/certificates >{certificates}")
    client.sh(f"cat {certificates} >/run/lab/certificates; cat {KEYS}/ca.pem >>{certificates}")
    return agent


## The client


def test_settings(client, examples):
    """Each is a setting that the conf file accepts."""
    for example in examples:
        name, value = example.text.split("=", 1)
        client.write(CONF, f"{name} = {value}\n")
        shown = client.run("glusterconsul", "lookup", "--show-config", "--json").expect().json
        setting, = [one for one in shown["settings"] if one["name"] == name]
        assert (setting["value"], setting["origin"]) == (value, f"{CONF}:1"), str(example)


def test_conf(client, examples):
    """Each line is in effect: the general ones for g0, those of a section for its service."""
    for example in examples:
        client.write(CONF, example.text)
        section = ""
        for number, line in enumerate(example.text.split("\n"), 1):
            if match := re.fullmatch(r"\[(\S+)\]", line):
                section = match[1]
            elif line and not line.startswith("#"):
                name, value = re.fullmatch(r"(\S+) = (.*)", line).groups()
                spec = f"{section or 'gluster'}.service.consul:/g0"
                shown = client.run("glusterconsul", "lookup", "--show-config", "--json",
                                   spec).expect().json
                assert {"name": name, "value": value, "origin": f"{CONF}:{number}"} in \
                    shown["settings"], f"{example}: line {number}"
        if example.file in GENERATED:
            enabled = re.sub(r"(?m)^#(consul-[a-z-]+ =)", r"\1", example.text)
            assert enabled != example.text
            client.write(CONF, enabled)
            client.run("glusterconsul", "lookup", G0).expect()


def test_mount(client, examples):
    for example in examples:
        client.call("mkdir", "-p", "/mnt/g0")
        done = run_as_it_stands(client, example).expect()
        if " -f " in example.text:
            done.expect_output("primary", "command: /usr/sbin/glusterfs ")
            client.expect_not_mounted("/mnt/g0")
            continue
        client.expect_mounted()
        client.umount()


def test_quoted_option(client, examples):
    """Without mount(8), which drops the context on a machine without SELinux."""
    for example in examples:
        done = client.run("bash", "-c", f"/sbin/mount.glusterconsul {G0} /mnt -fv {example.text}")
        done.expect().expect_output("system_u:object_r:samba_share_t:s0:c1,c2", "nosuid")


def test_lookup(client, examples):
    client.write(CONF, "consul-retry = 31s\n")
    for example in examples:
        assert run_as_it_stands(client, example).expect().stdout, str(example)


def test_filter(client, examples):
    """Consul understands the expression: it is the instances that do not match."""
    for example in examples:
        client.run("glusterconsul", "lookup", "-o", f"consul-filter={example.text},consul-retry=0",
                   G0).expect(32, "no instance of it matches the filter")


def test_transcript(client, examples):
    """The command prints the lines that the manual shows, in that order."""
    for example in examples:
        command, *lines = example.text.rstrip("\n").split("\n")
        name, value, origin = lines[-1].split()
        file, number = origin.rsplit(":", 1)
        client.write(file, "# Ours\n" * (int(number) - 1) + f"{name} = {value}\n")
        shown = client.run("bash", "-c", command.removeprefix("$ ")).expect().stdout.splitlines()
        shown = [line.split() for line in shown]
        places = [shown.index(line.split()) for line in lines if line != "..."]
        assert places == sorted(places)


def test_commands(client, examples):
    """Commands for an administrator, on a machine that has the mount in fstab."""
    for example in examples:
        client.write_fstab(f"{G0} /mnt/g0 glusterconsul _netdev,nosuid,nodev 0 0",
                           f"{G0} /srv/g0 glusterconsul _netdev,noauto,nosuid,nodev 0 0")
        client.call("mkdir", "-p", "/mnt/g0", "/srv/g0")
        client.call("mount", "-a")
        run_as_it_stands(client, example).expect()
        client.sh("umount /mnt/g0 /srv/g0 2>/dev/null; rmdir /srv/g0")


def test_checks(lab, examples):
    for example in examples:
        run_as_it_stands(lab.gl1, example).expect()


def test_listing(client, examples):
    """Each line is for itself: after one of them, the next has nothing to unmount."""
    for example in examples:
        client.write_fstab(f"{G0} /mnt/g0 glusterconsul _netdev,nosuid,nodev 0 0")
        client.call("mkdir", "-p", "/mnt/g0")
        for line in example.text.splitlines():
            client.call("mount", "-a")
            run_as_it_stands(client, dataclasses.replace(example, text=line)).expect()
        client.sh("umount /mnt/g0 2>/dev/null || true")


def test_chmod(client, new_files, examples):
    path = f"{CONSUL_D}/gluster.token"
    for example in examples:
        client.write(path, MANAGEMENT, 644)
        failing = ("glusterconsul", "lookup", "-o", f"consul-token-file={path}", G0)
        assert "allows others to read it" in client.run(*failing).stderr
        run_as_it_stands(client, example).expect()
        assert "allows others" not in client.run(*failing).stderr


def test_sysctl(lab, client, examples):
    for example in examples:
        lab.at_end(client.call, "sysctl", "net.ipv4.ip_unprivileged_port_start=1024")
        run_as_it_stands(client, example).expect()
        listen = "import socket; socket.create_server(('127.0.0.1', 24007))"
        assert "Permission denied" in client.nobody("python3", "-c", listen).stderr


def test_servers(lab, client, volumes, examples):
    for example in examples:
        text = example.text if example.text.startswith("gluster ") else \
            f"gluster --mode=script volume set backup {example.text}"
        lab.gl1.run("bash", "-c", text).expect()


## fstab and systemd


@pytest.mark.timeout(300)
def test_fstab(lab, client, volumes, new_files, examples):
    """mount -a mounts the lines, findmnt finds no mistake in them, and systemd makes units of them
    that it accepts."""
    example_net(lab, client)
    for example in examples:
        lines = [line.split() for line in lines_of(example.text)]
        client.write_fstab(*example.text.splitlines())
        client.call("mkdir", "-p", *(target for _, target, *_ in lines))
        verified = client.run("findmnt", "--verify")
        assert verified.status == 0
        assert "0 parse errors, 0 errors" in verified.stdout + verified.stderr
        expect_units(client, lines)
        client.run("mount", "-a").expect()
        for source, target, kind, options, *rest in lines:
            assert (kind, rest) == ("glusterconsul", ["0", "0"])
            if "noauto" in options.split(","):
                client.expect_not_mounted(target)
                client.run("mount", target).expect()
            client.expect_mounted(target, source)
            assert {"nosuid", "nodev"} <= set(client.options_of(target)[0].split(","))
        client.run("mount", "-a").expect()
        for _, target, *_ in lines:
            client.umount(target)


def expect_units(client, lines):
    client.sh('rm -rf "$1" && mkdir -p "$1/early" "$1/late" && '
              'env -i "$2" "$1" "$1/early" "$1/late"', UNITS, GENERATOR)
    client.write(f"{UNITS}/consul.service", CONSUL_SERVICE)
    for source, target, kind, options, *_ in lines:
        name = client.call("systemd-escape", "-p", "--suffix=mount", target)
        unit = set(client.call("cat", f"{UNITS}/{name}").splitlines())
        assert {f"What={source}", f"Where={target}", f"Type={kind}", f"Options={options}"} <= unit
    assert not client.succeeds("test", "-e", f"{UNITS}/local-fs.target.requires")
    expect_accepted(client)


def expect_accepted(client):
    verified = client.run("sh", "-c", 'cd "$1" && SYSTEMD_UNIT_PATH="$1:" systemd-analyze verify '
                          "--man=no ./*mount", "sh", UNITS).expect()
    assert "mount:" not in verified.stderr


def test_unit(client, new_files, examples):
    """systemd-analyze accepts the unit under its own name, and what systemd would run mounts."""
    for example in examples:
        name = pathlib.Path(example.file).name
        client.write(f"{UNITS}/{name}", example.text)
        client.write(f"{UNITS}/consul.service", CONSUL_SERVICE)
        expect_accepted(client)
        unit = dict(line.split("=", 1) for line in lines_of(example.text) if "=" in line)
        assert client.call("systemd-escape", "-p", "--suffix=mount", unit["Where"]) == name
        client.mount(unit["What"], unit["Where"], unit["Options"],
                     program=("env", "-i", "-C", "/", "/bin/mount", "-t", unit["Type"])).expect()
        client.expect_mounted(unit["Where"], unit["What"])
        client.umount(unit["Where"])


def test_server_unit(client, new_files, examples):
    """systemd-analyze accepts the unit with each of the drop-ins, and rates it as well protected."""
    name = "glusterconsul-register.service"
    unit = (REPOSITORY / "systemd" / name).read_text()
    for example in examples:
        client.write(f"{UNITS}/{name}", unit)
        client.write(f"{UNITS}/{name}.d/{pathlib.Path(example.file).name}", example.text)
        result = client.run("systemd-analyze", "verify", "--man=no", f"{UNITS}/{name}")
        assert (result.status, result.stderr) == (0, "")
        client.run("systemd-analyze", "security", "--offline=true", "--threshold=20",
                   f"{UNITS}/{name}").expect()


## autofs


def files_in(text):
    """{path: text}: each part begins with a comment that names its file."""
    parts = re.split(r"(?m)^# (/etc/auto\S*[a-z])(?=[ ,:\n])", text)
    assert parts[0] == ""
    return {path: f"# {path}{part}" for path, part in zip(parts[1::2], parts[2::2])}


@pytest.fixture
def journal(lab, client, without_syslog):
    """systemd's journal on the client, where the programs find it."""
    lab.at_end(client.sh, "pkill -x systemd-journal; rm -rf /run/systemd/journal /run/log/journal; "
               "rmdir /run/systemd /run/log 2>/dev/null || true")
    client.sh("rm -f /var/log/glusterfs/srv-*.log; mkdir -p /run/systemd && "
              "setsid -f /lib/systemd/systemd-journald </dev/null >/dev/null 2>&1 && "
              "ln -s /run/systemd/journal/dev-log /dev/log")
    wait_for(10, lambda: client.succeeds("test", "-S", "/dev/log"), "the journal listens")
    client.remember_traces()


@pytest.mark.timeout(300)
def test_autofs(lab, client, volumes, journal, new_files, examples):
    """automount, with the machine's own master map, mounts what the maps describe, and the journal
    has the cause of a failure."""
    groups = {}
    for example in examples:
        if example.kind != "phrase":
            group = groups.setdefault(example.file.rsplit("/", 1)[0] if example.kind == "file" else
                                      str(example), {})
            group.update(files_in(example.text))
    for files in groups.values():
        use_maps(client, files)
    for example in examples:
        if example.kind == "phrase":
            run_as_it_stands(client, example).expect().expect_output("/srv/gluster/gO", "'gO'")


def use_maps(client, files):
    for path, text in files.items():
        client.write(path, text)
    master = files["/etc/auto.master.d/gluster.autofs"]
    points = [line.split()[0] for line in lines_of(master)]
    directs = [line.split()[0] for path, text in files.items() if path.endswith(".direct")
               for line in lines_of(text)]
    daemon = Automount(client)
    daemon.start(*(point for point in points if point != "/-"), *directs, master="/etc/auto.master")
    for point in points:
        if point == "/-":
            continue
        for volume in ("g0", "backup"):
            client.run("ls", f"{point}/{volume}").expect()
            client.expect_mounted(f"{point}/{volume}", f"gluster.service.consul:/{volume}")
        assert client.run("ls", f"{point}/gO").status != 0
    for point in directs:
        client.run("ls", point).expect()
        client.expect_mounted(point, f"{G0}/{pathlib.Path(point).name}")
    client.sh("rm -f /var/log/glusterfs/srv-*.log")  # not where traces() expects them
    daemon.end()
    client.call("rm", "-f", *files)


## Consul


@pytest.fixture
def guarded(lab, client):
    """Instead of the client's agent, one whose ACLs deny by default."""
    client.kill_agent()
    agent = leading_agent(client, "guarded", "127.0.0.1", {
        "acl": {"enabled": True, "default_policy": "deny", "tokens": {"master": MANAGEMENT}}})
    agent.token = MANAGEMENT
    agent.wait_for(lambda: agent.get("acl/tokens"), "access control")
    agent.register_pool()
    return agent


# Runs a script whose standard input is the SecretID that it has printed, or that a script before it
# has printed, as if an administrator pasted it.
PASTING = r"""
paste() {
  for ((i = 0; i < 200; i++)); do
    awk '$1 == "SecretID:" { print $2 }' /run/lab/printed | grep . && return
    sleep 0.1
  done
}
paste | bash -e -c "$1" >>/run/lab/printed
"""


def test_token(lab, client, guarded, new_files, examples):
    """With a management token in CONSUL_HTTP_TOKEN, as the text says: afterwards, the file has a
    token that mounts."""
    blocks = [example for example in examples if example.kind == "block"]
    lab.at_end(client.call, "rm", "-f", "/run/lab/printed")
    for file in sorted({example.file for example in blocks}):
        client.write("/run/lab/printed", "")
        for example in blocks:
            if example.file == file:
                client.run("env", "-C", f"{EXAMPLES}/consul", f"CONSUL_HTTP_TOKEN={MANAGEMENT}",
                           "bash", "-c", PASTING, "bash", example.text).expect()
        client.mount_fails("the anonymous token", options="consul-retry=0")
        client.write(CONF, "consul-token-file = /etc/glusterconsul/token\n")
        client.mount_ok()
        client.umount()
        for example in examples:
            if example.kind == "phrase":
                run_as_it_stands(client, example, environment=[
                    "CONSUL_HTTP_TOKEN_FILE=/etc/glusterconsul/token"]).expect().expect_output(
                        "gluster-client")
        client.sh('rm -r /etc/glusterconsul "$1"; CONSUL_HTTP_TOKEN=$2 consul acl policy delete '
                  "-name gluster-client", CONF, MANAGEMENT)


def test_policies(client, guarded, examples):
    """Consul accepts the rules."""
    for number, example in enumerate(examples):
        if example.text.startswith("default_policy"):
            client.write("/tmp/policy.hcl", f'data_dir = "/tmp"\nacl {{\n  {example.text}\n}}\n')
            client.run("consul", "validate", "/tmp/policy.hcl").expect()
            continue
        client.run("env", f"CONSUL_HTTP_TOKEN={MANAGEMENT}", "consul", "acl", "policy", "create",
                   "-name", f"example-{number}", "-rules", example.text).expect()


def test_service_definition(lab, client, examples):
    """On a server that is not registered yet, with an agent like that of the others."""
    server = lab.gl4
    definition, = [example for example in examples if example.kind == "file"]
    reload, = [example for example in examples if example.text == "consul reload"]
    phrases = [example for example in examples if example.text.startswith('"')]
    for example in phrases:
        server.sh('mkdir /tmp/d && cat >/tmp/d/own.json && cp "$1" /tmp/d',
                  path_when_installed(definition.file),
                  input=f'{{ "data_dir": "/tmp", {example.text} }}')
        server.run("consul", "validate", "/tmp/d").expect()
        server.call("rm", "-r", "/tmp/d")
    lab.at_end(lab.wait_for_agent)
    lab.at_end(server.sh, f"rm {CONSUL_D}/gluster.json; consul reload")
    server.call("cp", path_when_installed(definition.file), f"{CONSUL_D}/gluster.json")
    server.run("sh", "-c", reload.text).expect()

    def is_passing():
        return [entry for entry in lab.gluster_instances() if entry["Node"]["Node"] == "gl4" and
                {check["Status"] for check in entry["Checks"]} == {"passing"}]
    wait_for(60, is_passing, "gl4 is passing")


def test_dnsmasq(lab, client, new_files, examples):
    """Hosts of the lab do not run systemd: `systemctl restart dnsmasq` starts dnsmasq."""
    def put_back():
        client.sh("pkill -x dnsmasq; cat /run/lab/resolv.conf >/etc/resolv.conf; "
                  "rm -f /run/lab/resolv.conf /run/dnsmasq.pid")
    lab.at_end(put_back)
    client.sh("cat /etc/resolv.conf >/run/lab/resolv.conf 2>/dev/null || :")
    phrase, = [example for example in examples if example.text.startswith("nameserver")]
    client.sh('mkdir -p /etc/dnsmasq.d; printf "%s\\n" "$1" >/etc/resolv.conf', phrase.text)
    blocks = [example for example in examples if example.kind != "file" and example != phrase]
    for example in sorted(blocks, key=lambda example: example.text.startswith("getent")):
        client.run("env", "-C", f"{EXAMPLES}/resolver", "bash", "-e", "-c", """systemctl() {
            [[ "$*" == "restart dnsmasq" ]] && dnsmasq --conf-dir=/etc/dnsmasq.d --no-resolv
        }\n""" + example.text).expect()
    client.run("getent", "ahosts", "gluster.service.consul").expect_output("10.77.0.1")


def start_agent_with_tls(lab, client):
    """The client's agent with certificates that `consul tls` has made, which it wants of its own
    clients, too."""
    def put_back():
        client.sh(f"pkill -KILL -x consul; rm -f {CONSUL_D}/*.pem {CONSUL_D}/tls.json")
    client.kill_agent()
    lab.at_end(put_back)
    client.bash(f"set -e; cd {CONSUL_D}; consul tls ca create; "
                "consul tls cert create -server -dc dc1; consul tls cert create -cli -dc dc1")
    client.write(f"{CONSUL_D}/tls.json", json.dumps({
        "ports": {"https": 8501}, "verify_incoming_https": True,
        "ca_file": f"{CONSUL_D}/consul-agent-ca.pem",
        "cert_file": f"{CONSUL_D}/dc1-server-consul-0.pem",
        "key_file": f"{CONSUL_D}/dc1-server-consul-0-key.pem"}))
    client.start_agent()
    lab.wait_for_agent()
    client.remember_traces()


def test_certificates(lab, client, new_files, examples):
    start_agent_with_tls(lab, client)
    copy, settings = examples
    run_as_it_stands(client, copy).expect()
    client.write(CONF, settings.text)
    client.mount_ok()
    client.write(CONF, "".join(line for line in settings.text.splitlines(keepends=True)
                               if not line.startswith("consul-client-")))
    client.run("glusterconsul", "lookup", G0).expect(32, "https://127.0.0.1:8501")


def test_machine_with_other_users(lab, client, new_files, all_examples, examples):
    example_net(lab, client)
    by_kind = {example.text.split()[0]: example for example in examples}
    client.call("cp", f"{KEYS}/ca.pem", "/tmp/consul-ca.pem")
    run_as_it_stands(client, by_kind["install"], directory="/tmp", input=MANAGEMENT + "\n").expect()
    client.write(CONF, by_kind["consul-http-addr"].text)
    fstab, = [example for example in all_examples if example.file == "SECURITY.md" and
              (what_runs(example) or [None])[0] == "fstab"]
    client.write_fstab(*fstab.text.splitlines())
    client.call("mkdir", "-p", "/srv/g0")
    client.run("mount", "/srv/g0").expect()
    client.expect_mounted("/srv/g0")
    assert client.call("cat", "/etc/glusterconsul/token") == MANAGEMENT
    client.umount("/srv/g0")
