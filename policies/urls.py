from django.urls import path

from policies import standard_amount_views

app_name = "policies"

urlpatterns = [
    path("standard-amount/", standard_amount_views.standard_amount, name="standard_amount"),
    path("standard-amount/csv/", standard_amount_views.standard_amount_csv, name="standard_amount_csv"),
]
