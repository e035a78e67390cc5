"""Somebody with an account on the real network, by its own calls and without our adapter: the customer in a test."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import httpx

PASSWORD = "a long enough password"
POST = "app.bsky.feed.post"


@dataclass
class Person:
    """One account, signed in."""

    pds: str
    handle: str
    did: str
    token: str
    password: str = PASSWORD

    @classmethod
    def join(cls, pds: str, name: str) -> Self:
        """A new account with a handle of the network's own."""
        handle = f"{name}.test"
        asked = {"handle": handle, "email": f"{name}@example.com", "password": PASSWORD}
        made = httpx.post(f"{pds}/xrpc/com.atproto.server.createAccount", json=asked, trust_env=False, timeout=30)
        assert made.is_success, made.text
        body = made.json()
        return cls(pds, handle, body["did"], body["accessJwt"])

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Read something."""
        return self._call("GET", method, params=params)

    def tell(self, method: str, **body: Any) -> dict[str, Any]:
        """Change something."""
        return self._call("POST", method, json=body)

    def is_known(self) -> bool:
        """Does the AppView know them?"""
        return self._try("GET", "app.bsky.actor.getProfile", params={"actor": self.did}).is_success

    def app_password(self, name: str = "Crossdesk") -> str:
        """What they would paste into Crossdesk."""
        return str(self.tell("com.atproto.server.createAppPassword", name=name)["password"])

    def post(self, text: str, **more: Any) -> dict[str, str]:
        """Say something: `facets`, `embed`, `reply`, `langs` as the record has them. Returns {"uri", "cid"}."""
        record = {"$type": POST, "text": text, "createdAt": now(), **more}
        made = self.tell("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=record)
        return {"uri": made["uri"], "cid": made["cid"]}

    def picture(self, content: bytes, alt: str, *, mime: str = "image/png") -> dict[str, Any]:
        """An embed with one picture."""
        answer = httpx.post(
            f"{self.pds}/xrpc/com.atproto.repo.uploadBlob",
            content=content,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": mime},
            trust_env=False,
            timeout=30,
        )
        assert answer.is_success, answer.text
        return {"$type": "app.bsky.embed.images", "images": [{"image": answer.json()["blob"], "alt": alt}]}

    def react(self, kind: str, subject: dict[str, str]) -> dict[str, Any]:
        """Like or repost."""
        collection = f"app.bsky.feed.{kind}"
        record = {"$type": collection, "subject": subject, "createdAt": now()}
        return self.tell("com.atproto.repo.createRecord", repo=self.did, collection=collection, record=record)

    def delete(self, uri: str) -> None:
        """Take a post back."""
        self.tell("com.atproto.repo.deleteRecord", repo=self.did, collection=POST, rkey=uri.rsplit("/", 1)[1])

    def seen(self, uri: str) -> dict[str, Any] | None:
        """A post as the AppView shows it, with what stands around it. None: it is not there."""
        answer = self._try("GET", "app.bsky.feed.getPostThread", params={"uri": uri, "depth": 6})
        if answer.status_code == 400:
            return None
        assert answer.is_success, answer.text
        thread: dict[str, Any] = answer.json()["thread"]
        return thread if thread["$type"].endswith("#threadViewPost") else None

    def answers(self, uri: str) -> list[dict[str, Any]]:
        """The posts right below this one, as the AppView shows them."""
        thread = self.seen(uri)
        return [one["post"] for one in (thread or {}).get("replies", []) if "post" in one]

    def records(self, collection: str = POST) -> list[dict[str, Any]]:
        """All that lies in their repository, for counting doubles."""
        listed = self.ask("com.atproto.repo.listRecords", repo=self.did, collection=collection, limit=100)
        return list(listed["records"])

    def _call(self, verb: str, method: str, **more: Any) -> dict[str, Any]:
        answer = self._try(verb, method, **more)
        assert answer.is_success, (method, answer.text)
        return dict(answer.json()) if answer.content else {}

    def _try(self, verb: str, method: str, **more: Any) -> httpx.Response:
        """Their sign-in lasts two hours, longer than any run."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.request(verb, f"{self.pds}/xrpc/{method}", headers=headers, trust_env=False, timeout=30, **more)


def named(text: str, who: Person) -> list[dict[str, Any]]:
    """The facet that makes of "@handle" in the text a mention."""
    words = f"@{who.handle}".encode()
    start = text.encode().index(words)
    place = {"byteStart": start, "byteEnd": start + len(words)}
    return [{"index": place, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": who.did}]}]


def below(parent: dict[str, str], root: dict[str, str] | None = None) -> dict[str, Any]:
    """The `reply` of a record."""
    return {"parent": parent, "root": root or parent}


def now() -> str:
    """The moment, as the network writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
