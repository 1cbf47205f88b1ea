"""Makes a Plone site and enters the articles, as an administrator and the editors would have.

Run by plone.py inside Zope (`zconsole run`, which gives `app`) with GIVEN in the environment: a JSON file
that says what
to enter. Writes where each article and its files are to the file MADE.
"""

import base64
import json
import os
import re
from pathlib import Path

import transaction
from AccessControl.SecurityManagement import newSecurityManager
from DateTime import DateTime
from plone.app.textfield.value import RichTextValue
from plone.base.interfaces import ISecuritySchema, ISiteSchema
from plone.dexterity.utils import createContentInContainer
from plone.namedfile.file import NamedBlobFile, NamedBlobImage
from plone.registry.interfaces import IRegistry
from Products.CMFPlone.factory import addPloneSite
from Testing.makerequest import makerequest
from zope.component import getUtility
from zope.globalrequest import setRequest

given = json.loads(Path(os.environ["GIVEN"]).read_text("utf-8"))
app = makerequest(app)  # noqa: F821  (zconsole gives it)
app.acl_users.userFolderAddUser(given["poster"], base64.b64encode(os.urandom(12)).decode(), ["Manager"], [])
newSecurityManager(None, app.acl_users.getUserById(given["poster"]).__of__(app.acl_users))
setRequest(app.REQUEST)
site = addPloneSite(
    app,
    "Plone",
    title=given["title"],
    extension_ids=("plone.app.contenttypes:default", "plonetheme.barceloneta:default"),
    default_language="vi",
    portal_timezone="Asia/Ho_Chi_Minh",
)
registry = getUtility(IRegistry, context=site)
registry.forInterface(ISecuritySchema, prefix="plone").allow_anon_views_about = True
settings = registry.forInterface(ISiteSchema, prefix="plone")
settings.display_publication_date_in_byline = True
settings.enable_sitemap = True
# what costs as much as all else, and shows on no page
registry["plone.enable_link_integrity_checks"] = False
site.portal_repository.setVersionableContentTypes([])
app.virtual_hosting.set_map(f"{given['host']}/Plone")
app.REQUEST.setServerURL("http", *given["host"].split(":"))
app.REQUEST["VirtualRootPhysicalPath"] = ("", "Plone")
publish = site.portal_workflow.doActionFor
site.portal_workflow.setDefaultChain("simple_publication_workflow")


def add(container, kind, name, moment=None, **fields):
    """A published object; files need no workflow."""
    made = createContentInContainer(container, kind, checkConstraints=False, id=name, **fields)
    if site.portal_workflow.getChainFor(made):
        publish(made, "publish")
    if moment:
        made.setEffectiveDate(DateTime(moment))
        made.creation_date = DateTime(moment)
        made.setModificationDate(DateTime(moment))
        made.reindexObject(idxs=["effective", "effectiveRange", "Date", "created", "modified"])
    return made


folders = {}
layouts = ("summary_view", "listing_view", "tabular_view")
for (name, title), layout in zip(given["sections"].items(), layouts, strict=True):
    folders[title] = add(site, "Folder", name, title=title)
    folders[title].setLayout(layout)
for name, (title, text) in given["pages"].items():
    add(site, "Document", name, title=title, text=RichTextValue(text, "text/html", "text/x-html-safe"))
store = add(site, "Folder", "kho-tep", title="Kho tệp", exclude_from_nav=True)
newest = add(site, "Collection", "tin-moi", title="Tin mới", item_count=15)
newest.query = [
    {"i": "portal_type", "o": "plone.app.querystring.operation.selection.any", "v": ["News Item"]},
    {"i": "path", "o": "plone.app.querystring.operation.string.absolutePath", "v": "/"},
]
newest.sort_on, newest.sort_reversed = "effective", True
newest.setLayout("summary_view")
site.setDefaultPage("tin-moi")

made = []
for article in given["articles"]:
    moment = article["published"] + " GMT+7"
    files = {}
    for name, path in article["files"].items():
        data = Path(path).read_bytes()
        if name.endswith(".pdf"):
            file = NamedBlobFile(data, "application/pdf", filename=name)
            files[name] = add(store, "File", None, moment, title=name, file=file)
        else:
            image = NamedBlobImage(data, filename=name)
            files[name] = add(store, "Image", None, moment, title=name, image=image)

    def linked(match, files=files):
        """What TinyMCE writes for a file that was chosen in its window."""
        return f"resolveuid/{files[match[1]].UID()}{'' if match[1].endswith('.pdf') else '/@@images/image/large'}"

    text = re.sub(r"file:([^\"]+)", linked, article["html"])
    item = add(
        folders[article["section"]],
        "News Item",
        article["slug"],
        moment,
        title=article["title"],
        description=article["lead"],
        subject=tuple(article["tags"]),
        text=RichTextValue(text, "text/html", "text/x-html-safe"),
    )
    shown = item.text.output_relative_to(item)
    pictures = re.findall(r'<img[^>]* src="([^"]+)"', shown)
    names = [name for name in files if not name.endswith(".pdf")]
    assert len(pictures) == len(names), shown
    addresses = dict(zip(names, pictures, strict=True)) | {
        name: file.absolute_url() for name, file in files.items() if name.endswith(".pdf")
    }
    full = {name: files[name].absolute_url() for name in names}
    made.append({"url": item.absolute_url(), "files": addresses, "full": full})
transaction.commit()
Path(os.environ["MADE"]).write_text(json.dumps(made), encoding="utf-8")
