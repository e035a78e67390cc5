"""Every address of the installation: pages for people at the root, machines below /api."""

from django.urls import include, path

urlpatterns = [path("", include("crossdesk.web.urls"))]
