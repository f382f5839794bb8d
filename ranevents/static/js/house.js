// What makes every page a little better; nothing here is needed for a page to work.

const MAY_SEND_AGAIN_AFTER_MS = 10_000;

/** Take the reader to what is wrong, so that keyboard and screen reader begin there. */
function focusErrorSummary() {
  document.getElementById("error-summary")?.focus();
}

/** A second press on the same button while the first is on its way is harmless. */
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || event.submitter?.formTarget) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of submitButtons(form)) button.setAttribute("aria-disabled", "true");
  // Where the answer is a file, or never comes, this page stays: the button must work again.
  setTimeout(release, MAY_SEND_AGAIN_AFTER_MS, form);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of submitButtons(form)) button.removeAttribute("aria-disabled");
}

function submitButtons(form) {
  return [...form.elements].filter((control) => control.type === "submit");
}

let isTyped = false;
let isChangingLanguage = false;

function noteTyping(event) {
  if (event.target.form?.method === "post") isTyped = true;
}

function noteLanguageLink(event) {
  const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  isChangingLanguage = !opensElsewhere && Boolean(event.target.closest(".languages a"));
}

/** A page in another language begins with empty fields: whoever has typed something is asked before. */
function askBeforeLosing(event) {
  if (isTyped && isChangingLanguage) event.preventDefault();
  isChangingLanguage = false;
}

/** Enter presses a form's first button, which may stand outside it: then it is the first inside that is meant. */
function pressOwnButton(event) {
  if (!event.target.matches?.("[data-default-button]")) return;
  event.preventDefault();
  event.target.form.querySelector("[type=submit]")?.click();
}

document.addEventListener("click", pressOwnButton);
document.addEventListener("submit", sendOnce);
document.querySelector("[data-shows-itself]")?.click();
document.addEventListener("input", noteTyping);
document.addEventListener("click", noteLanguageLink);
window.addEventListener("beforeunload", askBeforeLosing);
// The browser may bring this page back as it was left, with 'Back'.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
focusErrorSummary();
