// Passkeys: the browser's own question, answered into a form. A form with data-passkey says what to ask for ("skapa" a
// new one or "hamta" one there is); what to ask stands in data-villkor, or is fetched from the address in data-fraga.
"use strict";

const PASSKEYFEL = {
  NotAllowedError: "Det avbröts, eller tog för lång tid. Försök igen när du är redo.",
  InvalidStateError: "Den här enheten har redan en passkey för ditt konto.",
  NotSupportedError: "Webbläsaren eller enheten kan inte använda passkeys. Välj ett annat sätt.",
  SecurityError: "Passkeys fungerar bara på en säker adress med namn, till exempel https://… eller http://localhost.",
};
const UTAN_NAMN = /^[\d.]+$|^\[/; // an address of numbers: some browsers say so, others never answer

const tillByte = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/") + "===".slice((text.length + 3) % 4)), (t) => t.charCodeAt(0));
const tillText = (byte) => btoa(String.fromCharCode(...new Uint8Array(byte)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const medByte = (lista) => (lista ?? []).map((c) => ({ ...c, id: tillByte(c.id) }));

async function skapa(v) {
  const ny = await navigator.credentials.create({
    publicKey: {
      ...v,
      challenge: tillByte(v.challenge),
      user: { ...v.user, id: tillByte(v.user.id) },
      excludeCredentials: medByte(v.excludeCredentials),
      // It is to do without a password: kept in the device, and opened by finger, face or PIN.
      authenticatorSelection: { ...v.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
  const { clientDataJSON, attestationObject } = ny.response;
  return {
    id: ny.id, rawId: tillText(ny.rawId), type: ny.type, authenticatorAttachment: ny.authenticatorAttachment,
    clientExtensionResults: ny.getClientExtensionResults(),
    response: {
      clientDataJSON: tillText(clientDataJSON), attestationObject: tillText(attestationObject),
      transports: ny.response.getTransports?.() ?? [],
    },
  };
}

async function hamta(v) {
  const hittad = await navigator.credentials.get({
    publicKey: { ...v, challenge: tillByte(v.challenge), allowCredentials: medByte(v.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = hittad.response;
  return {
    id: hittad.id, rawId: tillText(hittad.rawId), type: hittad.type, authenticatorAttachment: hittad.authenticatorAttachment,
    clientExtensionResults: hittad.getClientExtensionResults(),
    response: {
      clientDataJSON: tillText(clientDataJSON), authenticatorData: tillText(authenticatorData),
      signature: tillText(signature), userHandle: userHandle ? tillText(userHandle) : null,
    },
  };
}

async function villkoren(form) {
  if (!form.dataset.fraga) return JSON.parse(form.dataset.villkor).publicKey;
  const svar = await fetch(form.dataset.fraga, { headers: { Accept: "application/json" } });
  if (!svar.ok) throw new Error(String(svar.status));
  const villkor = await svar.json();
  return (villkor.request_options ?? villkor).publicKey;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const [falt, fel] = [form.elements.credential, form.querySelector("[role=alert]")];
  form.addEventListener("submit", async (handelse) => {
    handelse.preventDefault();
    fel.textContent = "";
    for (const kopia of form.querySelectorAll("[data-fran]")) {
      const original = document.getElementById(kopia.dataset.fran);
      if (!original.reportValidity()) return; // before there is a passkey that nobody asked for
      kopia.value = original.value;
    }
    try {
      if (UTAN_NAMN.test(location.hostname) || !window.isSecureContext) throw new DOMException("", "SecurityError");
      if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
      const villkor = await villkoren(form);
      falt.value = JSON.stringify(await (form.dataset.passkey === "skapa" ? skapa(villkor) : hamta(villkor)));
      form.submit();
    } catch (orsak) {
      fel.textContent = PASSKEYFEL[orsak.name] ?? "Det gick inte att använda passkeyn. Ladda om sidan och försök igen.";
      fel.focus();
    }
  });
}
