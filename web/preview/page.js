// The preview: waits for changes, and shows the answers, one of them as people see it, and what a question would get.

const part = (id) => document.getElementById(id);
let answers = [];
let chosen = decodeURIComponent(location.hash.slice(1));
let shown = "";
let waits = false; // a question that was asked before the model was loaded

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

async function follow() {
  for (let number = 0; ; ) {
    try {
      const state = await (await fetch(`/preview/state?after=${number}`)).json();
      if (state.number === number) continue;
      ({ number, answers } = state);
      part("asking").textContent = state.asking;
      list();
      await look();
      if (waits && !state.asking) await answer(part("text").value.trim());
    } catch {
      part("asking").textContent = "The preview has stopped. Start it again: python -m bot preview";
      await new Promise((resolve) => setTimeout(resolve, 2000));
      number = 0;
    }
  }
}

// ---- Left: the answers

function list() {
  const words = part("find").value.toLowerCase();
  const state = part("filter").value;
  const counts = {};
  for (const one of answers) counts[one.state] = (counts[one.state] ?? 0) + 1;
  part("counts").textContent = Object.entries(counts).map(([name, count]) => `${count} ${name === "problems" ? "with problems" : name}`).join(", ");
  part("answers").replaceChildren(...answers
    .filter((one) => (!state || one.state === state) && `${one.id} ${one.title}`.toLowerCase().includes(words))
    .map((one) => make("li", {}, make("button", {
      type: "button", "aria-current": String(one.id === chosen.split("#")[0]), click: () => choose(one.id),
    }, make("span", { class: "name" }, one.title), make("span", { class: "id" }, one.id), mark(one)))));
}

function mark({ state, found }) {
  return make("span", { class: `state ${state.replace(" ", "-")}` }, state === "problems" ? `${found} to mend` : state);
}

function choose(address) {
  chosen = address;
  history.replaceState(null, "", `#${encodeURIComponent(address)}`);
  column("look");
  list();
  look();
}

// ---- Middle: one answer as people see it

async function look() {
  if (!chosen) return;
  const response = await fetch(`/preview/answer?id=${encodeURIComponent(chosen)}`);
  const answer = await response.json();
  const now = JSON.stringify(answer);
  if (now === shown) return;
  shown = now;
  part("title").textContent = answer.title ?? answer.error;
  part("file").textContent = [answer.file, answer.reviewed].filter(Boolean).join(" · ");
  part("problems").replaceChildren(...(answer.problems ?? []).map(problem));
  part("parts").replaceChildren(...(answer.parts ?? []).map(({ title, address }) => make("button", {
    type: "button", "aria-pressed": String(address === chosen), click: () => choose(address),
  }, title)));
  part("follow-ups").hidden = !answer.follow_ups?.length;
  part("follow-up-list").replaceChildren(...(answer.follow_ups ?? []).flatMap((one) => [make("dt", {}, one.question), make("dd", {}, one.answer)]));
  part("doors").hidden = !answer.telegram;
  if (!answer.telegram) return;
  part("chat").src = `/preview/chat?answer=${encodeURIComponent(chosen)}`;
  part("telegram").replaceChildren(...answer.telegram.messages.map(message), keyboard(answer.telegram.rows));
}

function problem({ file, line, level, message, lines }) {
  const about = make("div", { class: `problem ${level}` }, make("p", { class: "where" }, `${file}, line ${line}`));
  const code = make("div", { class: "code" });
  for (const { number, text } of lines) {
    code.append(make("pre", number === line ? { class: "here" } : {}, make("span", {}, String(number)), text));
    if (number === line) code.append(make("p", {}, message));
  }
  if (!lines.some(({ number }) => number === line)) code.append(make("p", {}, message));
  about.append(code);
  return about;
}

/** The HTML is what Telegram would be sent: made and escaped by the same code. */
function message(html) {
  const bubble = make("div", { class: "message" });
  bubble.innerHTML = html;
  return bubble;
}

function keyboard(rows) {
  return make("div", { class: "keyboard" }, ...rows.map((row) => make("div", {}, ...row.map(({ title, address }) =>
    make("button", { type: "button", click: () => address.startsWith("country") || choose(address) }, title)))));
}

// ---- Right: what a question would get

function ask(event) {
  event.preventDefault();
  const text = part("text").value.trim();
  if (text) answer(text);
}

async function answer(text) {
  waits = Boolean(part("asking").textContent);
  part("got").replaceChildren(waits ? "Your question is answered as soon as the model is loaded." : "…");
  if (waits) return;
  const got = await (await fetch("/preview/ask", { method: "POST", body: JSON.stringify({ text }) })).json();
  if (got.status) return part("got").replaceChildren(got.status);
  const lead = (id, title, sure) => make("button", { type: "button", click: () => choose(id) },
    make("span", { class: "name" }, title), make("span", { class: "id" }, id), make("meter", { value: sure, "aria-label": "how sure" }),
    `${Math.round(sure * 100)} %`);
  const said = { answer: "It answers with", clarify: "It asks back, first offering", fallback: "It says that it doesn't know", urgent: "It answers for someone in danger, with" };
  part("got").replaceChildren(
    ...(got.up_to_date ? [] : [make("p", { class: "old" }, "This model is older than your example questions, so it doesn't know the newest yet. Train it: python -m bot train")]),
    make("h3", {}, said[got.decision]), make("div", { class: "first" }, lead(got.answer, got.title, got.sure)),
    make("h3", {}, "Why"), make("ul", {}, ...got.why.map((reason) => make("li", {}, reason))),
    make("h3", {}, "What else was close"), ...got.near.map(({ id, title, sure }) => lead(id, title, sure)));
}

function column(name) {
  document.body.dataset.column = name;
}

for (const button of document.querySelectorAll("nav button")) button.addEventListener("click", () => column(button.dataset.column));
part("find").addEventListener("input", list);
part("filter").addEventListener("change", list);
part("question").addEventListener("submit", ask);
part("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  part("question").requestSubmit();
});
if (chosen) column("look");
follow();
