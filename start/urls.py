from django.urls import path

from start import views

app_name = "start"

urlpatterns = [
    path("", views.start, name="start"),
    path("qr.svg", views.qr_code, name="qr_code"),
    path("tell/", views.tell, name="tell"),
]
