// Danger without a network: the words of danger.json, counted as bot/danger/hints.py does.

const LETTERS = 5;

/** Returns the id of the stored card that a message needs, or undefined. */
function dangerIn(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/['’]/g, "").replace(/(\p{L})\1{2,}/gu, "$1");
  const stems = new Set(plain.match(/\p{sc=Han}|[\p{L}\p{M}\p{N}]+/gu)?.map((word) => [...word].slice(0, LETTERS).join("")));
  let likeliest;
  let most = 0;
  for (const [card, { base, words }] of Object.entries(HINTS)) {
    let sum = base;
    for (const [adds, known] of Object.entries(words)) {
      sum += adds * known.split(" ").filter((stem) => stems.has(stem)).length;
    }
    if (sum > most) [likeliest, most] = [card, sum];
  }
  return likeliest;
}

/** Returns the id of the stored card for a message or button that is on its way, or undefined. */
function storedCard({ text = "", button = "" }) {
  if (button in CARDS) return button;
  return button.startsWith("urgent/") ? Object.keys(CARDS)[0] : dangerIn(text);
}

/** Returns words with the sentence on danger behind them, unless they have one that begins like it. */
function withDanger(words) {
  return words.includes(WORDS.danger.slice(0, 11)) ? words : `${words} ${WORDS.danger}`;
}
