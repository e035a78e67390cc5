// The three panes: which row is open, drawers on narrow screens, and a thread that never moves under the reader.

const inbox = document.querySelector("[data-inbox]");

if (inbox) {
  const mainOf = () => document.getElementById("conversation-main");
  const threadOf = () => document.querySelector("[data-thread]");
  const opened = () => mainOf()?.dataset.conversation;
  const atEnd = (thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 48;
  const toEnd = (thread) => { thread.scrollTop = thread.scrollHeight; };

  const mark = (id) => {
    for (const row of document.querySelectorAll(".row-card[aria-current]")) if (row.dataset.row !== id) row.removeAttribute("aria-current");
    document.getElementById(`row-${id}`)?.setAttribute("aria-current", "true");
  };

  inbox.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      mark(row.dataset.row);
      inbox.dataset.view = "conversation";
    }
    const opener = event.target.closest("[data-drawer-open]");
    if (opener) inbox.dataset.drawer = opener.dataset.drawerOpen;
    else if (event.target === inbox || event.target.closest("[data-drawer-close]")) delete inbox.dataset.drawer;
    if (event.target.closest("[data-contact-toggle]")) toggleContact();
    if (event.target.closest("[data-to-end]")) { toEnd(threadOf()); hidePill(); }
    const back = event.target.closest("[data-back]");
    if (back && document.querySelector(".row-card")) {
      event.preventDefault();
      inbox.dataset.view = "list";
      history.replaceState(history.state, "", back.href);
    }
  });

  function toggleContact() {
    if (matchMedia("(width < 82rem)").matches) {
      if (inbox.dataset.drawer === "contact") delete inbox.dataset.drawer;
      else inbox.dataset.drawer = "contact";
      return;
    }
    inbox.dataset.contact = inbox.dataset.contact === "closed" ? "open" : "closed";
    document.cookie = `crossdesk_contact=${inbox.dataset.contact}; path=/; max-age=31536000; samesite=lax`;
  }

  const hidePill = () => { const pill = document.querySelector("[data-to-end]"); if (pill) pill.hidden = true; };

  // --- keep the reader's place
  let before = null;
  document.addEventListener("htmx:before:swap", () => {
    const thread = threadOf();
    before = thread && { id: opened(), end: atEnd(thread), last: document.querySelector(".conversation-head")?.dataset.lastSaid, height: thread.scrollHeight, top: thread.scrollTop };
  });
  const settle = (event) => {
    const thread = threadOf();
    if (!thread) return;
    const head = document.querySelector(".conversation-head");
    if (!before || before.id !== opened()) {
      toEnd(thread);
    } else if (event?.detail?.ctx?.sourceElement?.dataset.older !== undefined) {
      thread.scrollTop = before.top + thread.scrollHeight - before.height;
    } else if (before.end) {
      toEnd(thread);
    } else if (before.last !== head.dataset.lastSaid) {
      const pill = document.querySelector("[data-to-end]");
      if (pill) pill.hidden = false;
    }
    if (before && before.id === opened() && before.last !== head.dataset.lastSaid) {
      document.getElementById(`entry-${head.dataset.lastSaid}`)?.setAttribute("data-fresh", "yes");
    }
    mark(opened());
    before = null;
    if (event?.detail?.ctx?.hx?.retarget === "#conversation") arrive(opened());
  };

  // The server has opened another one: the address follows, and the focus is on its row, so that the keys go on from there.
  function arrive(id) {
    const address = `${inbox.dataset.base}/${id}${location.search}`;
    if (location.pathname + location.search !== address) history.pushState({ htmx: true }, "", address);
    const row = document.getElementById(`row-${id}`);
    row?.scrollIntoView({ block: "nearest" });
    (row?.getClientRects().length ? row : threadOf())?.focus({ preventScroll: true });
  }

  // The row to go to when this one is done: the one after it, else the one before.
  function nextOf(id) {
    const rows = [...document.querySelectorAll("[data-line]")];
    const place = rows.findIndex((row) => row.dataset.line === id);
    return (rows[place + 1] ?? rows[place - 1])?.dataset.line ?? "";
  }
  document.addEventListener("htmx:after:swap", settle);
  document.addEventListener("scroll", (event) => { if (event.target.matches?.("[data-thread]") && atEnd(event.target)) hidePill(); }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") delete inbox.dataset.drawer; });

  // --- a redrawn thread keeps all the lines that were loaded
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.target?.id === "conversation-main") {
      if (ctx.request.method === "POST") ctx.request.body.set("next", nextOf(opened()));
      ctx.request.body.set("lines", String(document.querySelectorAll("[data-thread] > [id^=entry-]").length));
    }
  });
  settle();
}
