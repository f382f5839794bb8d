// Passkeys: asks the browser for one and sends its answer with the form, in a hidden field. The server checks it all.

const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const toBase64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const described = (credentials) => (credentials ?? []).map((one) => ({ ...one, id: fromBase64(one.id) }));

/** What the server asks, as the browser wants it: bytes where JSON has text. */
function understood(asked) {
  const options = { ...asked, challenge: fromBase64(asked.challenge) };
  if (asked.user) options.user = { ...asked.user, id: fromBase64(asked.user.id) };
  if (asked.allowCredentials) options.allowCredentials = described(asked.allowCredentials);
  if (asked.excludeCredentials) options.excludeCredentials = described(asked.excludeCredentials);
  return options;
}

/** What the browser answers, as the server reads it. */
function told(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = parts.filter((part) => response[part]);
  return {
    id: credential.id,
    rawId: toBase64(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(present.map((part) => [part, toBase64(response[part])])),
  };
}

async function use(button) {
  const publicKey = understood(JSON.parse(button.dataset.asked));
  const credential = await navigator.credentials[button.dataset.passkey]({ publicKey });
  button.form.elements.passkey.value = JSON.stringify(told(credential));
  button.form.requestSubmit(button);
}

/** A name that is missing is asked for by the server, before anything is made. */
const isIncomplete = (button) =>
  button.dataset.passkey === "create" && [...button.form.elements].some((one) => one.required && !one.value.trim());

function offer(button) {
  const failed = button.form.querySelector("[data-passkey-failed]");
  button.closest("[data-passkeys]").hidden = false;
  button.addEventListener("click", async (event) => {
    if (isIncomplete(button)) return;
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    failed.hidden = true;
    try {
      await use(button);
    } catch {
      failed.hidden = false; // Cancelled, too late, or no passkey for this site: the other ways are still there.
    } finally {
      button.ariaBusy = "false";
    }
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey]").forEach(offer);
  document.querySelectorAll("[data-without-passkeys]").forEach((one) => { one.hidden = true; });
}
