// What HTML and htmx cannot do by themselves. Every page works without this file.
"use strict";

// Say in the page, not in the console, that nothing was saved. What was typed stays in its form.
function sagFel(text) {
  const plats = document.getElementById("natfel");
  plats.textContent = text;
  plats.focus();
}
document.addEventListener("htmx:sendError", () =>
  sagFel("Det går inte att nå servern. Inget har sparats, men det du skrev finns kvar här. Kontrollera nätet och försök igen."));
document.addEventListener("htmx:timeout", () =>
  sagFel("Servern svarar inte. Inget har sparats, men det du skrev finns kvar här. Försök igen om en stund."));
document.addEventListener("htmx:responseError", (handelse) => {
  const kod = handelse.detail.xhr.status;
  sagFel(kod === 403
    ? "Du får inte göra detta, eller så har sidan varit öppen för länge. Ladda om sidan och försök igen."
    : kod === 404
      ? "Det du ändrar finns inte längre på den här adressen. Ladda om sidan."
      : "Något gick fel hos oss. Inget har sparats, men det du skrev finns kvar här. Försök igen.");
});

// A swap that takes away its own button must not drop the focus: go to what the swap was about.
document.addEventListener("htmx:afterSettle", (handelse) => {
  document.getElementById("natfel").textContent = "";
  const nytt = handelse.detail.elt;
  const mal = nytt.querySelector?.(".fel[data-fokus]") ?? nytt.querySelector?.("[autofocus]") ?? nytt.querySelector?.("[data-fokus]") ?? (nytt.matches?.("[data-fokus]") ? nytt : null);
  // What was saved is said, but the page stays where the work is.
  mal?.focus({ preventScroll: mal.id === "besked" });
});

// Keep addresses of filtered pages short: what is not chosen is left out.
document.addEventListener("htmx:configRequest", (handelse) => {
  if (handelse.detail.verb !== "get") return;
  for (const [namn, varde] of [...handelse.detail.formData]) {
    if (varde === "") handelse.detail.formData.delete(namn);
  }
});

// A filter that changes at once needs no button; without JavaScript the button is there.
document.documentElement.classList.add("js");

// The list of stadskärnor lies over the page where there is room: it closes when one leaves it, and by Escape.
const byt = document.querySelector(".byt");
const flyter = () => getComputedStyle(byt.querySelector(".karnval")).position === "absolute";
document.addEventListener("click", (handelse) => { if (byt?.open && flyter() && !byt.contains(handelse.target)) byt.open = false; });
byt?.addEventListener("focusout", (handelse) => {
  if (flyter() && handelse.relatedTarget && !byt.contains(handelse.relatedTarget)) byt.open = false;
});
byt?.addEventListener("keydown", (handelse) => {
  if (handelse.key !== "Escape" || !byt.open) return;
  byt.open = false;
  byt.querySelector("summary").focus();
});

// A session that ended in the middle of a form: what was written is kept in this tab and is back after login.
document.addEventListener("htmx:beforeOnLoad", (handelse) => {
  const form = handelse.detail.elt.closest("form[data-vakta]");
  if (!form || !handelse.detail.xhr.getResponseHeader("HX-Redirect")) return;
  const falt = [...new FormData(form)].filter(([namn]) => !["csrfmiddlewaretoken", "version", "sedd"].includes(namn));
  sessionStorage.setItem(`utkast:${new URL(form.action).pathname}`, JSON.stringify(falt));
});
function aterstall(rot) {
  for (const form of rot.querySelectorAll?.("form[data-vakta]") ?? []) {
    const nyckel = `utkast:${new URL(form.action).pathname}`;
    const falt = JSON.parse(sessionStorage.getItem(nyckel) ?? "null");
    if (!falt) continue;
    sessionStorage.removeItem(nyckel);
    for (const [namn, varde] of falt) {
      const element = form.elements.namedItem(namn);
      if (element instanceof RadioNodeList) {
        for (const val of element) if (val.value === varde) val.checked = true;
      } else if (element?.type === "checkbox") element.checked = true;
      else if (element && element.type !== "file") element.value = varde;
    }
    document.getElementById("besked").textContent =
      "Du blev utloggad innan du hann spara. Det du skrev är tillbaka i formuläret: spara igen.";
  }
}
document.addEventListener("DOMContentLoaded", () => aterstall(document));
document.addEventListener("htmx:afterSettle", (handelse) => aterstall(handelse.detail.elt.parentElement ?? document));

