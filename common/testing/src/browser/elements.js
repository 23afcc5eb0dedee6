// The shown elements that a visitor could mean by a text. Arguments: the kind, the text.
const [kind, text] = arguments;
const plain = (value) => (value ?? "").replace(/\s+/g, " ").trim();
const isShown = (element) =>
  element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
const name = (element) =>
  plain(element.getAttribute("aria-label") || element.labels?.[0]?.innerText || element.innerText);
const selectors = {
  field: "input, select, textarea",
  action: "a, button, summary",
};
const shown = [...document.querySelectorAll(selectors[kind])].filter(isShown);
const isMain = (element) => element.closest("main") !== null;
// The header and the footer of every page may have a link with the text of a button.
const all = [...shown.filter(isMain), ...shown.filter((element) => !isMain(element))];
return all.find((element) => name(element) === text) ??
  all.find((element) => name(element).startsWith(text)) ??
  all.find((element) => name(element).includes(text)) ?? null;
