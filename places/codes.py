"""The codes of regions in addresses."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from taxonomy import registry
from taxonomy.models import NATION_CODE


class RegionCode:
    """Two digits for a prefecture, six for a municipality or a ward; whether it exists is asked later."""

    regex = "[0-9]{6}|[0-9]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def of_region(view):
    """Give the view the region of the code in its address.

    An abolished code leads to the one in force, 全国 to the list of all prefectures; an unknown one is a 404.
    """

    @wraps(view)
    def answer(request, code):
        region = registry.region(code)
        if region is None:
            raise Http404(f"no region {code}")
        if region.code == NATION_CODE:
            return redirect("places:list")
        if region.code != code:
            name = request.resolver_match.view_name
            return redirect(reverse(name, args=[region.code]), permanent=True)
        return view(request, region)

    return answer
