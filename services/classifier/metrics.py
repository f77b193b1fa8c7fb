"""What the classifier counts."""

from prometheus_client import Counter, Gauge, Histogram

LABELLED = Counter("pasopati_classifier_items_labelled_total", "Items given labels", ["relevant"])
LABEL_SECONDS = Histogram("pasopati_classifier_label_seconds", "Labelling one batch")
SEVERE = Counter("pasopati_classifier_items_severe_total", "Items of severity 3 or 4", ["severity"])
NEEDS_REVIEW = Counter("pasopati_classifier_items_needing_review_total", "Items a person should look at")
PLACED = Counter("pasopati_classifier_items_placed_total", "Items placed in stories", ["how"])
STORY_CHANGES = Counter("pasopati_classifier_story_changes_total", "Changes of stories", ["kind"])
STORIES_OPEN = Gauge("pasopati_classifier_stories_in_index", "Stories the grouper compares with")
DECIDED_AGAIN = Counter("pasopati_classifier_grouping_again_total", "Batches grouped anew after a lost race")
