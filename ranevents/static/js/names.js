// Proposes a name in Latin letters while the form is filled in. What the person wrote there is never overwritten.
const box = document.querySelector("[data-latin-proposal]");
const field = (name) => document.querySelector(`[name="${name}"]`);
const fields = ["given_name", "family_name", "country"];

if (box) {
  const proposed = {};
  const isOurs = (input, name) => input.value === "" || input.value === proposed[name];

  const propose = async () => {
    const body = new URLSearchParams(fields.map((name) => [name, field(name).value]));
    body.set("csrf_token", field("csrf_token").value);
    let latin;
    try {
      const answer = await fetch(box.dataset.latinProposal, { method: "POST", body });
      if (!answer.ok) return;
      latin = await answer.json();
    } catch {
      return; // Offline: the form works without proposals.
    }
    for (const [name, value] of Object.entries(latin)) {
      const input = field(name);
      if (isOurs(input, name)) input.value = proposed[name] = value;
    }
  };

  for (const name of fields) field(name).addEventListener("change", propose);
}
