"""What the region picker asks while somebody types."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from taxonomy.suggestions import suggest


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def suggest_regions(request):
    """JSON with at most ten regions for ``?q=``; an empty list for anything else."""
    regions = suggest(request.GET.get("q", ""))
    found = [{"code": region.code, "label": region.full_name, "kana": region.kana} for region in regions]
    return JsonResponse({"regions": found}, json_dumps_params={"ensure_ascii": False})
