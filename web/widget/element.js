// The element that people see. One script tag makes one <ask-chat>; its data- attributes are those of the tag.

const SLOW_SECONDS = 8;
const DANGER_SECONDS = 3;
const COUNT_FROM = 200;
const MINUTE = 60_000;
const CAN_HOVER = matchMedia("(hover: hover)");

class AskChat extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #parts = null;
  #messages;
  #conversation;
  #options;
  #life;
  #unread = 0;
  #opener = null;
  #asking = 0;
  #began = null;
  #expiry;

  connectedCallback() {
    if (!this.#parts) this.#build();
    const { bar, panel } = this.#parts;
    this.#life = new AbortController();
    const { signal } = this.#life;
    onThreeShifts((left) => this.#countShifts(left), signal);
    addEventListener("pagehide", () => this.#forgetAll(), { signal });
    addEventListener("beforeprint", () => this.#root.querySelectorAll("details").forEach((one) => (one.open = true)), { signal });
    followScreen(panel, signal);
    if (this.#options.onPage) return;
    bar.showPopover?.();
    stayInFront(bar, signal);
    if (!panel.open) return;
    panel.removeAttribute("open"); // It was moved while open, and is no longer above the page.
    panel.showModal();
  }

  /** Forgets all once the element is out of the page; a moved one is back by then. */
  disconnectedCallback() {
    this.#life.abort();
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#forgetAll();
      this.#parts.panel.removeAttribute("open");
      this.#parts.bar.hidden = this.#options.onPage;
    });
  }

  /** Opens the chat. */
  open() {
    const { panel, bar } = this.#parts;
    if (this.#options.onPage || panel.open) return;
    this.#opener = document.activeElement;
    panel.showModal();
    bar.hidden = true;
    this.#unread = 0;
    this.#showUnread();
    this.#settle();
    this.#tell("open");
  }

  /** Closes the chat; the conversation stays until it is erased, is forgotten, or the page is left. */
  close() {
    if (this.#parts.panel.open) this.#parts.panel.close(); // "close" comes later: #closed
  }

  /** Opens the chat and asks a question, as if the person had typed it. */
  ask(text) {
    this.open();
    return this.#ask(text, { text });
  }

  #build() {
    this.#options = readOptions(this);
    const { server, onPage, starters } = this.#options;
    this.#conversation = new Conversation(server);
    const does = {
      server,
      leave: () => this.#leave(),
      open: () => this.open(),
      close: () => this.close(),
      erase: () => this.#erase(),
      submit: () => this.#submit(),
      typed: () => this.#typed(),
      ask: (title, body) => this.#ask(title, body),
      copy: (text) => this.#copy(text),
      rate: (button) => this.#conversation.rate(button),
      settle: () => this.#settle(),
      say: (words, look) => this.#status(words, look),
    };
    const parts = (this.#parts = buildParts(does, this.#options));
    parts.panel.addEventListener("close", () => this.#closed());
    this.#messages = new Messages(parts.log, parts.newer, does);
    this.#messages.greet(starters);
    const all = make("div", { class: "all", lang: SPOKEN, dir: DIRECTION }, parts.bar, parts.panel);
    this.#root.append(all);
    this.#root.adoptedStyleSheets = [sheet(STYLE), sheet(colours(this.dataset.colour, all))];
    if (!onPage && "open" in this.dataset) queueMicrotask(() => this.open());
  }

  /** Tells the page what happened, and nothing of what was said. */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }

  // ---- One message and its replies

  #submit() {
    const { field } = this.#parts;
    const text = field.value.trim();
    const over = [...text].length - this.#options.most;
    if (!text || over > 0) field.focus();
    if (!text) return this.#asking || this.#alert(WORDS.empty);
    if (over > 0) return this.#submitTooLong(text, over);
    this.#empty();
    this.#ask(text, { text });
  }

  /** The server answers what is too long if someone is in danger. Anyone else keeps their text, to shorten it. */
  async #submitTooLong(text, over) {
    const giveUp = () => { throw new Error(); };
    this.#status(WORDS.writing, "busy");
    const replies = await this.#conversation.send(Conversation.newSend({ text }), giveUp).catch(() => []);
    this.#status("");
    const card = dangerIn(text);
    if (!replies.length) this.#alert(withDanger(WORDS.too_long.replace("{count}", over)));
    if (!replies.length && !card) return;
    if (replies.length) this.#empty();
    const turn = this.#messages.said(text);
    if (replies.length) this.#answered(turn, replies);
    else this.#messages.card(turn, card);
  }

  #typed() {
    measure(this.#parts, this.#options.most);
    this.#alert("");
  }

  #empty() {
    this.#parts.field.value = "";
    this.#typed();
  }

  #ask(shown, body) {
    this.#alert("");
    this.#tell("message", { from: "person" });
    return this.#deliver(this.#messages.said(shown), Conversation.newSend(body));
  }

  /** Sends until there is an answer. Someone who may be in danger gets stored steps if that takes long, or fails. */
  async #deliver(turn, send) {
    const card = storedCard(send);
    const help = once(() => card && this.#messages.card(turn, card));
    const wait = once(() => {
      this.#status("");
      this.#messages.trouble(turn, withDanger(WORDS.waiting));
      help();
    });
    const timers = [setTimeout(help, DANGER_SECONDS * 1000),
      setTimeout(() => this.#status(withDanger(WORDS.slow), "busy"), SLOW_SECONDS * 1000)];
    this.#asking += 1;
    this.#status(WORDS.writing, "busy hidden"); // to be heard; it is seen in the turn
    this.#messages.typing(turn);
    try {
      this.#answered(turn, await this.#conversation.send(send, wait));
    } catch (trouble) {
      if (trouble === STOPPED) return;
      const words = withDanger((trouble instanceof Refused && trouble.message) || WORDS.failed);
      this.#messages.trouble(turn, words, () => this.#deliver(turn, send));
      help();
    } finally {
      timers.forEach(clearTimeout);
      this.#asking -= 1;
      if (!this.#asking && this.#parts.status.classList.contains("busy")) this.#status("");
    }
  }

  #answered(turn, replies) {
    this.#messages.answer(turn, replies);
    this.#expireLater();
    this.#tell("message", { from: "assistant" });
    if (this.#options.onPage || this.#parts.panel.open) return;
    this.#unread += replies.length;
    this.#showUnread(replies.some(({ kind }) => kind === "urgent"));
  }

  #showUnread(urgent = false) {
    const { unread, arrived, launcher } = this.#parts;
    const words = this.#unread === 1 ? WORDS.unread_one : WORDS.unread.replace("{count}", this.#unread);
    unread.textContent = urgent ? WORDS.unread_urgent : this.#unread ? words : "";
    launcher.classList.toggle("alarm", urgent);
    arrived.setAttribute("role", urgent ? "alert" : "status");
    arrived.textContent = unread.textContent;
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#status(WORDS.copied);
    } catch {
      this.#status(WORDS.not_copied);
    }
  }

  // ---- Focus and what is said below the conversation

  /** Puts the focus where a person goes on: the field, or the log where that would bring up a keyboard. */
  #settle() {
    const { field, log } = this.#parts;
    (CAN_HOVER.matches ? field : log).focus({ preventScroll: true });
  }

  #closed() {
    const { bar, quit, launcher } = this.#parts;
    bar.hidden = quit.hidden = false;
    const opener = this.#opener;
    const other = opener?.isConnected && opener !== document.body && opener !== this;
    (other ? opener : launcher).focus();
    this.#tell("close");
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
    this.#messages.greet(this.#options.starters);
    this.#unread = 0;
    this.#showUnread();
  }

  #forgetAll() {
    this.#stopExpiry();
    this.#wipe();
    return this.#conversation.forget(true);
  }

  async #erase() {
    this.#stopExpiry();
    const forgotten = this.#conversation.forget();
    this.#wipe();
    this.#settle();
    this.#status(WORDS.erased);
    try {
      await forgotten;
    } catch (trouble) {
      if (trouble !== STOPPED) this.#status(WORDS.erased_here.replace("{minutes}", LIMITS.longest));
    }
  }

  /** The server forgets by itself; then so does the page. Steps that someone may be following stay in sight. */
  #expireLater() {
    clearTimeout(this.#expiry);
    this.#began ??= Date.now();
    const midnight = MINUTE * 1440 - (Date.now() % (MINUTE * 1440)); // UTC, as the server's
    const longest = this.#began + LIMITS.longest * MINUTE - Date.now();
    this.#expiry = setTimeout(() => this.#expire(), Math.min(LIMITS.idle * MINUTE, longest, midnight));
  }

  #expire() {
    this.#stopExpiry();
    this.#conversation.forget(true);
    const keep = this.#messages.isUrgent;
    if (!keep) this.#wipe();
    this.#status(keep ? WORDS.expired_urgent : WORDS.expired);
  }

  #stopExpiry() {
    clearTimeout(this.#expiry);
    this.#began = null;
  }

  #leave() {
    this.#tell("exit");
    if (!leave(this.#options.exit, () => this.#forgetAll())) this.#status(WORDS.leave_stuck);
  }

  #countShifts(left) {
    const { panel, quit, lights } = this.#parts;
    if (!this.#options.onPage && !panel.open && quit.hidden) return; // It was never opened.
    lights.textContent = left < 3 ? "●".repeat(3 - left) + "○".repeat(left) : "";
    this.#status(["", WORDS.leave_once_more, WORDS.leave_two_more, WORDS.leave_not_counted, ""][left]);
    if (!left) this.#leave();
  }
}

function once(act) {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

inWordsOfThePage(() => {
  if (!customElements.get("ask-chat")) customElements.define("ask-chat", AskChat);
  if (SCRIPT && !("wait" in SCRIPT.dataset)) place();
});
