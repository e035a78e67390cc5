// The live line: the server says that something is new since a number; the page's own fragments fetch it.
// A dropped line asks again from the last number it knows, so nothing is missed and nothing is guessed by time.

const place = document.querySelector("[data-live-line]");
const dot = document.querySelector("[data-live-dot]");

if (place) {
  const address = place.dataset.liveLine;
  const HIDDEN_FOR = 60000;
  let since = Number(place.dataset.since || 0);
  let source = null;
  let tries = 0;
  let again = 0;
  let sleep = 0;
  const waiting = new Map();

  const show = (state) => {
    if (!dot || dot.dataset.state === state) return;
    dot.dataset.state = state;
    const words = state === "lost" ? dot.dataset.lostWords : dot.dataset.liveWords;
    dot.title = words;
    dot.querySelector("span").textContent = words;
    const banner = document.querySelector("[data-line-lost]");
    if (banner) banner.textContent = state === "lost" ? banner.dataset.lineLost : "";
    if (state === "live") for (const element of document.querySelectorAll("[data-live][data-stale]")) refresh(element);
  };

  // at: no sooner than so many milliseconds from now. What is asked for twice meanwhile is fetched once.
  const refresh = (element, at = 0) => {
    if (document.hidden) {
      element.dataset.stale = "yes";
      return;
    }
    const now = performance.now();
    const due = Math.max(now + at, (element.refreshedAt ?? -400) + 400);
    if (waiting.get(element)?.due <= due) return;
    clearTimeout(waiting.get(element)?.timer);
    const timer = setTimeout(() => {
      waiting.delete(element);
      if (!element.isConnected) return;
      element.refreshedAt = performance.now();
      delete element.dataset.stale;
      window.htmx.trigger(element, "live");
    }, due - now);
    waiting.set(element, { due, timer });
  };

  const concerns = (element, news) => {
    const conversation = element.dataset.conversation;
    if (!conversation || !news.conversations) return true;
    return news.conversations.includes(Number(conversation));
  };

  const hear = (event) => {
    const news = event.data ? JSON.parse(event.data) : {};
    const number = Number(news.number ?? event.lastEventId ?? 0);
    if (number > since) since = number;
    tries = 0;
    show("live");
    document.dispatchEvent(new CustomEvent("crossdesk:news", { detail: news }));
    for (const element of document.querySelectorAll("[data-live]")) if (concerns(element, news)) refresh(element);
  };

  const close = () => {
    clearTimeout(again);
    source?.close();
    source = null;
  };

  const open = () => {
    close();
    source = new EventSource(`${address}?since=${since}`);
    source.onopen = () => { tries = 0; show("live"); };
    source.addEventListener("here", (event) => { since = Math.max(since, Number(event.lastEventId)); });
    source.addEventListener("news", hear);
    source.onerror = () => {
      close();
      tries += 1;
      if (tries > 1) show("lost");
      again = setTimeout(open, Math.min(15000, 400 * 2 ** tries) * (0.7 + Math.random() * 0.6));
    };
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(sleep);
    if (document.hidden) sleep = setTimeout(close, HIDDEN_FOR);
    else {
      if (!source) open();
      for (const element of document.querySelectorAll("[data-live][data-stale]")) refresh(element);
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("online", open);
  window.addEventListener("offline", () => show("lost"));
  // What the reader changed shows in the other panes too; `redraw`: in the open conversation as well. The line tells of it
  // within the blink that is waited here, so that each pane is drawn once; without a line nobody else will tell.
  document.body.addEventListener("inbox-changed", (event) => {
    for (const element of document.querySelectorAll("[data-live]")) {
      const open = element.dataset.live === "conversation";
      const again = event.detail.redraw && event.detail.ids.includes(Number(element.dataset.conversation));
      if (!open || again) refresh(element, !again && source?.readyState === EventSource.OPEN ? 300 : 0);
    }
  });
  open();
}
