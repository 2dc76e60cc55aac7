"""`polykeras run` runs a program as Python does: the two are started side by side and compared."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile

import pytest

PROBE = """
'''What a program sees of itself.'''
import sys
print(sys.argv, repr(sys.path[0]), __name__, __doc__, __package__, __annotations__, sep="|")
print(globals().get("__file__"), globals().get("__cached__"), __spec__ and (__spec__.name, __spec__.origin), sep="|")
print(__loader__ if isinstance(__loader__, type) else type(__loader__), sys.modules["__main__"].__dict__ is globals())
print(sorted(name for name in globals() if name.startswith("__")), "numpy" in sys.modules)
"""
FILES = {
    "probe.py": PROBE,
    "package/__init__.py": "import sys\nprint('package sees', sys.argv[0])",
    "package/__main__.py": PROBE,
    "package/module.py": PROBE,
    "plain/__init__.py": "",
    "folder/__main__.py": PROBE,
    "status.py": "raise SystemExit(7)",
    "words.py": "import sys\nsys.exit('no more')",
    "error.py": (
        "def divide():\n    1 / 0\n\n"
        "try:\n    divide()\nexcept ZeroDivisionError as error:\n    raise KeyError('no quotient') from error\n"
    ),
    "syntax.py": "def f(:\n    pass\n",
    "encoded.py": "# -*- coding: latin-1 -*-\nprint('\xe9')",
    "interrupted.py": "def wait():\n    raise KeyboardInterrupt\n\nwait()",
    "hook.py": (
        "import sys\n"
        "def hook(kind, error, trace):\n"
        "    print(kind.__name__, trace.tb_frame.f_code.co_filename == __file__, error.__traceback__ is trace)\n"
        "sys.excepthook = hook\n"
        "1 / 0\n"
    ),
    "late.py": (
        "import atexit, sys, threading\n"
        "mark = 'still here'\n"
        "def say(): print(sys.modules['__main__'].mark)\n"
        "atexit.register(say)\n"
        "threading.Timer(0.05, say).start()\n"
    ),
    "broken_import.py": "import missing_thing",
    "asks.py": "print(input('name? '))",
}
# Arguments, and what comes by standard input.
SAME = [
    ("probe.py", None),
    ("./probe.py --epochs 3 -- --help", None),
    ("package/../probe.py -m x", None),
    ("package/link.py", None),
    ("-m package a --help", None),
    ("-m package.module -m", None),
    ("folder a", None),
    ("archive.zip", None),
    ("- a b", PROBE),
    ("-", "import sys; print(sys.stdin.read() == '')"),
    ("asks.py", "Ada\n"),
    ("status.py", None),
    ("words.py", None),
    ("error.py", None),
    ("syntax.py", None),
    ("encoded.py", None),
    ("interrupted.py", None),
    ("hook.py", None),
    ("late.py", None),
    ("broken_import.py", None),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="latin-1" if name == "encoded.py" else "utf-8")
    (folder / "package/link.py").symlink_to(folder / "probe.py")
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", PROBE)
    return folder


def start(place, arguments, stdin=None, **environment):
    # Bytecode would make the second of two runs differ from the first.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", **environment}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=place,
        env=environment,
        input=stdin or "",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def told(done):
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("arguments", "stdin"), SAME, ids=[case[0] for case in SAME])
def test_as_python(place, arguments, stdin):
    words = arguments.split()
    python = start(place, words, stdin)
    assert told(start(place, ["-m", "polykeras", "run", *words], stdin)) == told(python)


def test_the_cases_are_what_they_seem(place):
    statuses = {"status.py": 7, "words.py": 1, "error.py": 1, "probe.py": 0, "interrupted.py": -signal.SIGINT}
    assert {name: start(place, [name]).returncode for name in statuses} == statuses


def test_without_an_unsafe_first_place(place):
    ours = start(place, ["-m", "polykeras", "run", "probe.py"], PYTHONSAFEPATH="1")
    assert told(ours) == told(start(place, ["probe.py"], PYTHONSAFEPATH="1"))


def test_a_compiled_script(place):
    start(place, ["-c", "import py_compile; py_compile.compile('probe.py', 'compiled.pyc', dfile='compiled.pyc')"])
    ours, python = (start(place, [*words, "compiled.pyc"]) for words in (["-m", "polykeras", "run"], []))
    assert told(ours) == told(python)
    assert python.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ("", 2, ["no program", "Allowed: the path of a script, `-m MODULE`"]),
        ("-m", 2, ["no program"]),
        ("nowhere.py", 2, ["No such file", "Received: nowhere.py", "Correct the path"]),
        ("plain", 1, ["no `__main__`", "Received: plain"]),
        ("-m nowhere", 1, ["cannot be found", "Received: nowhere"]),
        ("-m nowhere.inner", 1, ["No module named 'nowhere'", "Received: nowhere.inner"]),
        ("-m plain", 1, ["'plain' is a package and cannot be run", "Received: plain.__main__"]),
        ("-m time", 1, ["no Python code", "Received: "]),
        ("--backend no-such probe.py", 2, ["'no-such'", "`--backend`", "Installed: "]),
    ],
)
def test_refusals(place, arguments, status, words):
    done = start(place, ["-m", "polykeras", "run", *arguments.split()])
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("polykeras run: ")
    assert [word for word in words if word not in done.stderr] == []
    assert "Traceback" not in done.stderr


def test_plugins_that_cannot_be_chosen_from_are_told(place):
    done = start(place, ["-m", "polykeras", "run", "--backend", "x", "probe.py"], POLYKERAS_PLUGINS="yes")
    assert done.returncode == 2
    assert "POLYKERAS_PLUGINS" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_backend_asked_for_goes_before_the_environment(place):
    points = subprocess.run(
        [sys.executable, "-c", "from polykeras.plugins.discovery import REGISTRY; print(*REGISTRY.backend_names())"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.split()
    if not points:
        pytest.skip("no backend is installed")
    (place / "backend.py").write_text("import keras; print(keras.config.backend())")
    for name in points:
        others = [other for other in points if other != name] or [name]
        done = start(
            place,
            ["-m", "polykeras", "run", "--backend", name, "backend.py"],
            KERAS_BACKEND=others[0],
            POLYKERAS_BACKEND=others[0],
        )
        assert told(done) == (0, f"{name}\n", "")


def test_keras_is_polykeras_in_a_program_and_in_what_it_imports(place):
    (place / "mine.py").write_text("from keras import layers\nimport keras.ops as ops\n")
    (place / "uses.py").write_text(
        "import keras, mine, polykeras, sys\n"
        "assert keras is polykeras and mine.layers is polykeras.layers and mine.ops is polykeras.ops\n"
        "assert 'mine' in sys.modules and keras.__version__.startswith('3.')\n"
    )
    assert told(start(place, ["-m", "polykeras", "run", "uses.py"])) == (0, "", "")
