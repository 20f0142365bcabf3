from django.urls import path

from cases import editing, proposal_pages, views, writing
from cases.picking_page import pick
from cases.pictures import PicturesView

app_name = "cases"

urlpatterns = [
    path("", views.CaseListView.as_view(), name="list"),
    path("new/", writing.begin, name="create"),
    path("new/short/", writing.NewCaseView.as_view(), name="create_short"),
    path("new/full/", writing.NewFullCaseView.as_view(), name="create_full"),
    path("pick/<slug:name>/", pick, name="pick"),
    path("of-policy/<int:pk>/", proposal_pages.of_policy, name="of_policy"),
    path("proposals/<int:pk>/", proposal_pages.proposal, name="proposal"),
    path("proposals/<int:pk>/withdraw/", proposal_pages.withdraw, name="withdraw_proposal"),
    path("<int:pk>/", views.CaseDetailView.as_view(), name="detail"),
    path("<int:pk>/tree/", views.tree, name="tree"),
    path("<int:pk>/edit/", editing.EditFullCaseView.as_view(), name="edit"),
    path("<int:pk>/edit/short/", editing.EditCaseView.as_view(), name="edit_short"),
    path("<int:pk>/images/", PicturesView.as_view(), name="pictures"),
]
