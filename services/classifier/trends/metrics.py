"""What the trends count of themselves."""

from prometheus_client import Counter, Gauge, Histogram

COUNTED = Counter("pasopati_classifier_trend_items_total", "Items counted in series")
COUNT_SECONDS = Histogram("pasopati_classifier_trend_count_seconds", "Counting and weighing one batch")
SERIES = Gauge("pasopati_classifier_trend_series", "Series that are kept")
RAISED = Counter("pasopati_classifier_trends_raised_total", "Trends raised", ["rule"])
OPEN = Gauge("pasopati_classifier_trends_open", "Trends that are open")
