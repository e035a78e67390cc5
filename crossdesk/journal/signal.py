"""In-process wake-up calls, so that nobody has to wait for the next look at the tables. Losing one loses nothing."""

import threading

facts_waiting = threading.Event()  # facts were written: the numberer may start
facts_numbered = threading.Event()  # numbers were given: followers and live lines may look
jobs_due = threading.Event()  # a job became due now
