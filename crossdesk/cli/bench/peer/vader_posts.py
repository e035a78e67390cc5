"""Runs inside the peer's own environment: `python vader_posts.py SECONDS`, with the texts as a JSON list on standard input.

Scores one text after the other, again and again, and prints {"per_s", "per_busy_s"}.
"""

import json
import sys
import time

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


def measure(texts: list[str], seconds: float) -> dict[str, float]:
    """Texts a second by the clock, and a second of the processor's time."""
    analyzer = SentimentIntensityAnalyzer()
    for text in texts[:200]:
        analyzer.polarity_scores(text)
    begun, busy, scored = time.perf_counter(), time.process_time(), 0
    while (now := time.perf_counter()) - begun < seconds:
        analyzer.polarity_scores(texts[scored % len(texts)])
        scored += 1
    return {"per_s": scored / (now - begun), "per_busy_s": scored / (time.process_time() - busy)}


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin), float(sys.argv[1]))))
