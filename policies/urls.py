from django.urls import path

from policies import editing, standard_amount_views, views

app_name = "policies"

urlpatterns = [
    path("", views.PolicyListView.as_view(), name="list"),
    path("<int:pk>/", views.PolicyDetailView.as_view(), name="detail"),
    path("new/", editing.NewPolicyView.as_view(), name="create"),
    path("<int:pk>/edit/", editing.EditPolicyView.as_view(), name="edit"),
    path("<int:pk>/next-year/", editing.NewPolicyView.as_view(), name="next_year"),
    path("<int:pk>/changes/", views.changes, name="changes"),
    path("standard-amount/", standard_amount_views.standard_amount, name="standard_amount"),
    path("standard-amount/csv/", standard_amount_views.standard_amount_csv, name="standard_amount_csv"),
]
