"""Models reach the files of the floor above through a service, and not before somebody asks."""

from __future__ import annotations

import subprocess
import sys

import pytest

import polykeras
from polykeras import models, saving, services


def test_models_have_the_functions_too():
    assert models.load_model is saving.load_model
    assert models.save_model is saving.save_model
    with pytest.raises(AttributeError, match="evil"):
        _ = models.evil


def test_names_that_nobody_bound():
    with pytest.raises(LookupError, match="files") as caught:
        services.service("flies")
    assert len(str(caught.value).splitlines()) == 4


def test_a_service_is_loaded_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(services, "_bound", {})
    asked = []
    services.bind("mail", lambda: asked.append(1) or "post")
    assert asked == []
    assert services.service("mail") == "post"


def test_files_are_loaded_by_nobody_before():
    code = "import sys, polykeras, polykeras.models; print([n for n in sys.modules if 'saving' in n or n == 'zipfile'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert polykeras.__version__
