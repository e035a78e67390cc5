"""What was said, theirs and ours, put into conversations in the order in which it was told: one load, one save."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from crossdesk.inbox import answers, owing, theirs, threads
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.clocks import Written
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.lines import one_at_a_time
from crossdesk.inbox.models import Conversation, Entry, Reply, Stray
from crossdesk.inbox.verdict import Verdict
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.messages import services as messages
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message

Item = tuple[int, Verdict | None]  # message, and what it needs; None: it is ours
Spot = tuple[str, str, str]  # network, host, external id


@transaction.atomic
def take_said(
    runs: Sequence[Sequence[Item]], *, by: Actor, now: datetime, loaded: Mapping[int, Message] | None = None
) -> dict[int, int]:
    """Put messages into conversations. Returns message id → conversation id, without those that belong to none.

    runs: what may be taken in together, older first whatever the order given; the runs one after the other. loaded:
    messages that the caller has read in this transaction. Theirs open conversations or go on with them. Of ours, a
    reply that left from here settles its `Reply`; another is found by the message it answers, and waits for that one
    when it has not come in yet. What is there already stays as it is, so this is safe to repeat. About ten queries for
    any number of messages, and a few more when conversations go on.
    """
    one_at_a_time(by.workspace_id)
    verdicts = {message_id: verdict for run in runs for message_id, verdict in run}
    known = dict(Entry.objects.filter(message_id__among=many(verdicts)).values_list("message_id", "conversation_id"))
    found = _messages(verdicts.keys() - known.keys(), loaded or {}, by=by)
    fresh = {
        pk: message
        for pk, message in found.items()
        if (message.direction == Direction.OUT if verdicts[pk] is None else _is_theirs(message))
    }
    if not fresh:
        return known
    intake = _Intake(list(fresh.values()), by=by, now=now)
    for run in runs:
        intake.take([(fresh[pk], verdict) for pk, verdict in run if pk in fresh])
    return known | intake.save()


def _messages(wanted: Iterable[int], loaded: Mapping[int, Message], *, by: Actor) -> dict[int, Message]:
    wanted = set(wanted)
    found = {pk: loaded[pk] for pk in wanted if pk in loaded}
    if missing := wanted - found.keys():
        rows = Message.objects.filter(workspace_id=by.workspace_id, pk__among=many(missing))
        found.update((message.pk, message) for message in bulk.load(rows))
    return found


def _is_theirs(message: Message) -> bool:
    return message.direction == Direction.IN and message.contact_id is not None


def _spot(message: Message) -> Spot:
    return message.network, message.host, message.external_id


def _parent(message: Message) -> Spot:
    return message.network, message.host, message.parent_external_id


class _Intake:
    """The conversations of a batch under lock, with what was placed in them so far."""

    def __init__(self, fresh: Sequence[Message], *, by: Actor, now: datetime) -> None:
        self.by, self.now = by, now
        self.calendars = Calendars(by.workspace_id)
        inbound = [message for message in fresh if message.direction == Direction.IN]
        self.waiting = self._strays(inbound)
        posts = [message for message in fresh if message.direction == Direction.OUT]
        posts += [post for some in self.waiting.values() for post in some]
        self.replies = _replies(posts)
        self.stored = self._stored_parents(posts, beside=fresh)
        self.folders = self._load(inbound)
        self.open = {
            (row.account_id, row.identity_id, row.privacy): folder
            for folder in self.folders.values()
            if (row := folder.conversation).closed_at is None
        }
        self.every = list(self.folders.values())
        self.placed: list[tuple[Message, Folder]] = []
        self.spots: dict[Spot, Folder] = {}
        self.written: dict[Folder, list[Written]] = {}  # theirs of this batch
        self._earlier = self._in_open_blocks(posts, inbound)
        self._heard: dict[Folder, list[Written]] | None = None

    # --- what is there

    def _strays(self, inbound: Sequence[Message]) -> dict[str, list[Message]]:
        """Posts of ours that came before the messages they answer, by those messages' external ids."""
        if not inbound:
            return {}
        external_ids = [message.external_id for message in inbound]
        rows = Stray.objects.filter(workspace_id=self.by.workspace_id, parent_external_id__among=many(external_ids))
        message_ids = list(rows.values_list("message_id", flat=True))
        if not message_ids:
            return {}
        rows.delete()
        waiting: dict[str, list[Message]] = {}
        posts = Message.objects.filter(pk__in=message_ids, entry=None, direction=Direction.OUT)
        for post in posts.order_by("sent_at", "id"):
            waiting.setdefault(post.parent_external_id, []).append(post)
        return waiting

    def _stored_parents(self, posts: Sequence[Message], *, beside: Sequence[Message]) -> dict[Spot, int]:
        """The conversations of the messages that these answer, where those were taken in before."""
        wanted = {_parent(post) for post in posts if post.parent_external_id} - {_spot(one) for one in beside}
        if not wanted:
            return {}
        rows = Entry.objects.filter(
            message__workspace_id=self.by.workspace_id,
            message__network__in={network for network, _, _ in wanted},
            message__host__in={host for _, host, _ in wanted},
            message__external_id__among=many({external_id for _, _, external_id in wanted}),
        ).values_list("message__network", "message__host", "message__external_id", "conversation_id")
        return {(network, host, external_id): pk for network, host, external_id, pk in rows}

    def _load(self, inbound: Sequence[Message]) -> dict[int, Folder]:
        """The conversations that go on, locked in the order of their ids."""
        wanted = {*self.stored.values(), *(reply.conversation_id for reply in self.replies.values())}
        if people := {message.identity_id for message in inbound if message.identity_id is not None}:
            going_on = Conversation.objects.filter(
                workspace_id=self.by.workspace_id, identity_id__among=many(people), closed_at=None
            )
            wanted.update(going_on.values_list("pk", flat=True))
        if not wanted:
            return {}
        rows = Conversation.objects.filter(pk__among=many(wanted)).select_for_update().order_by("id")
        return {folder.conversation.pk: folder for folder in load(rows)}

    def _in_open_blocks(self, posts: Sequence[Message], inbound: Sequence[Message]) -> dict[int, datetime]:
        """Open blocks of several messages that our posts may cut: by conversation, how far back to look."""
        if not posts:
            return {}
        oldest = min((message.sent_at for message in inbound), default=None)
        writes_on = {message.identity_id for message in inbound}
        return {
            pk: min(block.started_at, oldest or block.started_at)
            for pk, folder in self.folders.items()
            if (block := folder.block) and (block.messages_count > 1 or folder.conversation.identity_id in writes_on)
        }

    def _theirs_of(self, folder: Folder) -> Sequence[Written]:
        """What they wrote in the conversation since its open block began, and perhaps a little before."""
        if self._heard is None:
            self._heard = {other: [] for other in self.every}
            if self._earlier:
                rows = Message.objects.filter(
                    entry__conversation_id__among=many(self._earlier), direction=Direction.IN,
                    sent_at__gte=min(self._earlier.values()),
                )  # fmt: skip
                for pk, sent_at, place in rows.values_list("pk", "sent_at", "entry__conversation_id"):
                    self._heard[self.folders[place]].append(Written(pk, sent_at))
        every = [*self._heard.get(folder, ()), *self.written.get(folder, ())]
        return sorted(every, key=lambda message: (message.sent_at, message.pk))

    # --- what is said

    def take(self, items: Sequence[tuple[Message, Verdict | None]]) -> None:
        """One run; then those of ours that had waited for one of these."""
        came: list[Message] = []
        for message, verdict in sorted(items, key=lambda item: (item[0].sent_at, item[0].pk)):
            if verdict is None:
                self._take_ours(message)
            else:
                self._take_theirs(message, verdict)
                came.append(message)
        late = [post for message in came for post in self.waiting.pop(message.external_id, [])]
        for post in sorted(late, key=lambda post: (post.sent_at, post.pk)):
            self._take_ours(post)

    def _take_theirs(self, message: Message, verdict: Verdict) -> None:
        key = theirs.key_of(message)
        folder = self.open.get(key)
        if folder is not None and theirs.is_over(folder, message):
            theirs.close_before(folder, now=self.now)
            folder = None
        if folder is None:
            folder = self.open[key] = theirs.begin(message, by=self.by)
            self.every.append(folder)
        theirs.take(folder, message, verdict, calendars=self.calendars, now=self.now)
        self.written.setdefault(folder, []).append(Written(message.pk, message.sent_at))
        self._put(message, folder)

    def _take_ours(self, post: Message) -> None:
        reply = self.replies.get(post.outbox_id or 0)
        folder = self.folders.get(reply.conversation_id) if reply else self._answers_in(post)
        if folder is None:
            if post.parent_external_id:
                self.waiting.setdefault(post.parent_external_id, []).append(post)
            return
        if reply is None:
            answers.elsewhere(
                folder, post, theirs=lambda: self._theirs_of(folder), calendars=self.calendars, now=self.now
            )
        else:
            at = answers.published_moment(reply, post.sent_at)
            answers.left_from_here(folder, reply, post, at=at, calendars=self.calendars, now=self.now)
        owing.refresh(folder, now=self.now)
        self._put(post, folder)

    def _answers_in(self, post: Message) -> Folder | None:
        parent = _parent(post)
        return self.spots.get(parent) or self.folders.get(self.stored.get(parent, 0))

    def _put(self, message: Message, folder: Folder) -> None:
        self.placed.append((message, folder))
        self.spots[_spot(message)] = folder

    # --- what is kept

    def save(self) -> dict[int, int]:
        """Write all of it. Returns message id → conversation id."""
        save(self.every, by=self.by, now=self.now)
        self._keep_behind_walls()
        strays = [post for some in self.waiting.values() for post in some]
        if strays:
            Stray.objects.bulk_create(
                [
                    Stray(workspace_id=self.by.workspace_id, message=post, parent_external_id=post.parent_external_id)
                    for post in strays
                ],
                ignore_conflicts=True,
            )
        return {message.pk: folder.conversation.pk for message, folder in self.placed}

    def _keep_behind_walls(self) -> None:
        """A message that joins an enclosed conversation stands behind the same wall."""
        behind: dict[int, list[int]] = {}
        for message, folder in self.placed:
            wall_id = folder.conversation.wall_id
            if message.direction == Direction.IN and wall_id is not None and message.wall_id != wall_id:
                behind.setdefault(wall_id, []).append(message.pk)
        for wall_id, message_ids in behind.items():
            messages.enclose(message_ids=message_ids, wall_id=wall_id, workspace_id=self.by.workspace_id)


def _replies(posts: Sequence[Message]) -> dict[int, Reply]:
    """Replies that left from here, by their outbox rows."""
    outbox_ids = {post.outbox_id for post in posts if post.outbox_id is not None}
    return threads.replies_of(outbox_ids) if outbox_ids else {}
