"""`install-viewer`: installs a published build into the served folder, rewritten for the viewer's path, with the configuration."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.commands.install_viewer.config import refuse_unfit
from ohif_setup.commands.shared import permission
from ohif_setup.commands.shared.tenant import with_tenant_id
from ohif_setup.disk.reading import read_regular
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError
from ohif_setup.ohif import versions
from ohif_setup.ohif.install.folder import APP_CONFIG, Installed, install_viewer
from ohif_setup.output.plan import plan
from ohif_setup.paste.places import is_windows
from ohif_setup.routes.reach import own_servers, site_route
from ohif_setup.webservers import web_server_of


def run(arguments: Namespace) -> int:
    """Returns 0 when the folder is as it should be; everything else is a SetupError."""
    site = site_paths(arguments.answers)
    answers = load(arguments.answers, arguments.sets, os.environ)
    source = permission.folder_named(arguments.build)
    if arguments.into:
        # --into comes from the person who runs the command, so it needs no permission.
        target = permission.whole(permission.folder_named(arguments.into, site))
    else:
        target = permission.viewer_folder_of(site, _viewer_folder(answers), answers, arguments.sets)
    output = permission.output_of(site, answers.output.directory, arguments.sets, asks=permission.is_at_terminal())
    config, where_from = _app_config(answers, output, arguments)
    beside = _beside_viewer(answers, output)
    done = install_viewer(
        source,
        target,
        app_config=config,
        base_path=answers.viewer.base_path,
        route=site_route(answers),
        force=arguments.force,
        more={name: content for name, (content, _) in beside.items()},
    )
    origins = {"app-config.js": where_from} | {name: also_from for name, (_, also_from) in beside.items()}
    _say(done, answers, [f"{name}: {said}" for name, said in origins.items()])
    return 0


def _viewer_folder(answers: Answers) -> str:
    folder = answers.viewer.folder
    # The answers of an IIS site name C:\..., also when they are edited on another system.
    if not folder or (is_windows(folder) and os.name != "nt"):
        raise SetupError(
            "viewer-folder-missing",
            f"{folder} is a Windows path, but this is not Windows" if folder else "no folder is given",
            where="viewer.folder",
            hint="say where to write: ohif-setup install-viewer BUILD --into DIR"
            + ("" if folder else ', or viewer.folder = "/var/www/ohif" in the answers'),
        )
    return folder


def _app_config(answers: Answers, output: SafePath, arguments: Namespace) -> tuple[bytes, str]:
    """The configuration and a note on its origin: the file in the output folder, which may have hand edits, else a rendered one."""
    path = output / APP_CONFIG
    found = read_regular(path)
    # OHIF needs the ID of the tenant. The file on disk was generated with it; a fresh rendering may have to ask for it.
    if found is None and answers.sign_in is not None:
        answers, _ = with_tenant_id(answers, arguments.answers)
    planned = next(artefact.text for artefact in plan(answers) if artefact.name == APP_CONFIG).encode()
    if found is not None:
        refuse_unfit(found, path.shown, answers.viewer.base_path)
    return _chosen(found, planned, path)


def _beside_viewer(answers: Answers, output: SafePath) -> dict[str, tuple[bytes, str]]:
    """The web server's own file beside `index.html` (`web.config` of IIS), where it has one and the viewer is at the root of its
    host: its content, and a note on its origin as `_app_config` gives it."""
    route = site_route(answers)
    if route is None or not route.serves_viewer:
        return {}
    web_server = web_server_of(own_servers(answers)[0])
    # Under a path the file belongs to the site that contains the viewer, not to the folder of the viewer.
    if web_server is None or not web_server.beside_viewer or answers.viewer.base_path != "/":
        return {}
    path = output / web_server.beside_viewer
    planned = next(each.text for each in plan(answers) if each.name == web_server.beside_viewer).encode()
    return {web_server.beside_viewer: _chosen(read_regular(path), planned, path)}


def _chosen(found: bytes | None, planned: bytes, path: SafePath) -> tuple[bytes, str]:
    """The file on disk takes precedence over the answers; the note says so where the two differ."""
    if found is None:
        return planned, f"from the answers ({path} does not exist yet)"
    if found == planned:
        return found, str(path)
    return found, f"{path}; it differs from what the answers alone would give: ohif-setup diff shows why"


def _say(done: Installed, answers: Answers, configurations: Sequence[str]) -> None:
    base = answers.viewer.base_path
    print(f"{done.word:<10} {done.folder}")
    print(f"           OHIF {done.ohif_version or 'of unknown version'}, {done.files} files, {done.size / 1e6:.0f} MB")
    made = f"made for {base}"
    if done.places:
        made += f", {done.places} places changed"
    print(f"           {made}")
    for line in configurations:
        print(f"           {line}")
    if done.compressed:
        print(
            f"           {len(done.compressed)} compressed copies (.gz, .br) of old files were removed: make new ones"
        )
    # Only major and minor count: the generated configuration depends on nothing else.
    wanted = answers.viewer.ohif_version
    if done.ohif_version and versions.parse(done.ohif_version) != versions.parse(wanted):
        major, minor = versions.parse(done.ohif_version)
        print(
            f"ohif-setup: warning: the build is OHIF {done.ohif_version}, but the configuration was made for {wanted}. "
            f'Either set viewer.ohif_version = "{major}.{minor}" in the answers, then run ohif-setup generate and this '
            f"command again; or use a build of {wanted}",
            file=sys.stderr,
        )
