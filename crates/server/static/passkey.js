// Asks the browser for a passkey, and sends the form that its button stands in with the answer.

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function asked(errand) {
  const answer = await fetch("/passkey", { method: "POST", body: new URLSearchParams({ for: errand }), redirect: "error" });
  if (!answer.ok) throw new Error("it was not asked for");
  const { publicKey } = await answer.json();
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const key of [...publicKey.allowCredentials ?? [], ...publicKey.excludeCredentials ?? []]) key.id = bytes(key.id);
  return { publicKey };
}

function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const held = parts.filter(part => response[part]).map(part => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(held) });
}

const SAYS = {
  NotAllowedError: "Nothing came from your device, or you stopped it. Try again.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "This address is not the one for which passkeys are set up here.",
};

for (const part of document.querySelectorAll("[data-candour-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  part.hidden = false;
  const errand = part.dataset.candourPasskey;
  const [field, button, problem] = [part.querySelector("input"), part.querySelector("button"), part.querySelector("p")];
  // A form that has no other button is answered by this one, also by the Enter key.
  if (!button.form.querySelector("button:not([type=button])")) {
    button.form.addEventListener("submit", event => {
      event.preventDefault();
      button.click();
    });
  }
  button.addEventListener("click", async () => {
    if (!button.form.reportValidity()) return;
    problem.textContent = "";
    button.disabled = true;
    try {
      const options = await asked(errand);
      const held = errand === "add" ? await navigator.credentials.create(options) : await navigator.credentials.get(options);
      field.value = written(held);
      button.form.submit();
    } catch (error) {
      problem.textContent = SAYS[error.name] ?? "It could not be asked for. Load the page again and try once more.";
      button.disabled = false;
    }
  });
}
