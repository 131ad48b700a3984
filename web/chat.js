// The plain chat page: sends what is typed or pressed, shows the replies, keeps nothing beyond this page's memory.
"use strict";

const log = document.getElementById("log");
const status = document.getElementById("status");
const form = document.getElementById("form");
const field = document.getElementById("text");
const NOT_REACHED = "The assistant can't be reached just now. Please try again. If someone is in danger, call your local emergency number now.";

let conversation = null;

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST", body: JSON.stringify({ conversation, ...body }),
    credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store",
  });
  return response.json();
}

async function ask(shown, body) {
  for (const group of log.querySelectorAll(".buttons")) group.remove();
  addBubble("you", "You said: ").append(shown);
  status.textContent = "Writing …";
  try {
    const answer = await post("/chat/message", body);
    conversation = answer.conversation ?? conversation;
    for (const reply of answer.replies ?? [{ text: answer.message, buttons: [] }]) show(reply);
  } catch {
    show({ text: NOT_REACHED, buttons: [] });
  }
  status.textContent = "";
}

function addBubble(kind, label) {
  const bubble = document.createElement("div");
  bubble.className = `bubble ${kind}`;
  bubble.dir = "auto";
  const hidden = document.createElement("span");
  hidden.className = "hidden";
  hidden.textContent = label;
  bubble.append(hidden);
  log.append(bubble);
  return bubble;
}

function show(reply) {
  const bubble = addBubble(reply.kind === "urgent" ? "urgent" : "bot", reply.kind === "urgent" ? "Urgent: " : "Answer: ");
  bubble.append(...paragraphs(reply.text));
  if (reply.sources?.length) bubble.append(sources(reply));
  if (reply.buttons.length) {
    const group = document.createElement("div");
    group.className = "buttons";
    group.role = "group";
    group.ariaLabel = "Ask next";
    for (const { title, answer } of reply.buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => { field.focus(); ask(title, { button: answer }); });
      group.append(button);
    }
    log.append(group);
  }
  bubble.scrollIntoView({ block: "start" });
}

function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => {
    const paragraph = document.createElement("p");
    paragraph.append(...linked(part));
    return paragraph;
  });
}

function linked(text) {
  return text.split(/(\[[^\]]+\]\(https:\/\/[^)\s]+\))/).map((piece) => {
    const link = piece.match(/^\[([^\]]+)\]\((https:\/\/[^)\s]+)\)$/);
    return link ? anchor(link[1], link[2]) : piece;
  });
}

function anchor(title, url) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  return link;
}

function sources(reply) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = `Sources (checked on ${reply.checked_on})`;
  const list = document.createElement("ul");
  for (const { title, url } of reply.sources) {
    const item = document.createElement("li");
    item.append(anchor(title, url));
    list.append(item);
  }
  details.append(summary, list);
  return details;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  ask(text, { text });
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

document.getElementById("erase").addEventListener("click", async () => {
  log.replaceChildren();
  try {
    const { message } = await post("/chat/forget", {});
    conversation = null;
    status.textContent = message;
  } catch {
    status.textContent = NOT_REACHED;
  }
});

field.focus();
