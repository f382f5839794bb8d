// Shows how a text will read while it is written: the page's own answer to its button, without leaving the page.
const form = document.querySelector("[data-texts]");
const shown = document.querySelector("#preview");
let waiting;

async function show() {
  const sent = new FormData(form);
  sent.set("preview", "1");
  const answer = await fetch(location.pathname, { method: "POST", body: sent });
  if (!answer.ok) return; // what is wrong with it is told when it is sent
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  shown.replaceChildren(...page.querySelector("#preview").childNodes);
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 600);
});
