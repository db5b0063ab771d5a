"""End-to-end tests: the programs with real Consul, glusterd and mount(8), on the hosts of the
test lab (tests/lab).

    tests/e2e/run [--lab NAME | -n WORKERS] [-k WORDS] [PYTEST OPTION...] [FILE...]

The programs under test are those in $STAGE (default: build/stage): a tree installed with DESTDIR,
a .deb, or / for the programs installed on this machine. Each worker has its own lab, which ends
with the run. The tests require root. If this machine cannot run a lab, all tests are skipped, with
the reason.
"""

import fcntl
import os
import random
import signal
import sys
import tempfile
import threading

import pytest

sys.dont_write_bytecode = True
# The programs leave SIGINT and SIGHUP ignored if they are, as under nohup(1) and in what a script
# runs in the background.
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
pytest.register_assert_rewrite("lab", "consul", "tls")

import consul as consul_api  # noqa: E402
import lab as labs  # noqa: E402

RUN = "E2E_RUN"  # the common prefix of the names of all labs of this run
LOCK = "E2E_LOCK"  # a file: locked shared by each lab that is up, exclusively by a lone test


def pytest_addoption(parser):
    parser.addoption("--lab", metavar="NAME", dest="lab_name",
                     help="use this lab, and keep it; it is started if it is not up")
    parser.addoption("--full", action="store_true",
                     help="load, soak and volume type tests at full size: an hour or more")
    parser.addoption("--seed", type=int, default=random.randrange(1 << 32),
                     help="draw the same faults again")
    parser.addoption("--only", metavar="TEXT", default="",
                     help="of the fault matrix: the cells whose description has this text")


def is_worker(config):
    return hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)  # before pytest-timeout reads its options
def pytest_configure(config):
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
    else:
        # execnet before 2.1 does not always run a worker in the main thread. Then a signal cannot
        # end a test that takes too long; only ending the worker does.
        config.option.timeout_method = "thread"
    if is_worker(config) or config.option.collectonly:
        return
    os.environ[RUN] = f"e2e-{os.getpid()}"
    os.environ[LOCK] = tempfile.mkstemp(prefix="e2e-lock-")[1]
    if config.option.lab_name and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--lab and -n cannot be combined")
    problem = labs.problem_of_stage()
    if problem:
        raise pytest.UsageError(problem)


def pytest_unconfigure(config):
    """Also ends the labs of workers that were killed."""
    if not is_worker(config) and RUN in os.environ:
        labs.end_labs(os.environ.pop(RUN))
        os.unlink(os.environ.pop(LOCK))


def pytest_sessionfinish(session):
    """Sets exit status 77 if this machine cannot run a lab, so that all tests were skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and set(reporter.stats) & {"skipped", "passed", "failed", "error"} == {"skipped"}:
        session.exitstatus = 77


## Order and distribution


def seconds_of(item):
    marker = item.get_closest_marker("timeout")
    return marker.args[0] if marker else 120


def pytest_itemcollected(item):
    if item.get_closest_marker("promise"):
        item.user_properties.append(("promise", "yes"))  # in the JUnit report
    if item.config.option.full and item.get_closest_marker("full"):
        item.add_marker(pytest.mark.timeout(2 * 3600), append=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Runs the longest tests first, since all labs wait for the last test; tests that must run
    alone are last."""
    items.sort(key=lambda item: (bool(item.get_closest_marker("alone")), -seconds_of(item)))


def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScheduling

    class OneByOne(LoadScheduling):
        """Assigns tests as late as possible: a worker has its running test and the next one."""

        def _send_tests(self, node, num):
            super()._send_tests(node, min(num, 2 - len(self.node2pending[node])))

    return OneByOne(config, log)


## Labs


@pytest.fixture(scope="session")
def lock():
    with open(os.environ[LOCK]) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file


@pytest.fixture(scope="session")
def lab(request, lock):
    keep = request.config.option.lab_name
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    own = labs.Lab(keep or f"{os.environ[RUN]}-{worker}")
    try:
        own.start()
    except labs.CannotRun as reason:
        pytest.skip(str(reason))
    yield own
    if not keep:
        own.stop()


HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        item.stash[HAS_FAILED] = True


@pytest.fixture(autouse=True)
def clean_lab(request, lab, lock):
    """Ensures that the lab has no faults or mounts before and after each test. After a test that
    failed, the next one has a new lab: what failed may have left it in any state."""
    lab.begin_test()
    alone = request.node.get_closest_marker("alone")
    if alone:
        fcntl.flock(lock, fcntl.LOCK_UN)
        fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    if alone:
        fcntl.flock(lock, fcntl.LOCK_SH)
    lab.end_test()
    if request.node.stash.get(HAS_FAILED, False):
        lab.restart()


@pytest.fixture
def seed(request):
    return request.config.option.seed


@pytest.fixture
def client(lab):
    return lab.client


@pytest.fixture
def consul(client):
    """The lab's agent on the client."""
    return consul_api.Consul(client)


## Notes that are shown even if a test passes


@pytest.fixture
def note(record_property):
    return lambda text: record_property("note", text)


def pytest_terminal_summary(terminalreporter):
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    notes = [(report.nodeid, text) for report in reports if report.when == "call"
             for key, text in report.user_properties if key == "note"]
    if notes:
        terminalreporter.section("notes")
        for test, text in notes:
            terminalreporter.write_line(test)
            terminalreporter.write_line("    " + text.replace("\n", "\n    "))
