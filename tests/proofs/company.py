"""An installation with a company in it, as tests meet it: found it, sign in to its pages, ask what it holds."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from tests.servers import nursery
from tests.servers.crossdesk import CrossdeskServer, migrated

SLUG = "nordwind"
EMAIL = "mara@nordwind.example"
PASSWORD = "a long enough password"
INSIDE = (
    "from crossdesk.config.start import set_up_django; set_up_django(); from tests.proofs import inside; inside.main()"
)


def inside(server: CrossdeskServer, command: str, **asked: Any) -> dict[str, Any]:
    """Ask the installation itself, in a process of its own."""
    done = nursery.run(INSIDE, command, environment=server.environment, said=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def found(home: Path, *, database_url: str = "", **asked: Any) -> CrossdeskServer:
    """An installation with its tables, its company and its owner; not serving yet."""
    if not database_url:
        migrated(home)
    server = CrossdeskServer(home, database_url=database_url)
    if database_url:
        done = server.run("migrate")
        assert done.returncode == 0, done.stderr
    inside(server, "found", slug=SLUG, email=EMAIL, password=PASSWORD, **asked)
    return server


class Writer:
    """The owner at the pages, as a browser without scripts would ask for them. One sign-in outlives every restart."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=20)

    def close(self) -> None:
        self._http.close()

    def waiting(self) -> list[int]:
        """The conversations that nobody has settled."""
        return [int(found) for found in re.findall(r'data-row="(\d+)"', self.page(f"/w/{SLUG}/inbox/all"))]

    def reply(self, conversation_id: int, text: str) -> int:
        """Answer what the page shows. Returns the status: 200 sent, 409 held for something newer."""
        page = self.page(f"/w/{SLUG}/inbox/all/{conversation_id}")
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen is not None, page
        form = {"text": text, "seen": seen[1], "csrfmiddlewaretoken": self._http.cookies["csrftoken"]}
        address = f"/w/{SLUG}/conversations/{conversation_id}/reply"
        return self._http.post(address, data=form, headers={"HX-Request": "true"}).status_code

    def post(self, address: str, *, at: str = "", **form: str) -> str:
        """Send a form of a page. at: where it stands, if not at its own address. Returns the page that it ends on."""
        self.page(at or address)
        data = {**form, "csrfmiddlewaretoken": self._http.cookies["csrftoken"]}
        answer = self._http.post(address, data=data, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code, answer.text)
        return answer.text

    def page(self, address: str) -> str:
        """What stands there."""
        answer = self._http.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.text)
        return answer.text

    def sign_in(self) -> None:
        """Once, by the form."""
        self._http.get("/sign-in")
        form = {"email": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": self._http.cookies["csrftoken"]}
        answer = self._http.post("/sign-in", data=form)
        assert answer.status_code == 302, answer.text
