"""Every address of the pages. What lies below /w/<slug>/ is for members of that workspace alone."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from crossdesk.web.pages.account import views as account
from crossdesk.web.pages.gallery import views as gallery

app_name = "web"

workspace: list[URLPattern | URLResolver] = [
    path("", account.workspace, name="workspace"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.home, name="home"),
    path("sign-in", account.sign_in, name="sign_in"),
    path("sign-out", account.sign_out, name="sign_out"),
    path("theme", account.theme, name="theme"),
    path("gallery", gallery.components, name="gallery"),
    path("gallery/inbox", gallery.inbox, name="gallery_inbox"),
    path("gallery/error/<int:status>", gallery.error, name="gallery_error"),
    path("w/<slug:slug>/", include(workspace)),
]
