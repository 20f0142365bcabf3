from django.urls import path

from organizations.views import answering, editing, members, pages, picking, registration

app_name = "organizations"

urlpatterns = [
    path("", pages.OrganizationListView.as_view(), name="list"),
    path("new/", registration.create, name="create"),
    path("address/", editing.address, name="address"),
    path("pick/<slug:name>/", picking.pick, name="pick"),
    path("invitations/<int:pk>/", answering.own_invitation, name="accept_own_invitation"),
    path("invitations/<str:token>/", answering.invitation, name="invitation"),
    path("<int:pk>/", pages.OrganizationDetailView.as_view(), name="detail"),
    path("<int:pk>/register/<int:number>/", registration.step, name="register"),
    path("<int:pk>/submitted/", registration.submitted, name="submitted"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/members/", members.members, name="members"),
    path("<int:pk>/members/invite/", members.send_invitation, name="invite"),
    path("<int:pk>/members/leave/", members.leave, name="leave"),
    path("<int:pk>/members/hand-over/", members.hand_over_to, name="hand_over"),
    path("<int:pk>/members/<int:membership_pk>/role/", members.set_role, name="set_role"),
    path("<int:pk>/members/<int:membership_pk>/remove/", members.remove_member, name="remove_member"),
    path(
        "<int:pk>/members/invitations/<int:invitation_pk>/revoke/", members.revoke_invitation, name="revoke_invitation"
    ),
    path(
        "<int:pk>/members/invitations/<int:invitation_pk>/resend/", members.resend_invitation, name="resend_invitation"
    ),
]
