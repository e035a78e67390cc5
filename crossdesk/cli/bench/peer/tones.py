"""Runs inside the peers' own environment: VADER, TextBlob, and word counts with logistic regression say how texts sound.

Standard input: {"train": [[text, label]], "sets": {name: [texts]}}; prints {method: {name: [labels]}}.
"""

import json
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


def tone(score: float, least: float) -> str:
    """A number from -1 to 1 as one of three."""
    return "positive" if score >= least else "negative" if score <= -least else "neutral"


def main() -> None:
    given = json.load(sys.stdin)
    analyzer = SentimentIntensityAnalyzer()
    counted = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=4.0, max_iter=1000, class_weight="balanced"),
    ).fit(*zip(*given["train"], strict=True))
    sets = given["sets"].items()
    said = {
        # VADER's own bounds; TextBlob names none: anything but nought counts.
        "vader": {
            name: [tone(analyzer.polarity_scores(text)["compound"], 0.05) for text in texts] for name, texts in sets
        },
        "textblob": {name: [tone(TextBlob(text).sentiment.polarity, 1e-9) for text in texts] for name, texts in sets},
        "tfidf": {name: [str(label) for label in counted.predict(texts)] for name, texts in sets},
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
