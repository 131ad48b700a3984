// Starts npm's telegram-test-api on a free port and prints that. What it can't do, or does otherwise than Telegram, is here:
// getMe lacks is_bot; getUpdates never waits, forgets what it handed over before an offset confirms that, and its presses
// lack chat_instance; commands, descriptions, typing and deleting
// several messages are unknown to it; nobody blocks it, and it never says wait (both by POST /faults).
"use strict";
const express = require("express");
const { TelegramServer } = require("telegram-test-api/lib/telegramServer");

const server = new TelegramServer({ port: 0, host: "127.0.0.1" });
const MOST_AT_ONCE = 100;
const faults = [];
const calls = [];
let unconfirmed = [];
const front = express();
front.use(express.json(), express.urlencoded({ extended: true }));

front.use("/bot:token/:method", (request, response, next) => {
  calls.push({ method: request.params.method, ...request.body });
  const fault = faults.find((one) => one.method === request.params.method && String(one.chat_id) === String(request.body.chat_id));
  if (!fault) return next();
  if (fault.once) faults.splice(faults.indexOf(fault), 1);
  response.status(fault.error_code).json({ ok: false, ...fault });
});
front.use("/bot:token/getMe", (_, response) =>
  response.json({ ok: true, result: { id: 666, is_bot: true, first_name: "Test", username: "TestNameBot" } }));
front.use("/bot:token/getUpdates", async (request, response) => {
  const end = Date.now() + 1000 * (request.body.timeout || 0);
  unconfirmed = unconfirmed.filter(({ update_id }) => update_id >= (request.body.offset || 0));
  const find = () => unconfirmed.push(...server.getUpdates(request.params.token));
  while (!find() && Date.now() < end && !request.destroyed) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const update of unconfirmed) if (update.callback_query) update.callback_query.chat_instance = "1";
  response.json({ ok: true, result: unconfirmed.slice(0, MOST_AT_ONCE) });
});
front.use("/bot:token/deleteMessages", (request, response) => {
  for (const id of JSON.parse(request.body.message_ids)) server.deleteMessage(Number(request.body.chat_id), id);
  response.json({ ok: true, result: true });
});
const answers = { getMyCommands: [], getMyDescription: { description: "" }, getMyShortDescription: { short_description: "" } };
front.use("/bot:token/:method(getMy\\w+|setMy\\w+|sendChatAction)", (request, response) =>
  response.json({ ok: true, result: answers[request.params.method] ?? true }));

front.post("/faults", (request, response) => response.json(faults.push(request.body)));
front.get("/calls", (_, response) => response.json(calls));
front.get("/messages", (_, response) => response.json(server.storage.botMessages));
front.use(server.webServer);
const listener = front.listen(0, "127.0.0.1", () => console.log(listener.address().port));
