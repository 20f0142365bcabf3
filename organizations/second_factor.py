"""Members of organizations that publish by themselves need a second factor: nobody reads before the public does."""

from accounts import second_factor
from organizations.models import Organization


@second_factor.register
def publishes_without_review(user) -> bool:
    return Organization.objects.with_member(user).filter(can_self_publish=True).exists()
