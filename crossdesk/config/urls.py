"""Every address of the installation: pages for people at the root, machines below /api."""

from django.urls import include, path

urlpatterns = [path("", include("crossdesk.web.urls"))]

handler400 = "crossdesk.web.errors.bad_request"
handler403 = "crossdesk.web.errors.forbidden"
handler404 = "crossdesk.web.errors.not_found"
handler500 = "crossdesk.web.errors.broken"
