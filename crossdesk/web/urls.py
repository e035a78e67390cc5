from typing import Any

app_name = "web"
urlpatterns: list[Any] = []
