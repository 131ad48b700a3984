// "Leave now" on a page without the chat. Without this script it is a plain link, which the back button leads back from.

const LINK = document.getElementById("leave");
const STATUS = document.getElementById("exit-status");

const go = () => leave(LINK.href, () => {}) || (STATUS.textContent = LINK.dataset.stuck);
LINK.addEventListener("click", (event) => {
  event.preventDefault();
  go();
});
onThreeShifts((left) => {
  const { onceMore, twoMore, notCounted } = LINK.dataset;
  STATUS.textContent = ["", onceMore, twoMore, notCounted, ""][left];
  if (!left) go();
});
