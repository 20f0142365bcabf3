"""All kinds of open data."""

from open_data.dataset import Dataset
from open_data.datasets.cases import CASES
from open_data.datasets.events import EVENTS
from open_data.datasets.organizations import ORGANIZATIONS
from open_data.datasets.policies import AMOUNTS, POLICIES
from open_data.datasets.topics import TOPICS
from open_data.datasets.vocabulary import REGIONS, THEMES

# In the order of the page.
DATASETS = (CASES, ORGANIZATIONS, POLICIES, AMOUNTS, EVENTS, TOPICS, THEMES, REGIONS)
BY_NAME: dict[str, Dataset] = {dataset.name: dataset for dataset in DATASETS}

__all__ = [
    "AMOUNTS",
    "BY_NAME",
    "CASES",
    "DATASETS",
    "EVENTS",
    "ORGANIZATIONS",
    "POLICIES",
    "REGIONS",
    "THEMES",
    "TOPICS",
    "Dataset",
]
