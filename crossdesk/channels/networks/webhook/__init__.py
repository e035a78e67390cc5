"""Any source that can send signed JSON: a shop, a form, a forum, a script. docs/networks/webhook.md."""
