// The three panes: which row is open, drawers on narrow screens, and a thread that never moves under the reader.

const inbox = document.querySelector("[data-inbox]");

if (inbox) {
  const mainOf = () => document.getElementById("conversation-main");
  const threadOf = () => document.querySelector("[data-thread]");
  const opened = () => mainOf()?.dataset.conversation;
  const atEnd = (thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 48;
  // Lines out of sight have only a guessed height, so the end moves while it comes into sight: until it rests.
  const toEnd = (thread, tries = 30, rested = 0, was = -1) => {
    thread.scrollTop = thread.scrollHeight;
    const rests = thread.scrollTop === was ? rested + 1 : 0;
    if (rests < 3 && tries) requestAnimationFrame(() => toEnd(thread, tries - 1, rests, thread.scrollTop));
  };

  const mark = (id) => {
    for (const row of document.querySelectorAll(".row-card[aria-current]")) if (row.dataset.row !== id) row.removeAttribute("aria-current");
    const row = document.getElementById(`row-${id}`);
    row?.setAttribute("aria-current", "true");
    if (row) row.dataset.fresh = "no";
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
    if (event.target.closest("[data-to-end]")) {
      if (threadOf().querySelector("[data-newer]")) window.htmx.ajax("GET", `${inbox.dataset.base}/${opened()}`, { target: "#conversation", swap: "innerHTML" });
      else toEnd(threadOf());
      hidePill();
    }
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
  // Only what draws the conversation can move its thread: to ask the browser for places costs a layout.
  const drawing = new WeakSet(); // answers under way: two may be swapped in at once
  const inThread = ({ target }) => {
    const place = typeof target === "string" ? document.querySelector(target) : target;
    return (place?.closest?.("#conversation") && !place.closest(".reading")) || place?.querySelector?.("#conversation");
  };
  document.addEventListener("htmx:before:swap", (event) => {
    if (!(event.detail.tasks ?? []).some(inThread)) return;
    drawing.add(event.detail.ctx);
    const thread = threadOf();
    for (const task of thread ? event.detail.tasks ?? [] : []) {
      const fresh = task.fragment?.querySelector?.("[data-thread]");
      if (fresh?.id === thread.id) keepLoaded(thread, fresh);
    }
    const came = event.detail.ctx.sourceElement?.dataset ?? {};
    before = thread && { id: opened(), end: atEnd(thread), last: document.querySelector(".conversation-head")?.dataset.lastSaid, top: thread.scrollTop, line: came.older === undefined ? null : firstSeen(thread), came };
  });
  // The line one reads stays where it is while others come above it, whatever height they turn out to have.
  function firstSeen(thread) {
    const top = thread.getBoundingClientRect().top;
    const line = [...thread.querySelectorAll(":scope > [id^=entry-]")].find((one) => one.getBoundingClientRect().bottom > top);
    return line && { id: line.id, top: line.getBoundingClientRect().top };
  }
  function hold(thread, line, tries = 4) {
    const now = line && document.getElementById(line.id);
    if (!now) return;
    thread.scrollTop += now.getBoundingClientRect().top - line.top;
    if (tries) requestAnimationFrame(() => hold(thread, line, tries - 1));
  }
  // A redrawn thread comes with its newest lines; what was loaded before them, or around another place, stays.
  function keepLoaded(thread, fresh) {
    if (thread.querySelector("[data-newer]")) {
      fresh.replaceChildren(...[...thread.children].map((line) => line.cloneNode(true)));
      return;
    }
    const first = fresh.querySelector("[id^=entry-]");
    const same = first && document.getElementById(first.id);
    if (!same) return;
    const day = document.getElementById(first.id.replace("entry", "day"));
    const older = [];
    for (const line of thread.children) {
      if (line === same || line === day) break;
      older.push(line.cloneNode(true));
    }
    fresh.querySelector("[id^=older-]")?.remove();
    if (!day) fresh.querySelector(`#${first.id.replace("entry", "day")}`)?.remove();
    fresh.prepend(...older);
  }
  function begin(thread) {
    const place = thread.dataset.at && document.getElementById(thread.dataset.at);
    if (!place) { toEnd(thread); return; }
    place.dataset.fresh = "yes";
    const put = (tries) => { place.scrollIntoView({ block: "center" }); if (tries) requestAnimationFrame(() => put(tries - 1)); };
    put(3);
  }
  const settle = (event) => {
    const thread = threadOf();
    if (!thread) return;
    const head = document.querySelector(".conversation-head");
    if (!before || before.id !== opened()) {
      begin(thread);
    } else if (before.came.newer !== undefined) {
      thread.scrollTop = before.top;
    } else if (before.came.older !== undefined) {
      hold(thread, before.line);
    } else if (before.end) {
      toEnd(thread);
    } else if (before.last !== head.dataset.lastSaid) {
      const pill = document.querySelector("[data-to-end]");
      if (pill) pill.hidden = false;
    }
    if (before && before.id === opened() && before.last !== head.dataset.lastSaid) {
      document.getElementById(`entry-${head.dataset.lastSaid}`)?.setAttribute("data-fresh", "yes");
    }
    if (!before || before.id !== opened()) mark(opened());
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
  document.addEventListener("htmx:after:swap", (event) => {
    if (drawing.delete(event.detail.ctx)) settle(event);
    else if (event.target.id === "rows") mark(opened());
  });
  document.addEventListener("scroll", (event) => { if (event.target.matches?.("[data-thread]") && atEnd(event.target)) hidePill(); }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") delete inbox.dataset.drawer; });

  // --- an act says which one is next
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.target?.id === "conversation-main" && ctx.request.method === "POST") {
      ctx.request.body.set("next", nextOf(opened()));
    }
  });
  settle();
}
