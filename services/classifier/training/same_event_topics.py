"""`python -m services.classifier.training.same_event_topics`: the topics our labels give to the families' headlines."""

from services.classifier.labelling import Labeller
from services.classifier.models.linear import load_model
from services.classifier.rules import load_rules
from services.classifier.training.story_pairs import TOPICS, own_pairs
from services.classifier.units import GazetteerUnits


def main() -> None:
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    titles = sorted({side.title for pair in own_pairs() for side in (pair.a, pair.b)})
    lines = [f"# Headline, topic; labels {labeller.version}"]
    lines += [f"{title}\t{labeller.label(title, '').topic}" for title in titles]
    TOPICS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(titles)} headlines")


if __name__ == "__main__":
    main()
