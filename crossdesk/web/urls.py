"""Every address of the pages. What lies below /w/<slug>/ is for members of that workspace alone."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from crossdesk.web.pages.account import views as account
from crossdesk.web.pages.accounts import views as accounts
from crossdesk.web.pages.gallery import views as gallery

app_name = "web"

workspace: list[URLPattern | URLResolver] = [
    path("", account.workspace, name="workspace"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/connect", accounts.connect, name="connect"),
    path("accounts/connected", accounts.connected, name="connected"),
    path("accounts/<int:account_id>", accounts.account, name="account"),
    path("accounts/<int:account_id>/act", accounts.act, name="account_act"),
    path("accounts/<int:account_id>/access", accounts.access, name="account_access"),
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
