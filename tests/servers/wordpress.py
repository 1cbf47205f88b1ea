"""WordPress from Debian: PHP-FPM behind nginx, MariaDB, the theme Twenty Twenty-One, Vietnamese, pretty addresses.

Everything but the programs is in a temporary folder: configuration, database, sockets, uploads.
`wordpress.php` installs
and fills it. Needs root, for the packages and because the servers drop root's rights.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from portal_crawler.demo.content import Block, Document, Paragraph, Picture

from . import Site, answers, debian, folder, free_port, process, run
from .content import ABOUT, CONTACT, POSTER, SECTION_NAMES, TITLE, Story, stories

_THEME = "twentytwentyone"
_SOURCE = Path("/usr/share/wordpress")
_USER = "www-data"
_PARTED = 6  # paragraphs: the first article of so many is parted into two pages

_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(root)s/mariadb.sock');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '%(site)s');
define('WP_SITEURL', '%(site)s');
define('WP_CONTENT_URL', '%(site)s/wp-content');
define('WP_LANG_DIR', '/usr/share/wordpress/wp-content/languages');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', 'test');
    define($name . '_SALT', 'test');
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', '%(root)s/www/');
require_once ABSPATH . 'wp-settings.php';
"""

_FPM = """[global]
error_log = %(root)s/fpm.log
[www]
user = www-data
group = www-data
listen = %(root)s/fpm.sock
listen.owner = www-data
pm = static
pm.max_children = 3
php_admin_value[opcache.revalidate_freq] = 60
"""

_NGINX = """user www-data;
pid %(root)s/nginx.pid;
worker_processes 1;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path %(root)s/nginx-body;
    proxy_temp_path %(root)s/nginx-proxy;
    fastcgi_temp_path %(root)s/nginx-fastcgi;
    uwsgi_temp_path %(root)s/nginx-uwsgi;
    scgi_temp_path %(root)s/nginx-scgi;
    gzip on;
    server {
        listen 127.0.0.1:%(port)s;
        root %(root)s/www;
        index index.php;
        location / { try_files $uri $uri/ /index.php?$args; }
        location ~ \\.php$ {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param HTTP_HOST $http_host;
            fastcgi_pass unix:%(root)s/fpm.sock;
        }
    }
}
"""


@contextmanager
def wordpress() -> Iterator[Site]:
    """WordPress, running."""
    debian("/usr/share/wordpress/wp-load.php", "/usr/sbin/mariadbd", "/usr/sbin/nginx")
    with folder("wordpress") as root, ExitStack() as running:
        port = free_port()
        names = {"root": str(root), "port": str(port), "site": f"http://127.0.0.1:{port}"}
        _lay_out(root, names)
        running.enter_context(_database(root))
        made = _fill(root, names["site"])
        run(["chown", "-R", _USER, root / "www" / "wp-content"])
        (fpm,) = Path("/usr/sbin").glob("php-fpm*")
        log = root / "servers.log"
        running.enter_context(process([fpm, "--nodaemonize", "--fpm-config", root / "fpm.conf"], root / "fpm.out"))
        nginx = ["/usr/sbin/nginx", "-c", root / "nginx.conf", "-e", root / "nginx.log", "-g", "daemon off;"]
        running.enter_context(process(nginx, log))
        answers(f"{names['site']}/", log)
        yield Site.of(f"{names['site']}/", [_truth(story, place) for story, place in zip(stories(), made, strict=True)])


def _lay_out(root: Path, names: dict[str, str]) -> None:
    """The program as Debian ships it, without the configuration that Debian keeps in /etc."""
    ignore = shutil.ignore_patterns("languages", "wp-config.php", "plugins")
    shutil.copytree(_SOURCE, root / "www", ignore=ignore, ignore_dangling_symlinks=True)
    (root / "www" / "wp-content" / "uploads").mkdir()
    (root / "www" / "wp-config.php").write_text(_CONFIG % names, encoding="utf-8")
    (root / "fpm.conf").write_text(_FPM % names, encoding="utf-8")
    (root / "nginx.conf").write_text(_NGINX % names, encoding="utf-8")


@contextmanager
def _database(root: Path) -> Iterator[None]:
    """MariaDB on a socket of its own, without accounts: nobody but root and the servers come into the folder."""
    data = root / "mariadb"
    options = ["--no-defaults", f"--datadir={data}", f"--user={_USER}"]
    run(["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"])
    run(["chown", "-R", _USER, data])
    first = root / "first.sql"
    first.write_text("CREATE DATABASE wordpress CHARACTER SET utf8mb4;\n", encoding="utf-8")
    socket = root / "mariadb.sock"
    shutil.chown(root, _USER)
    options += [f"--socket={socket}", "--skip-networking", "--skip-grant-tables", f"--init-file={first}"]
    options += ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin"]
    with process(["/usr/sbin/mariadbd", *options], root / "mariadb.log"):
        ping = ["mariadb-admin", "--no-defaults", f"--socket={socket}", "--wait=60", "--connect-timeout=5", "ping"]
        run(ping)
        yield


def _fill(root: Path, site: str) -> list[dict[str, Any]]:
    """Install and enter the articles; where each is, as `wordpress.php` says."""
    media = root / "media"
    articles = []
    parted = next(story for story in stories() if len(story.blocks) >= _PARTED)
    for story in stories():
        files = {}
        for name in (*story.pictures, *story.files):
            file = media / str(story.number) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(story.media(name))
            files[name] = str(file)
        articles.append(
            {
                "title": story.title,
                "section": story.section,
                "published": f"{story.published:%Y-%m-%d %H:%M:%S}",
                "tags": story.tags,
                "blocks": [_block(block) for block in story.blocks],
                "documents": story.documents,
                "closing": story.closing,
                "files": files,
                "parted": story == parted,
                "comments": _comments(story),
            }
        )
    given = {
        "title": TITLE,
        "poster": POSTER,
        "theme": _THEME,
        "sections": SECTION_NAMES,
        "pages": {"Giới thiệu": ABOUT, "Liên hệ": CONTACT},
        "articles": articles,
    }
    script = Path(__file__).with_name("wordpress.php")
    command = ["php", "-d", "memory_limit=512M", str(script), str(root / "www")]
    printed = run(command, stdin=json.dumps(given), SITE=site)
    made: list[dict[str, Any]] = json.loads(printed)
    return made


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    if isinstance(block, Picture):
        return {"kind": "picture", "name": block.name, "caption": block.caption}
    if isinstance(block, Document):
        return {"kind": "document", "name": block.name, "label": block.label}
    return {"kind": "table", "rows": block.rows}


def _comments(story: Story) -> list[dict[str, str]]:
    """What readers wrote below some articles: with names and dates that are not the article's."""
    if story.number % 10:
        return []
    return [
        {
            "comment_author": "Người dân thôn Lũng Chuối",
            "comment_content": "Đề nghị huyện sớm trả lời bà con về việc này.",
            "comment_date": f"{story.published.year + 1}-02-03 20:15:00",
        }
    ]


def _truth(story: Story, made: dict[str, Any]) -> dict[str, Any]:
    files = made["files"]
    shown = {files[name]: made["shown"][name] for name in story.pictures if made["shown"][name]}
    return {**story.truth(made["url"], files.__getitem__, shown), "title": made["title"]}
