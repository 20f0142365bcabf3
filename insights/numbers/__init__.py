"""The panels of the apps below; each module registers its own when it is imported."""
