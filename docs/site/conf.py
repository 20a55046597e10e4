"""Sphinx configuration: the site is the repository's Markdown, and the API from docstrings.

The source folder is the repository itself, so that each link works on the site as it does where a
code host shows the files. To build it: `tox -e docs`.
"""

import os
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference, pending_xref
from sphinx.application import Sphinx

import pulsecheck

ROOT = Path(__file__).parents[2]
REPOSITORY_URL = os.environ.get("REPOSITORY_URL", "")
"""Address of the repository's files, with a slash at the end. Empty: link to the checkout."""

project = "pulsecheck"
version = release = pulsecheck.__version__
project_copyright = "pulsecheck contributors"

extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "README"
include_patterns = ["*.md", "docs/**.md", "examples/*/README.md"]
exclude_patterns = [".*", "build", "examples/*/node_modules"]

myst_heading_anchors = 4
default_role = "code"  # docstrings have names in single backticks
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "pulsecheck"

NAVIGATION = """
```{toctree}
:hidden:
:caption: Guides
docs/running
docs/writing-a-driver
docs/exploring
docs/judging-a-product
docs/reports
docs/mock-server
```

```{toctree}
:hidden:
:caption: Examples
examples/javascript/README
examples/python-threads/README
examples/naive-python/README
examples/perl/README
```

```{toctree}
:hidden:
:caption: API
docs/api/mock-server
docs/api/pytest-plugin
docs/api/driver-protocol
```

```{toctree}
:hidden:
:caption: Project
docs/architecture
docs/decisions
docs/glossary
CHANGELOG
CONTRIBUTING
SECURITY
```
"""


def _add_navigation(_app: Sphinx, page: str, content: list[str]) -> None:
    if page == root_doc:
        content[0] += NAVIGATION


def _link_to_repository(app: Sphinx, doctree: nodes.document) -> None:
    """Let links to files and folders that are no pages lead to the repository.

    A link to anything else that does not exist stays as it is: Sphinx reports it.
    """
    page = ROOT / app.env.docname
    for node in [*doctree.findall(download_reference), *doctree.findall(pending_xref)]:
        target = (page.parent / node["reftarget"]).resolve()
        is_file_link = node["reftype"] == "myst" and not node.get("refdomain")
        if is_file_link and target.exists() and target.is_relative_to(ROOT):
            built = Path(app.outdir, app.env.docname).parent
            address = os.path.relpath(target, ROOT if REPOSITORY_URL else built)
            link = nodes.reference("", "", *node.children, refuri=f"{REPOSITORY_URL}{address}")
            node.replace_self(link)


def _finish(app: Sphinx, error: Exception | None) -> None:
    """Make the README the first page, and copy the pictures that it has in HTML."""
    if error is None:
        out = Path(app.outdir)
        shutil.copyfile(out / f"{root_doc}.html", out / "index.html")
        shutil.copytree(ROOT / "docs/images", out / "docs/images", dirs_exist_ok=True)


def setup(app: Sphinx) -> None:
    """Register the handlers: Sphinx calls this."""
    app.connect("source-read", _add_navigation)
    app.connect("doctree-read", _link_to_repository)
    app.connect("build-finished", _finish)
