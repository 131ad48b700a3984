// The element that people see. One script tag makes one <ask-chat>; its data- attributes are those of the tag.

const NEAR_END_PIXELS = 60;
const SLOW_SECONDS = 8;
const COUNT_FROM = 200;
const SCRIPT = document.currentScript;
const CAN_HOVER = matchMedia("(hover: hover)");
const ON_PHONE = matchMedia("(max-width: 480px)");

class AskChat extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #parts = {};
  #unread = 0;
  #pushed = false;

  connectedCallback() {
    if (this.#parts.panel) return;
    this.#readOptions();
    this.#root.adoptedStyleSheets = [sheet(STYLE), sheet(colours(this.dataset.colour))];
    this.#build();
    onThreeShifts((left) => this.#countShifts(left));
    addEventListener("pagehide", (event) => event.persisted || this.#conversation.forget(true));
    addEventListener("popstate", () => this.#pushed && this.#close(false));
    if (!this.#onPage && "open" in this.dataset) this.open();
  }

  /** Opens the chat. */
  open() {
    const { panel, bar } = this.#parts;
    if (this.#onPage || panel.open) return;
    panel.showModal();
    bar.hidden = true;
    this.#unread = 0;
    this.#showUnread();
    // Browsers with CloseWatcher close a dialog by the back button themselves. For others, an entry to go back to.
    this.#pushed = ON_PHONE.matches && !("CloseWatcher" in window);
    if (this.#pushed) history.pushState(null, "");
    this.#settle();
  }

  /** Closes the chat; the conversation stays until it is erased or the page is left. */
  close() {
    this.#close(true);
  }

  #conversation;
  #server;
  #onPage;
  #most;

  #readOptions() {
    const { server, position, mostCharacters, dir } = this.dataset;
    this.#server = new URL(server ?? SCRIPT?.src ?? location.href, location.href).origin;
    this.#conversation = new Conversation(this.#server);
    this.#onPage = position === "page";
    this.#most = Number(mostCharacters) || 1000;
    if (dir) this.setAttribute("dir", dir);
  }

  // ---- What is on the screen

  #build() {
    const words = { ...WORDS, ...(this.dataset.title && { title: this.dataset.title }) };
    const parts = (this.#parts = {});
    const button = (name, click, attributes = {}) =>
      make("button", { type: "button", class: name, click, ...attributes }, words[name]);
    const leaving = { "aria-describedby": "hint" };
    parts.log = make("div", { role: "log", "aria-label": words.log, tabindex: "0", scroll: () => this.#markRead() });
    parts.newer = make("button", { type: "button", class: "newer", hidden: true, click: () => this.#toNewest() }, words.newer);
    parts.status = make("p", { role: "status" });
    parts.alert = make("p", { role: "alert" });
    parts.field = make("textarea", {
      id: "field", rows: "1", autocomplete: "off", dir: "auto", enterkeyhint: "send", "aria-describedby": "count",
      input: () => this.#measure(), keydown: (event) => this.#keyed(event),
    });
    parts.count = make("span", { id: "count" });
    parts.form = make("form", { novalidate: true, submit: (event) => this.#submit(event) },
      make("label", { for: "field" }, words.label), parts.count,
      make("div", { class: "row" }, parts.field, make("button", { class: "send" }, words.send)),
      make("p", { class: "foot" }, button("erase", () => this.#erase()),
        link(words.privacy, this.dataset.privacy || "/privacy", this.#server), link(words.about, "/about", this.#server)));
    parts.panel = make(this.#onPage ? "main" : "dialog", { class: "panel", "aria-labelledby": "title", click: (event) => this.#clicked(event), close: () => this.#close(true) },
      make("div", { class: "head" },
        make(this.#onPage ? "h1" : "h2", { id: "title", tabindex: "-1" }, words.title),
        button("leave", () => this.#leave(), leaving), make("span", { id: "hint", hidden: true }, words.leaveHint),
        this.#onPage ? "" : button("close", () => this.close())),
      make("div", { class: "talk" }, parts.log, parts.newer), parts.status, parts.alert, parts.form);
    parts.bar = make("div", { class: "bar", popover: "manual", hidden: this.#onPage },
      make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", click: () => this.open() },
        make("span", {}, words.title), make("span", { class: "unread" })),
      make("button", { type: "button", class: "leave", hidden: true, click: () => this.#leave() }, words.leave));
    this.#root.append(make("div", { class: "all", lang: "en" }, parts.bar, parts.panel));
    if (!this.#onPage) parts.bar.showPopover?.();
    this.#greet();
  }

  #greet() {
    const { hello, privacyHint, danger, starters } = WORDS;
    this.#parts.log.replaceChildren(make("div", { class: "bubble bot" },
      ...[hello, privacyHint, danger].map((text) => make("p", {}, text))), this.#next(starters));
  }

  #showUnread() {
    this.#parts.bar.querySelector(".unread").textContent = this.#unread ? `${this.#unread} ${WORDS.unread}${this.#unread > 1 ? "s" : ""}` : "";
  }

  // ---- One message and its replies

  #submit(event) {
    event.preventDefault();
    const { field } = this.#parts;
    const text = field.value.trim();
    const over = [...text].length - this.#most;
    this.#alert(!text ? WORDS.empty : over > 0 ? WORDS.tooLong(over) : "");
    if (!text) return field.focus();
    if (over > 0) return this.#submitTooLong(text);
    this.#empty();
    this.#ask(text, { text });
  }

  /** The server answers what is too long if somebody is in danger. Anybody else keeps their text, to shorten it. */
  async #submitTooLong(text) {
    this.#parts.field.focus();
    const replies = await this.#conversation.send(Conversation.newSend({ text })).catch(() => []);
    if (!replies.length) return;
    this.#alert("");
    this.#empty();
    this.#said(text);
    for (const reply of replies) this.#reply(reply);
  }

  #empty() {
    this.#parts.field.value = "";
    this.#measure();
  }

  #ask(shown, body) {
    this.#said(shown);
    return this.#deliver(Conversation.newSend(body));
  }

  #said(shown) {
    for (const used of this.#parts.log.querySelectorAll(".next, .helpful")) used.remove();
    this.#parts.log.append(make("div", { class: "bubble you", dir: "auto" }, hidden(`${WORDS.you} `), shown));
    this.#toNewest();
  }

  async #deliver(send) {
    const talk = this.#conversation;
    this.#alert("");
    this.#status(WORDS.writing, "dots");
    const slow = setTimeout(() => this.#status(WORDS.slow, "dots"), SLOW_SECONDS * 1000);
    try {
      for (const reply of await talk.send(send, () => this.#status(WORDS.waiting))) this.#reply(reply);
      this.#status("");
    } catch (trouble) {
      if (trouble === STOPPED) return;
      this.#status("");
      this.#failed(trouble instanceof Refused ? trouble.message : WORDS.failed, send);
    } finally {
      clearTimeout(slow);
    }
  }

  #failed(words, send) {
    this.#alert(words);
    this.#parts.alert.append(" ", make("button", { type: "button", click: () => {
      this.#settle();
      this.#deliver(send);
    } }, WORDS.again));
  }

  #reply(reply) {
    const urgent = reply.kind === "urgent";
    const { log, panel } = this.#parts;
    const reading = log.scrollHeight - log.scrollTop - log.clientHeight > NEAR_END_PIXELS;
    const bubble = make("div", { class: `bubble ${urgent ? "urgent" : "bot"}`, dir: "auto", ...(urgent && { role: "alert" }) },
      urgent ? make("p", { class: "flag" }, make("span", { "aria-hidden": "true" }, "⚠ "), WORDS.urgent) : hidden(`${WORDS.answer} `),
      ...blocks(reply.text, this.#server));
    if (reply.sources?.length) bubble.append(this.#sources(reply));
    log.append(bubble, this.#tools(reply, bubble), this.#next(reply.buttons));
    if (reading) this.#parts.newer.hidden = false;
    else bubble.scrollIntoView({ block: "start" });
    if (this.#onPage || panel.open) return;
    this.#unread += 1;
    this.#showUnread();
  }

  #sources({ sources, checked_on: date }) {
    return make("details", {}, make("summary", {}, WORDS.sources(date)),
      make("ul", {}, ...sources.map(({ title, url }) => make("li", {}, link(title, url, this.#server) ?? title))));
  }

  #tools({ kind, text }, bubble) {
    const tools = make("div", { class: "tools", "aria-live": "off" });
    if (kind === "answer") tools.append(this.#helpful());
    if (navigator.clipboard && kind !== "clarify") tools.append(make("button", { type: "button", click: () => this.#copy(text) }, WORDS.copy));
    return tools;
  }

  // The answer to this stays here: docs/adr/0010-helpful-stays-in-the-widget.md
  #helpful() {
    const say = (words) => () => {
      this.#settle();
      row.replaceChildren();
      row.append(words);
      this.#status(words, "hidden"); // to be heard; it is seen in the row
    };
    const row = make("div", { class: "helpful", role: "group", "aria-label": WORDS.helpful }, WORDS.helpful,
      make("button", { type: "button", click: say(WORDS.thanks) }, WORDS.yes),
      make("button", { type: "button", click: say(WORDS.sorry) }, WORDS.no));
    return row;
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#status(WORDS.copied);
    } catch {
      this.#status(WORDS.notCopied);
    }
  }

  #next(buttons = []) {
    if (!buttons.length) return "";
    return make("div", { class: "next", role: "group", "aria-label": WORDS.next, "aria-live": "off" },
      ...buttons.map(({ title, answer }) => make("button", { type: "button", click: () => {
        this.#settle();
        this.#ask(title, { button: answer });
      } }, title)));
  }

  // ---- Keys, focus, scrolling

  #keyed(event) {
    // While an input method composes, Enter is its own; keyCode 229 is how Safari says so.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#parts.form.requestSubmit();
  }

  #measure() {
    const { field, count } = this.#parts;
    field.rows = 1;
    while (field.rows < 6 && field.scrollHeight > field.clientHeight + 2) field.rows += 1;
    const left = this.#most - [...field.value.trim()].length;
    count.textContent = left < COUNT_FROM ? WORDS.left(left) : "";
    field.setAttribute("aria-invalid", left < 0);
  }

  /** Puts the focus where a person goes on: the field, or the log where that would bring up a keyboard. */
  #settle() {
    (CAN_HOVER.matches ? this.#parts.field : this.#parts.log).focus();
  }

  #toNewest() {
    const { log } = this.#parts;
    if (this.#root.activeElement === this.#parts.newer) log.focus();
    log.scrollTop = log.scrollHeight;
    log.lastElementChild.scrollIntoView({ block: "nearest" });
    this.#markRead();
  }

  #markRead() {
    const { log, newer } = this.#parts;
    if (log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR_END_PIXELS) newer.hidden = true;
  }

  #clicked(event) {
    if (event.target === this.#parts.panel && !this.#onPage) this.close(); // beside the panel: on its backdrop
  }

  #close(goBack) {
    const { panel, bar } = this.#parts;
    if (this.#onPage) return;
    if (panel.open) panel.close();
    bar.hidden = bar.querySelector(".leave").hidden = false;
    bar.querySelector(".launcher").focus();
    if (this.#pushed && goBack) history.back();
    this.#pushed = false;
  }

  #status(words, look = "") {
    const { status } = this.#parts;
    status.className = look;
    if (status.textContent !== words) status.textContent = words;
  }

  #alert(words) {
    this.#parts.alert.textContent = words;
  }

  // ---- Leaving nothing

  #wipe() {
    this.#empty();
    this.#status("");
    this.#alert("");
    this.#parts.newer.hidden = true;
    this.#unread = 0;
    this.#showUnread();
    this.#greet();
  }

  async #erase() {
    const forgotten = this.#conversation.forget();
    this.#wipe();
    this.#settle();
    this.#status(WORDS.erased);
    try {
      await forgotten;
    } catch (trouble) {
      if (trouble !== STOPPED) this.#status(WORDS.erasedHere);
    }
  }

  #leave() {
    leave(this.dataset.exit || "https://www.wikipedia.org/", () => {
      this.#conversation.forget(true);
      this.#wipe();
    });
  }

  #countShifts(left) {
    const { panel, bar } = this.#parts;
    const everOpened = this.#onPage || panel.open || !bar.querySelector(".leave").hidden;
    if (!everOpened) return;
    if (left) this.#status(WORDS.leaveCount(left));
    else this.#leave();
  }
}

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** Returns the variables for a colour like #1a56b0: what is written on it is white or black, whichever can be read. */
function colours(colour) {
  if (!/^#[0-9a-f]{6}$/i.test(colour ?? "")) return "";
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue; // WCAG 2.2, "relative luminance"
  return `:host { --chat-colour: ${colour}; --chat-on-colour: ${luminance < 0.183 ? "#fff" : "#000"} }`;
}

if (!customElements.get("ask-chat")) {
  customElements.define("ask-chat", AskChat);
  if (SCRIPT && !document.querySelector("ask-chat")) {
    const chat = document.createElement("ask-chat");
    Object.assign(chat.dataset, SCRIPT.dataset);
    const place = () => document.body.append(chat);
    if (document.body) place();
    else addEventListener("DOMContentLoaded", place);
  }
}
