// The conversation on the screen. Each question begins a turn, which its replies and what goes wrong with it go into.

const NEAR_END_PIXELS = 60;
const FIRST_NEXT = 3;

class Messages {
  #log;
  #newer;
  #does;

  /** `does` has what buttons do: `ask(title, body)`, `copy(text)`, `rate(button)`, `settle()` and `say(words)`; and the `server`. */
  constructor(log, newer, does) {
    this.#log = log;
    this.#newer = newer;
    this.#does = does;
    log.addEventListener("scroll", () => this.#markRead());
    newer.addEventListener("click", () => {
      log.focus();
      this.#toEnd();
    });
  }

  /** Shows nothing but the first message, below what the page put there. */
  greet(starters) {
    const { hello, privacy_hint, no_emergency_service, danger } = WORDS;
    const first = make("div", { class: "bubble bot" }, who(WORDS.answer),
      make("p", {}, hello), make("p", { class: "small" }, privacy_hint), make("p", { class: "strong" }, `${no_emergency_service} ${danger}`));
    const buttons = starters.map(({ title, answer }) => this.#button(title, () => this.#does.ask(title, answer ? { button: answer } : { text: title }), answer?.startsWith("urgent/")));
    this.#log.replaceChildren(make("slot", { name: "intro" }), first, list("starters", buttons));
    this.#newer.hidden = true;
    this.#log.scrollTop = 0;
  }

  /** Begins a turn with what the person said, and returns it. */
  said(words) {
    for (const used of this.#log.querySelectorAll(".starters, .next, .tools")) used.remove();
    const bubble = make("div", { class: "bubble you", dir: "auto" }, who(WORDS.you), make("p", {}, words));
    const turn = make("div", { class: "turn" }, bubble);
    this.#log.append(turn);
    this.#toEnd();
    return turn;
  }

  /** Shows that a turn's answer is being written, in its place. */
  typing(turn) {
    this.clear(turn);
    const dots = make("div", { class: "typing", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
    turn.append(dots);
    dots.scrollIntoView({ block: "nearest" });
  }

  /** Shows the replies to a turn, its question above them; or that they are there, to someone who reads further up. */
  answer(turn, replies) {
    this.clear(turn);
    this.#adding(turn, () => replies.forEach((reply) => this.#reply(turn, reply)));
  }

  /** Shows steps that need no network. */
  card(turn, id) {
    const others = Object.keys(CARDS).filter((other) => other !== id);
    const buttons = others.map((other) => this.#button(CARDS[other].title, () => this.card(turn, other)));
    turn.querySelector(".stored")?.remove();
    const next = list("next", buttons);
    const shown = make("div", { class: "stored" }, urgentBubble(make("p", {}, WORDS.stored_steps), ...blocks(CARDS[id].text, this.#does.server)), next);
    this.#adding(turn, () => turn.firstChild.after(shown));
  }

  /** Says below a turn's question that it isn't answered yet, or with `again`, that it won't be unless that is pressed. */
  trouble(turn, words, again) {
    const buttons = Object.entries(CHECKS).map(([card, title]) => this.#button(title, () => this.card(turn, card), true));
    if (again) buttons.unshift(this.#button(WORDS.again, again));
    this.clear(turn);
    const note = make("div", { class: "note", ...(again && { role: "alert" }) }, make("p", {}, ...inline(words, this.#does.server)),
      make("div", { class: "choices", "aria-live": "off" }, ...buttons));
    this.#adding(turn, () => turn.append(note));
  }

  /** Takes back what was said of writing or trouble. */
  clear(turn) {
    turn.querySelector(".note, .typing")?.remove();
  }

  /** Whether the last reply is for someone in danger. */
  get isUrgent() {
    return Boolean(this.#log.querySelector(".turn:last-child .urgent"));
  }

  #adding(turn, add) {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    const readsAbove = scrollHeight - scrollTop - clientHeight > NEAR_END_PIXELS && turn.getBoundingClientRect().bottom > this.#log.getBoundingClientRect().bottom;
    add();
    if (readsAbove) this.#newer.hidden = false;
    else turn.scrollIntoView({ block: "start" });
  }

  #reply(turn, { kind, text, answer, sources, checked_on, buttons, language = "en" }) {
    const content = blocks(text, this.#does.server);
    const bubble = kind === "urgent" ? urgentBubble(...content) : make("div", { class: "bubble bot", dir: "auto" }, who(WORDS.answer), ...content);
    if (sources?.length) bubble.append(sourceList(sources, checked_on, this.#does.server));
    bubble.lang = language;
    turn.append(bubble, this.#tools(kind, text, answer), this.#next(kind, buttons));
  }

  #tools(kind, text, answer) {
    const tools = make("div", { class: "tools", "aria-live": "off" });
    if (kind === "answer") tools.append(this.#helpful(COUNTED && answer));
    if (navigator.clipboard && kind !== "clarify") tools.append(make("button", { type: "button", click: () => this.#does.copy(text) }, WORDS.copy));
    return tools;
  }

  // Yes or no stays here, unless the operator counts: docs/adr/0024-helpful-is-counted-if-the-operator-counts.md
  #helpful(counted) {
    const { helpful, thanks, sorry } = counted ? { helpful: WORDS.helpful_counted, thanks: WORDS.thanks_counted, sorry: WORDS.sorry_counted } : WORDS;
    const say = (words, rated) => () => {
      this.#does.settle();
      if (counted) this.#does.rate(`${rated}/${counted}`);
      row.replaceChildren(make("p", {}, words));
      this.#does.say(words, "hidden"); // to be heard; it is seen in the row
    };
    const row = make("div", { class: "helpful", role: "group", "aria-label": helpful }, make("p", {}, helpful),
      make("button", { type: "button", click: say(thanks, "yes") }, WORDS.yes),
      make("button", { type: "button", click: say(sorry, "no") }, WORDS.no));
    return row;
  }

  #next(kind, buttons = []) {
    const made = buttons.map(({ title, answer }) => this.#button(title, () => this.#does.ask(title, { button: answer })));
    const country = buttons.findIndex(({ answer }) => answer === "country");
    if (country >= FIRST_NEXT) made.splice(FIRST_NEXT - 1, 0, ...made.splice(country, 1));
    const most = kind === "clarify" ? made.length : FIRST_NEXT;
    return list("next", made.length > most + 1 ? [...made.slice(0, most), more(made.slice(most))] : made);
  }

  #button(title, click, danger) {
    return make("button", { type: "button", dir: "auto", class: danger && "danger", click: () => {
      this.#does.settle();
      click();
    } }, title);
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#log.lastElementChild.scrollIntoView({ block: "nearest" });
    this.#markRead();
  }

  #markRead() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    if (scrollHeight - scrollTop - clientHeight <= NEAR_END_PIXELS) this.#newer.hidden = true;
  }
}

function who(name) {
  return make("p", { class: "who", dir: "auto" }, name, hidden(":"));
}

function urgentBubble(...content) {
  return make("div", { class: "bubble urgent", dir: "auto", role: "alert" },
    make("p", { class: "flag" }, make("span", { "aria-hidden": "true" }, "⚠ "), WORDS.urgent), ...content);
}

function sourceList(sources, date, server) {
  return make("details", {}, make("summary", {}, date ? WORDS.sources_checked.replace("{date}", date) : WORDS.sources),
    make("ul", {}, ...sources.map(({ title, url }) => make("li", {}, link(title, url, server) ?? title))));
}

function list(kind, buttons) {
  if (!buttons.length) return "";
  return make("div", { class: kind, role: "group", "aria-label": WORDS.next, "aria-live": "off" }, ...buttons);
}

/** Returns a button that puts others in its place. */
function more(others) {
  const button = make("button", { type: "button", class: "more", "aria-expanded": "false", click: () => {
    button.replaceWith(...others);
    others[0].focus();
  } }, WORDS.more);
  return button;
}
