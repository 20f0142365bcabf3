"""What content that belongs to one organization says about it."""

from django.db import models


class OfOrganization(models.Model):
    """Mixin of publishable models with a foreign key ``organization``; stands before `Publishable`."""

    class Meta:
        abstract = True

    @property
    def can_self_publish(self) -> bool:
        return self.organization.can_self_publish

    def organization_behind(self):
        return self.organization

    def responsible_people(self):
        return self.organization.responsible_people()
