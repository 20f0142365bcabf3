from django.urls import path

from events import editing, export_views, ics_views, import_views, state_page, video_serving, videos, views
from publishing.upload_handler import takes_files_of

app_name = "events"

urlpatterns = [
    path("", views.EventListView.as_view(), name="list"),
    path("past/", views.PastEventListView.as_view(), name="past"),
    path("archive/", views.EventArchiveView.as_view(), name="archive"),
    path("calendar/", views.EventCalendarView.as_view(), name="calendar"),
    path("calendar/<int:year>/<int:month>/", views.EventCalendarView.as_view(), name="month"),
    path("calendar/<int:year>/<int:month>/<int:day>/", views.EventDayView.as_view(), name="day"),
    path("new/", editing.NewEventView.as_view(), name="create"),
    path("<int:pk>/edit/", editing.EditEventView.as_view(), name="edit"),
    path("<int:pk>/copy/", editing.NewEventView.as_view(), name="copy"),
    path("<int:pk>/state/", state_page.StateView.as_view(), name="state"),
    path("events.ics", ics_views.feed, name="feed"),
    path("export.csv", export_views.export, name="export"),
    path("import/", import_views.UploadView.as_view(), name="import"),
    path("import/template.csv", import_views.template_file, {"ending": "csv"}, name="import_template_csv"),
    path("import/template.xlsx", import_views.template_file, {"ending": "xlsx"}, name="import_template_xlsx"),
    path("import/<int:pk>/", import_views.import_page, name="import_page"),
    path("import/<int:pk>/start/", import_views.start, name="import_start"),
    path("<int:pk>/event.ics", ics_views.event_file, name="ics"),
    path("<int:pk>/qr.svg", views.qr_code, name="qr_code"),
    path("<int:pk>/videos/", takes_files_of(videos.largest_upload)(videos.VideosView.as_view()), name="videos"),
    path("<int:pk>/videos/<int:video_pk>/", videos.VideoTextsView.as_view(), name="video_texts"),
    path("videos/<int:pk>/captions.vtt", video_serving.captions, name="captions"),
    path("videos/<path:path>", video_serving.video, name="video"),
    path("<int:pk>/", views.EventDetailView.as_view(), name="detail"),
]