// Do not let a half-written form vanish with a click elsewhere.
let osparat = false;
document.addEventListener("input", (handelse) => {
  if (handelse.target.closest("form[data-vakta]")) osparat = true;
});
document.addEventListener("submit", () => { osparat = false; });
document.addEventListener("htmx:beforeRequest", (handelse) => {
  if (handelse.detail.elt.matches("form[data-vakta]")) osparat = false;
});
window.addEventListener("beforeunload", (handelse) => { if (osparat) handelse.preventDefault(); });
document.addEventListener("click", (handelse) => {
  if (handelse.target.closest("[data-skriv-ut]")) window.print();
});

// An address to copy. Where the browser does not allow it, the address is marked for the person to copy.
document.addEventListener("click", async (handelse) => {
  const knapp = handelse.target.closest("[data-kopiera]");
  if (!knapp) return;
  const falt = document.getElementById(knapp.dataset.kopiera);
  try {
    await navigator.clipboard.writeText(falt.value);
    knapp.nextElementSibling.textContent = "Adressen är kopierad.";
  } catch {
    falt.select();
  }
});

// The board of a draft plan: drag a card to its place. The buttons on the card do the same by keyboard.
let dras = null;
const rangordningen = () => document.querySelector("[data-rangordning]");
const iOrdning = () => [...rangordningen().querySelectorAll(":scope > [data-dra]")].filter((kort) => kort !== dras);
function platsVid(y) {
  const nasta = iOrdning().findIndex((kort) => {
    const ruta = kort.getBoundingClientRect();
    return y < ruta.top + ruta.height / 2;
  });
  return nasta === -1 ? iOrdning().length : nasta;
}
function visaPlats(plats) {
  for (const kort of document.querySelectorAll(".slapp, .slapp-sist")) kort.classList.remove("slapp", "slapp-sist");
  if (plats === null) return;
  const kort = iOrdning();
  if (plats < kort.length) kort[plats].classList.add("slapp");
  else kort.at(-1)?.classList.add("slapp-sist");
}
function gorDragbara(rot) {
  for (const kort of rot.querySelectorAll?.("[data-dra]") ?? []) kort.draggable = true;
}
document.addEventListener("DOMContentLoaded", () => gorDragbara(document));
document.addEventListener("htmx:afterSettle", () => gorDragbara(document));
document.addEventListener("dragstart", (handelse) => {
  dras = handelse.target.closest?.("[data-dra]") ?? null;
  if (!dras) return;
  handelse.dataTransfer.effectAllowed = "move";
  handelse.dataTransfer.setData("text/plain", dras.querySelector("h3").innerText);
  dras.classList.add("dras");
  rangordningen().classList.add("mottar");
});
document.addEventListener("dragover", (handelse) => {
  if (!dras || !handelse.target.closest("[data-rangordning]")) return;
  handelse.preventDefault();
  visaPlats(platsVid(handelse.clientY));
});
document.addEventListener("drop", (handelse) => {
  if (!dras || !handelse.target.closest("[data-rangordning]")) return;
  handelse.preventDefault();
  const form = dras.querySelector("form[data-slapp]");
  form.elements.plats.value = platsVid(handelse.clientY) + 1;
  form.requestSubmit();
});
document.addEventListener("dragend", () => {
  visaPlats(null);
  dras?.classList.remove("dras");
  rangordningen()?.classList.remove("mottar");
  dras = null;
});
