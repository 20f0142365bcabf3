"""Several places in the form of an item: those chosen so far as checkboxes, and the region picker that adds one."""

from accounts.profile_form import region_picker
from taxonomy import registry
from taxonomy.models import Region
from taxonomy.picking import picked_code


def with_picked_place(data):
    """The typed data (a QueryDict) with the choice of the region picker moved to the chosen ``regions``."""
    data = data.copy()
    code = picked_code(data)
    if code and code not in data.getlist("regions"):
        data.appendlist("regions", code)
    for name in ("region", "municipality"):
        data.pop(name, None)
    return data


class FormWithPlaces:
    """Mixin of forms with a field ``regions``; stands before `ItemForm`."""

    # The municipalities of the prefecture in the picker are listed, and nothing is taken from it yet.
    shows_municipalities = False

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(with_picked_place(data) if data is not None else None, *args, **kwargs)

    def resume(self, data) -> None:
        super().resume(with_picked_place(data))

    def resume_with_municipalities(self, data) -> None:
        """Show the form with the municipalities of the prefecture that the picker names, which is not taken yet."""
        super().resume(data.copy())
        self.shows_municipalities = True

    @property
    def chosen_places(self) -> list[Region]:
        codes = [str(getattr(code, "pk", code)) for code in self["regions"].value() or []]
        return [registry.regions()[code] for code in codes if code in registry.regions()]

    @property
    def place_picker(self) -> dict:
        code = self.data.get("municipality") or self.data.get("region") if self.shows_municipalities else ""
        return region_picker(registry.region(code) if code else None)
