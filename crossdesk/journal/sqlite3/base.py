"""Transactions of this process's threads begin in the order in which they were asked for.

SQLite by itself lets who waits look again at ever longer intervals, a tenth of a second in the end. In between nobody
writes, or the one who has just written writes again: under load some wait far longer than others. Other processes wait
as SQLite has it.
"""

from typing import Any

from django.db.backends.sqlite3 import base

from crossdesk.journal.turns import Turns, turns_of

PATIENCE_SECONDS = 30.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions each take a turn at the file."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._turn: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        turns = turns_of(str(self.settings_dict["NAME"]))
        if turns.take(seconds=PATIENCE_SECONDS):  # otherwise SQLite says what is in the way
            self._turn = turns
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # its stubs do not know it
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # its stubs do not know it
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # its stubs do not know it
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # its stubs do not know it
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        turns, self._turn = self._turn, None
        if turns is not None:
            turns.give_back()
