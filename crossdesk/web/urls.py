"""Every address of the pages. What lies below /w/<slug>/ is for members of that workspace alone."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from crossdesk.web import door
from crossdesk.web.pages.account import links, profile
from crossdesk.web.pages.account import views as account
from crossdesk.web.pages.accounts import outside
from crossdesk.web.pages.accounts import views as accounts
from crossdesk.web.pages.beginning import checklist, steps, welcome
from crossdesk.web.pages.gallery import views as gallery
from crossdesk.web.pages.imports import views as imports
from crossdesk.web.pages.inbox import (
    acts,
    attaching,
    explaining,
    files,
    filters,
    helping,
    many,
    palette,
    parting,
    same_person,
    writing,
)
from crossdesk.web.pages.inbox import views as inbox
from crossdesk.web.pages.notices import views as notices
from crossdesk.web.pages.operations import deliveries as operations_deliveries
from crossdesk.web.pages.operations import views as operations
from crossdesk.web.pages.organisation import urls as organisation
from crossdesk.web.pages.quality import apart as quality_apart
from crossdesk.web.pages.quality import labelling
from crossdesk.web.pages.quality import learned as quality_learned
from crossdesk.web.pages.quality import views as quality
from crossdesk.web.pages.scoreboard import views as scoreboard
from crossdesk.web.pages.today import views as today

app_name = "web"

workspace: list[URLPattern | URLResolver] = [
    path("", account.workspace, name="workspace"),
    path("today", today.today, name="today"),
    path("today/body", today.today_body, name="today_body"),
    path("desks/<slug:key>", today.desk, name="desk"),
    path("desks/<slug:key>/body", today.desk_body, name="desk_body"),
    path("desks/<slug:key>/goal", today.set_goal, name="desk_goal"),
    path("set-up", steps.set_up, name="set_up"),
    path("set-up/company", steps.company, name="set_up_company"),
    path("set-up/departments", steps.departments, name="set_up_departments"),
    path("set-up/account", steps.account, name="set_up_account"),
    path("set-up/people", steps.people, name="set_up_people"),
    path("set-up/ready", steps.ready, name="set_up_ready"),
    path("set-up/ready/body", steps.ready_body, name="set_up_ready_body"),
    path("set-up/list", checklist.act, name="checklist"),
    path("notices", notices.notices, name="notices"),
    path("notices/bell", notices.bell, name="bell"),
    path("notices/seen", notices.see_all, name="notices_seen"),
    path("notices/wish", notices.wish, name="notices_wish"),
    path("notices/<int:notice_id>", notices.notice, name="notice"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<slug:key>", inbox.queue, name="queue"),
    path("inbox/<slug:key>/rows", inbox.rows, name="queue_rows"),
    path("inbox/<slug:key>/queues", inbox.queues, name="queues"),
    path("inbox/<slug:key>/<int:conversation_id>", inbox.opened, name="open"),
    path("preference", profile.preference, name="preference"),
    path("filter", filters.form, name="filter"),
    path("filters", filters.save, name="save_filter"),
    path("filters/<int:filter_id>/rename", filters.rename, name="rename_filter"),
    path("filters/<int:filter_id>/remove", filters.remove, name="remove_filter"),
    path("filters/<int:filter_id>/restore", filters.restore, name="restore_filter"),
    path("palette", palette.found, name="palette"),
    path("inbox/<slug:key>/many", many.bar, name="many_bar"),
    path("inbox/<slug:key>/many/<slug:name>", many.act, name="many"),
    path("inbox/<slug:key>/many/<uuid:batch>/undo", many.undo, name="undo_many"),
    path("conversations/<int:conversation_id>", inbox.conversation, name="conversation"),
    path("conversations/<int:conversation_id>/main", inbox.main, name="conversation_main"),
    path("conversations/<int:conversation_id>/lines", inbox.lines, name="conversation_lines"),
    path("conversations/<int:conversation_id>/act/resolve", acts.resolve),
    path("conversations/<int:conversation_id>/act/ask", acts.ask),
    path("conversations/<int:conversation_id>/act/enclose", acts.enclose),
    path("conversations/<int:conversation_id>/act/<slug:name>", acts.act, name="act"),
    path("conversations/<int:conversation_id>/duties/<int:duty_id>/done", acts.duty_done, name="duty_done"),
    path("conversations/<int:conversation_id>/note", writing.note, name="note"),
    path("conversations/<int:conversation_id>/reply", writing.reply, name="reply"),
    path("conversations/<int:conversation_id>/parts", parting.preview, name="parts"),
    path("conversations/<int:conversation_id>/replies/<int:reply_id>/rest/<slug:name>", writing.rest, name="rest"),
    path("conversations/<int:conversation_id>/held/<int:reply_id>/send", writing.held_send, name="held_send"),
    path("conversations/<int:conversation_id>/held/<int:reply_id>/discard", writing.held_discard, name="held_discard"),
    path("conversations/<int:conversation_id>/replies/<int:reply_id>/undo", writing.undo, name="reply_undo"),
    path("conversations/<int:conversation_id>/later/<int:reply_id>/<slug:name>", writing.later_act, name="later_act"),
    path("conversations/<int:conversation_id>/draft", writing.draft, name="draft"),
    path("conversations/<int:conversation_id>/help", helping.words, name="writing_help"),
    path("conversations/<int:conversation_id>/pictures", attaching.attach, name="attach"),
    path("conversations/<int:conversation_id>/pictures/<int:attachment_id>/alt", attaching.describe, name="describe"),
    path("conversations/<int:conversation_id>/pictures/<int:attachment_id>/remove", attaching.detach, name="detach"),
    path("pictures/<int:attachment_id>", attaching.picture, name="attachment"),
    path("emoji", helping.emoji, name="emoji"),
    path("messages/<int:message_id>/correct", acts.correct, name="correct"),
    path("messages/<int:message_id>/why", explaining.why, name="why"),
    path("corrections/<int:correction_id>/undo", acts.uncorrect, name="uncorrect"),
    path("media/<int:media_id>", files.media, name="media"),
    path("acts/<int:act_id>/undo", acts.undo, name="undo"),
    path("contacts/<int:contact_id>/said", inbox.said, name="said"),
    path("contacts/<int:contact_id>/same/<int:other_id>", same_person.same_person, name="same_person"),
    path("contacts/<int:contact_id>/apart/<int:other_id>", same_person.not_the_same, name="not_the_same"),
    path("scoreboard", scoreboard.scoreboard, name="scoreboard"),
    path("scoreboard/<slug:key>", scoreboard.measure, name="measure"),
    path("scoreboard/<slug:key>.csv", scoreboard.measure_csv, name="measure_csv"),
    path("quality", quality.page, name="quality"),
    path("quality/share", quality.set_share, name="quality_share"),
    path("quality/draw", quality.draw, name="quality_draw"),
    path("quality/learned", quality_learned.page, name="quality_learned"),
    path("quality/learned/<int:learned_id>/use", quality_learned.use, name="quality_use"),
    path("quality/learned/<int:learned_id>/general", quality_learned.use_general, name="quality_general"),
    path("quality/label", labelling.following, name="quality_label"),
    path("quality/label/<int:sample_id>", labelling.sample, name="quality_sample"),
    path("quality/messages/<slug:head>", quality.rows, name="quality_rows"),
    path("quality/twice/<slug:head>", quality_apart.twice, name="quality_twice"),
    path("quality/corrections/<slug:head>", quality_apart.fixes, name="quality_fixes"),
    path("operations", operations.failed, name="operations"),
    path("operations/jobs/<int:job_id>/again", operations.run_again, name="run_again"),
    path("operations/waiting", operations.waiting, name="operations_waiting"),
    path("operations/deliveries", operations_deliveries.deliveries, name="operations_deliveries"),
    path("operations/deliveries/<int:delivery_id>/again", operations_deliveries.again, name="read_again"),
    path("operations/deliveries/of/<int:account_id>", operations_deliveries.range_again, name="read_range_again"),
    path("operations/outbox", operations.outbox, name="operations_outbox"),
    path("operations/outbox/<int:item_id>", operations.outbox_act, name="outbox_act"),
    path("operations/holds", operations.holds, name="operations_holds"),
    path("operations/holds/put", operations.put_hold, name="put_hold"),
    path("operations/holds/<int:hold_id>/lift", operations.lift_hold, name="lift_hold"),
    path("operations/audit", operations.audit, name="operations_audit"),
    path("organisation/", include(organisation.urlpatterns)),
    path("profile", profile.profile, name="profile"),
    path("profile/password", profile.password, name="own_password"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/connect", accounts.connect, name="connect"),
    path("accounts/connected", accounts.connected, name="connected"),
    path("accounts/stop-practising", accounts.stop_practising, name="stop_practising"),
    path("imports", imports.imports, name="imports"),
    path("imports/<int:import_id>", imports.one, name="import"),
    path("imports/<int:import_id>/state", imports.state, name="import_state"),
    path("imports/<int:import_id>/act", imports.act, name="import_act"),
    path("imports/<int:import_id>/errors.csv", imports.errors, name="import_errors"),
    path("accounts/<int:account_id>", accounts.account, name="account"),
    path("accounts/<int:account_id>/act", accounts.act, name="account_act"),
    path("accounts/<int:account_id>/access", accounts.access, name="account_access"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.home, name="home"),
    path("welcome", welcome.closed, name="closed"),
    path("welcome/<slug:token>", welcome.welcome, name="welcome"),
    path("sign-in", account.sign_in, name="sign_in"),
    path("sign-out", account.sign_out, name="sign_out"),
    path("join/<slug:token>", links.join, name="join"),
    path("reset/<slug:token>", links.new_password, name="new_password"),
    path("theme", account.theme, name="theme"),
    path("gallery", gallery.components, name="gallery"),
    path("gallery/inbox", gallery.inbox, name="gallery_inbox"),
    path("gallery/error/<int:status>", gallery.error, name="gallery_error"),
    path("in/<slug:network>/<slug:key>/", door.door, name="door"),
    path("oauth/<slug:network>/client-metadata.json", outside.description, name="network_description"),
    path("oauth/<slug:network>/back", outside.back, name="back"),
    path("w/<slug:slug>/", include(workspace)),
]
