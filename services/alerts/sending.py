"""Push documents whose turn it is → calls of the channel's provider; sent, later again, or dead. One per channel."""

import asyncio
import contextlib
import random
import uuid
from collections import Counter
from typing import Final, Literal

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.mongo import PyMongoError
from libs.runtime.outbox import Announcement, Cause, Decide, Decision, Document, Entities, Intent
from libs.runtime.telemetry import Tracing, log
from libs.schemas.notifications import Notification, NotificationFailed, NotificationSent

from . import notifying
from .announcing import cause_of
from .channels.port import Channel, Delivery, NotDelivered
from .clocks import DeliveryClocks
from .metrics import PUSH_ATTEMPTS, PUSH_SECONDS, PUSHES_IN_HAND
from .notifying import Push
from .readiness import Looks
from .recipients import Recipients
from .store import claimed_by, due_pushes

_LOOK_EVERY_SECONDS: Final = 0.5
# The runtime gives a task two seconds to end; a call that takes longer is sent again by the next life, same id.
_FINISH_WITHIN_SECONDS: Final = 1.5


class Sender:
    """Sends the pushes of one channel. Its calls are its own: another channel's stuck server costs it nothing."""

    def __init__(
        self, kind: Literal["webhook", "email"], channel: Channel, *, pushes: Entities, recipients: Recipients,
        clocks: DeliveryClocks, clock: Clock, tracing: Tracing, replica: str, looks: Looks,
    ) -> None:  # fmt: skip
        self._kind = kind
        self._channel = channel
        self._pushes = pushes
        self._recipients = recipients
        self._clocks = clocks
        self._clock = clock
        self._tracing = tracing
        self._replica = replica
        self._looks = looks
        self._woken = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._busy: Counter[str] = Counter()

    def wake(self) -> None:
        """There is something to send: look now."""
        self._woken.set()

    async def run(self) -> None:
        """For ever; when cancelled, what is in hand gets a moment to end."""
        try:
            await self._take_back_own()
            while True:
                self._woken.clear()
                if not await self._look():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY_SECONDS)
        finally:
            if self._calls:
                await asyncio.wait(self._calls, timeout=_FINISH_WITHIN_SECONDS)
            for call in self._calls:
                call.cancel()

    async def _take_back_own(self) -> None:
        """Claims of this replica's earlier life need not wait for their lease."""
        found = self._pushes.collection.find({**claimed_by(self._replica), "state.kind": self._kind})
        docs = [Document.of(raw) async for raw in found]
        if docs:
            log.info("taking back unfinished pushes", channel=self._kind, pushes=len(docs))
            await self._pushes.apply(
                [Intent(entity_id=doc.id, cause=_cause(doc), decide=self._release) for doc in docs]
            )

    def _release(self, doc: Document | None) -> Decision | None:
        push = notifying.released(Push.of_state(doc.state), now=self._clock.now()) if doc else None
        return Decision(state=push.to_state()) if push else None

    async def _look(self) -> int:
        try:
            started = await self._start_due()
        except (TransientError, PyMongoError) as error:
            # Ending here would cut off calls that are under way: they do not need the store yet.
            log.warning("pushes wait for the store", channel=self._kind, exc_info=error)
            return 0
        self._looks.looked(self._kind)
        return started

    async def _start_due(self) -> int:
        """Claims what is due, as much as may be under way at once, and starts the calls; how many."""
        room = self._clocks.at_once - len(self._calls)
        if room <= 0:
            return 0
        docs = await self._due(room)
        if not docs:
            return 0
        token = uuid.uuid4().hex
        crashpoint("alerts.push.before_claim")
        standing = await self._pushes.apply(
            [Intent(entity_id=doc.id, cause=_cause(doc), decide=self._claim(token)) for doc in docs]
        )
        crashpoint("alerts.push.after_claim")
        mine = [Push.of_state(doc.state) for doc in standing.values() if doc and doc.state.get("token") == token]
        for push in mine:
            self._busy[push.recipient] += 1
            call = asyncio.create_task(self._send(push))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        PUSHES_IN_HAND.labels(channel=self._kind).set(len(self._calls))
        return len(mine)

    async def _due(self, room: int) -> list[Document]:
        each = self._clocks.at_once_each
        full = [recipient for recipient, calls in self._busy.items() if calls >= each]
        query = due_pushes(self._kind, self._clock.now(), busy=full)
        chosen: list[Document] = []
        planned = Counter(self._busy)
        # More than there is room for: one recipient's long queue must not hide the others'.
        async for raw in self._pushes.collection.find(query).sort("state.due_at", 1).limit(room * 4):
            recipient = raw["state"]["recipient"]
            if planned[recipient] < each and len(chosen) < room:
                planned[recipient] += 1
                chosen.append(Document.of(raw))
        return chosen

    def _claim(self, token: str) -> Decide:
        def decide(doc: Document | None) -> Decision | None:
            if doc is None:
                return None
            push = notifying.claimed(
                Push.of_state(doc.state), token=token, replica=self._replica, now=self._clock.now(),
                clocks=self._clocks,
            )  # fmt: skip
            return Decision(state=push.to_state()) if push else None

        return decide

    async def _send(self, push: Push) -> None:
        try:
            with self._tracing.span(f"push {self._kind}", push.origin.traceparent) as traceparent:
                await self._send_under(push, traceparent)
        except Exception as error:
            # Its lease brings it back.
            log.error("push left undecided", channel=self._kind, alert_id=push.request.alert_id, exc_info=error)
        finally:
            self._busy[push.recipient] -= 1
            PUSHES_IN_HAND.labels(channel=self._kind).set(len(self._calls) - 1)
            self.wake()

    async def _send_under(self, push: Push, traceparent: str | None) -> None:
        to = self._recipients.channel(push.opmode, push.recipient, push.channel)
        try:
            if to is None:
                raise NotDelivered("penerima tidak lagi terdaftar", final=True)
            crashpoint("alerts.push.before_call")
            async with asyncio.timeout(self._clocks.timeout_seconds):
                provider_id = await self._channel.deliver(Delivery(push=push, to=to, traceparent=traceparent))
            crashpoint("alerts.push.after_call")
        except (NotDelivered, TimeoutError) as error:
            await self._failed(push, error)
        except Exception as error:
            # A defect of ours must not lose a call: it counts as an attempt, and the log says what it was.
            log.error("channel broke", channel=self._kind, alert_id=push.request.alert_id, exc_info=error)
            await self._failed(push, NotDelivered(f"galat kanal: {type(error).__name__}"))
        else:
            await self._sent(push, provider_id)

    async def _sent(self, push: Push, provider_id: str) -> None:
        def decide(doc: Document | None) -> Decision | None:
            stood = Push.of_state(doc.state) if doc else push
            now_sent = notifying.sent(stood, provider_id=provider_id)
            if now_sent is None:
                return None
            return _announced(now_sent, NotificationSent, "terkirim", self._clock)

        await self._write(push, decide)
        crashpoint("alerts.push.after_sent")
        PUSH_ATTEMPTS.labels(channel=self._kind, fate="sent").inc()
        waited = (self._clock.now() - push.request.occurred_at).total_seconds()
        PUSH_SECONDS.labels(channel=self._kind).observe(max(waited, 0.0))

    async def _failed(self, push: Push, error: NotDelivered | TimeoutError) -> None:
        reason = error.reason if isinstance(error, NotDelivered) else "tidak terjawab dalam batas waktu"
        final = isinstance(error, NotDelivered) and error.final

        def decide(doc: Document | None) -> Decision | None:
            later = notifying.failed(
                Push.of_state(doc.state), token=push.token or "", failure=reason, final=final,
                jitter=random.random(), now=self._clock.now(), clocks=self._clocks,
            ) if doc else None  # fmt: skip
            if later is None:
                return None
            if later.status == "dead":
                return _announced(later, NotificationFailed, "gagal", self._clock)
            return Decision(state=later.to_state())

        doc = await self._write(push, decide)
        fate = "dead" if doc is not None and doc.state["status"] == "dead" else "retry"
        PUSH_ATTEMPTS.labels(channel=self._kind, fate=fate).inc()
        log.warning(
            "push not delivered",
            channel=push.channel,
            alert_id=push.request.alert_id,
            notification_id=push.notification_id,
            attempt=push.attempt,
            fate=fate,
            why=reason,
        )

    async def _write(self, push: Push, decide: Decide) -> Document | None:
        """What became of a call is written for as long as it takes: forgetting it would send twice."""
        wait = 0.1
        while True:
            try:
                intent = Intent(entity_id=push.notification_id, cause=cause_of(push.origin), decide=decide)
                return (await self._pushes.apply([intent]))[push.notification_id]
            except (TransientError, PyMongoError) as error:
                log.warning("push result waits for the store", alert_id=push.request.alert_id, exc_info=error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)


def _announced(
    push: Push,
    event: type[NotificationSent] | type[NotificationFailed],
    status: Literal["terkirim", "gagal"],
    clock: Clock,
) -> Decision:
    data = Notification(
        notification_id=push.notification_id,
        alert_id=push.request.alert_id,
        transition=push.request.transition,
        channel=push.channel,
        recipient_id=push.recipient,
        recipient_role=push.role,
        status=status,
        attempts=max(push.attempt, 1),
        provider_id=push.provider_id,
        failure=push.failure,
        reason=push.request.reason,
        level=push.request.level,
        title=push.request.title,
        at=clock.now(),
    )
    return Decision(state=push.to_state(), announcements=(Announcement(event=event, data=data),))


def _cause(doc: Document) -> Cause:
    return cause_of(Push.of_state(doc.state).origin)
