// Shows the fields of the chosen kind, and the answers to the question that this one depends on, as soon as they are
// chosen. Without this module a small button beside the choice does the same.
const form = document.querySelector("[data-fields-follow]");
const parts = { kind: "fields-of-kind", condition_question: "fields-of-condition" };

const showButtons = (shown) => {
  for (const box of form.querySelectorAll("[data-without-script]")) box.hidden = !shown;
};

/** Ask for the page with the fields that belong to the choice, and put those in place of the old ones. */
async function follow(event) {
  const id = parts[event.target.name];
  if (!id) return;
  const body = new URLSearchParams(new FormData(form));
  body.set("again", event.target.name);
  const chosen = event.target.value;
  try {
    const answer = await fetch(location.href, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (event.target.value !== chosen) return; // Chosen anew meanwhile: that answer is on its way.
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  } catch {
    showButtons(true); // Offline, or signed out meanwhile: the button says what is wrong.
  }
}

if (form) {
  showButtons(false);
  form.addEventListener("change", follow);
}
