// Hides the questions that are not asked, as the answers to others decide. Without this module they stay on the page
// with words that say when to answer; what is hidden here is not sent.
const conditional = [...document.querySelectorAll("[data-asked-after]")];
const words = document.querySelector("[data-questions]")?.dataset;

if (conditional.length) {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.querySelector("main").append(status);

  const controls = (box) => [...box.querySelectorAll("input, select, textarea")];

  /** What is answered in the fields of that name, as far as they are asked. */
  const answers = (name) =>
    [...document.getElementsByName(name)]
      .filter((control) => !control.disabled)
      .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
      .map((control) => control.value);

  const isAsked = (box) => {
    const values = JSON.parse(box.dataset.askedIf);
    return answers(box.dataset.askedAfter).some((answer) => values.includes(answer));
  };

  /** Show and hide, the deciding questions first: they stand before those that they decide about. */
  const decide = () => {
    let shown = 0;
    let hidden = 0;
    for (const box of conditional) {
      const asked = isAsked(box);
      if (box.hidden === !asked) continue;
      box.hidden = !asked;
      for (const control of controls(box)) control.disabled = !asked;
      if (asked) shown += 1;
      else hidden += 1;
    }
    return { shown, hidden };
  };

  const announce = ({ shown, hidden }) => {
    if (shown) status.textContent = words.toldMore;
    else if (hidden) status.textContent = words.toldFewer;
  };

  // What was refused stays in sight, so that it can be mended, until an answer decides anew.
  const refused = conditional.filter((box) => box.querySelector("[aria-invalid]"));
  decide();
  for (const box of refused) {
    box.hidden = false;
    for (const control of controls(box)) control.disabled = false;
  }
  document.addEventListener("change", (event) => {
    if (event.target.closest("form")) announce(decide());
  });
  // The browser may bring this page back as it was left, with 'Back', after this module ran.
  window.addEventListener("pageshow", () => refused.length || decide());
}
