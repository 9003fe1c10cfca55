// What HTML and htmx cannot do by themselves. Every page works without this file.
"use strict";

// Say in the page, not in the console, what is known. What was typed stays in its form, and is written once however
// often it is sent.
function sagFel(text) {
  const plats = document.getElementById("natfel");
  plats.textContent = text;
  plats.focus();
}
document.addEventListener("htmx:sendError", () =>
  sagFel("Det går inte att nå servern, så vi vet inte om det sparades. Det du skrev finns kvar här. Kontrollera nätet och skicka igen: det sparas bara en gång."));
document.addEventListener("htmx:timeout", () =>
  sagFel("Vi fick inget svar i tid, så vi vet inte om det sparades. Det du skrev finns kvar här. Skicka igen om en stund: det sparas bara en gång."));
document.addEventListener("htmx:responseError", (handelse) => {
  const kod = handelse.detail.xhr.status;
  const orsak = new DOMParser().parseFromString(handelse.detail.xhr.responseText, "text/html").getElementById("orsak");
  sagFel(kod === 403
    ? "Inget är sparat: du får inte göra detta, eller så har sidan varit öppen för länge. Ladda om sidan, så är det du skrev tillbaka, och försök igen."
    : kod === 404
      ? `Inget är sparat. ${orsak?.textContent.trim() ?? "Det du ändrar finns inte längre på den här adressen."} Det du skrev finns kvar här.`
      : kod === 413
      ? "Inget är sparat: det du skickade är större än sidan tar emot. Välj en mindre fil, eller dela upp den. Det du skrev i övrigt finns kvar här."
      : kod === 503
        ? handelse.detail.xhr.getResponseHeader("X-Skrivskydd")
          ? "Inget är sparat: Färdplan går bara att läsa just nu. Det du skrev finns kvar här. Försök igen om en stund."
          : "Inget är sparat: tjänsten är tillfälligt nere. Det du skrev finns kvar här. Försök igen om en stund."
        : "Något gick fel hos oss. Det du skrev finns kvar här. Skicka igen: det sparas bara en gång.");
});

// A swap that takes away its own button must not drop the focus: go to what the swap was about.
document.addEventListener("htmx:afterSettle", (handelse) => {
  document.getElementById("natfel").textContent = "";
  const nytt = handelse.detail.elt;
  const mal = nytt.querySelector?.(".fel[data-fokus]") ?? nytt.querySelector?.("[autofocus]") ?? nytt.querySelector?.("[data-fokus]") ?? (nytt.matches?.("[data-fokus]") ? nytt : null);
  // What was saved is said, but the page stays where the work is.
  mal?.focus({ preventScroll: mal.id === "besked" });
});

// A page may begin far down, where the work is: then what was saved, and the way to take it back, follows there for a
// while. It stays at the top of the page.
const harFoljt = new WeakSet();
function foljMed() {
  const besked = document.getElementById("besked");
  const sagt = besked?.firstElementChild;
  if (!sagt || harFoljt.has(sagt) || besked.getBoundingClientRect().bottom > 0) return;
  harFoljt.add(sagt);
  // Its place is kept: what one is about to click on must not move when it goes back there.
  besked.parentElement.style.setProperty("--beskedets-hojd", `${besked.getBoundingClientRect().height}px`);
  besked.classList.add("foljer-med");
  const sluta = () => besked.classList.remove("foljer-med");
  setTimeout(sluta, 20_000);
  // It never lies over the menus.
  const uppe = new IntersectionObserver(([menyn]) => { if (menyn.isIntersecting) { sluta(); uppe.disconnect(); } });
  uppe.observe(document.querySelector("header"));
}
window.addEventListener("load", () => {
  requestAnimationFrame(foljMed);
  if (location.hash) setTimeout(foljMed, 600); // the way there is scrolled softly
});
document.addEventListener("htmx:afterSettle", () => setTimeout(foljMed, 200));

// Keep addresses of filtered pages short: what is not chosen is left out.
document.addEventListener("htmx:configRequest", (handelse) => {
  if (handelse.detail.verb !== "get") return;
  for (const [namn, varde] of [...handelse.detail.formData]) {
    if (varde === "") handelse.detail.formData.delete(namn);
  }
});

// A filter that changes at once needs no button; without JavaScript the button is there.
document.documentElement.classList.add("js");
// What was chosen in it before htmx listened there, on a slow line, is chosen all the same.
document.addEventListener("htmx:load", (handelse) => {
  for (const form of handelse.detail.elt.querySelectorAll?.("form[hx-trigger^=change]") ?? []) {
    if ([...form.elements].some((falt) => falt.name && arAndrad(falt))) htmx.trigger(form, "change");
  }
});

// What unfolds over the page (the list of stadskärnor, Hämta, Mer, the saved views) closes when one clicks elsewhere, leaves
// it, takes something in it, or presses Escape. Where it unfolds in the page it stays.
const OVER_SIDAN = "details:is(.byt, .meny, .vymeny)[open]";
const liggerOver = (meny) => getComputedStyle(meny.lastElementChild).position === "absolute";
document.addEventListener("click", (handelse) => {
  for (const meny of document.querySelectorAll(OVER_SIDAN)) {
    const tog = meny.matches(".meny") && handelse.target.closest(".menyval :is(a, button)");
    if ((tog || !meny.contains(handelse.target)) && liggerOver(meny)) meny.open = false;
  }
});
document.addEventListener("focusout", (handelse) => {
  const meny = handelse.target.closest?.(OVER_SIDAN);
  if (meny && handelse.relatedTarget && !meny.contains(handelse.relatedTarget) && liggerOver(meny)) meny.open = false;
});
document.addEventListener("keydown", (handelse) => {
  const meny = handelse.key === "Escape" && handelse.target.closest?.(OVER_SIDAN);
  if (!meny) return;
  meny.open = false;
  meny.querySelector("summary").focus();
});

// What was typed and not saved is kept for a day, in this browser alone: after a refusal, a lost network, a new login or
// a closed window it is back in its form. Only what differs from how the page came: the rest may have changed since.
const DYGN = 24 * 3600 * 1000;
const TEKNISKA = ["csrfmiddlewaretoken", "inskick", "version", "sedd"];
const FORVALT = "input[type=password], input[type=file]";
const vaktad = (element) => {
  const form = element?.closest?.("form[method=post]");
  return form && !form.querySelector("input[type=password]") && form.querySelector("textarea, select, input:not([type=hidden])") ? form : null;
};
// One form of each address and place in the page; a person's own, since a browser may be shared.
const nyckeln = (form) => {
  const syskon = [...document.querySelectorAll("form[method=post]")].filter((f) => f.action === form.action);
  return `utkast:${document.body.dataset.person ?? ""}:${new URL(form.action, location).pathname}:${syskon.indexOf(form)}`;
};
const arAndrad = (falt) =>
  falt.type === "checkbox" || falt.type === "radio" ? falt.checked !== falt.defaultChecked
    : falt.tagName === "SELECT" && !falt.multiple ? falt.selectedIndex !== Math.max(0, [...falt.options].findIndex((val) => val.defaultSelected))
      : falt.tagName === "SELECT" ? [...falt.options].some((val) => val.selected !== val.defaultSelected)
      : falt.value !== falt.defaultValue;
function andrade(form, aven) {
  return [...form.elements]
    .filter((f) => f.name && !TEKNISKA.includes(f.name.split("-").at(-1)) && !f.name.startsWith("ny_aktor") && !f.matches(FORVALT) && !["hidden", "submit", "button"].includes(f.type))
    .filter((f) => arAndrad(f) || aven.has(f.name))
    .map((f) => [f.name, f.type === "checkbox" || f.type === "radio" ? [f.value, f.checked] : f.value]);
}
function glom(nyckel) {
  localStorage.removeItem(nyckel);
  sessionStorage.removeItem("skickat");
}
// Nobody finds at a shared computer what another has typed: it goes when one logs out, and when another one logs in.
const utkasten = () => Object.keys(localStorage).filter((nyckel) => nyckel.startsWith("utkast:"));
const vems = (nyckel) => nyckel.split(":")[1];
document.addEventListener("submit", (handelse) => {
  if (handelse.target.matches("[data-loggar-ut]")) utkasten().filter(vems).forEach(glom);
});
function behall(form) {
  // A form that came back with faults came as it was sent: what was kept before is still not saved.
  const nekad = form.querySelector(".errorlist, .konflikt");
  const forr = nekad ? JSON.parse(localStorage.getItem(nyckeln(form)) ?? "null")?.falt ?? [] : [];
  const falt = andrade(form, new Set(forr.map(([namn]) => namn)));
  if (falt.length) localStorage.setItem(nyckeln(form), JSON.stringify({ nar: Date.now(), falt }));
  else localStorage.removeItem(nyckeln(form));
}
document.addEventListener("input", (handelse) => {
  const form = vaktad(handelse.target);
  if (form) behall(form);
});
function fyll(form, falt) {
  let ifyllda = 0;
  for (const [namn, varde] of falt) {
    const lika = [...form.elements].filter((f) => f.name === namn && !f.matches(FORVALT));
    const element = Array.isArray(varde) ? lika.find((f) => f.value === varde[0]) : lika[0];
    if (!element) continue;
    const fore = Array.isArray(varde) ? element.checked : element.value;
    if (Array.isArray(varde)) element.checked = varde[1];
    else element.value = varde;
    if (fore !== (Array.isArray(varde) ? varde[1] : varde)) ifyllda += 1;
  }
  return ifyllda;
}
function aterstall(rot) {
  for (const form of rot.querySelectorAll?.("form[method=post]") ?? []) {
    if (!vaktad(form) || form.querySelector(".errorlist, .konflikt")) continue; // as it was sent, with what is wrong
    const nyckel = nyckeln(form);
    const sparat = JSON.parse(localStorage.getItem(nyckel) ?? "null");
    if (!sparat) continue;
    if (Date.now() - sparat.nar > DYGN || !fyll(form, sparat.falt)) {
      glom(nyckel);
      continue;
    }
    form.closest("details")?.setAttribute("open", "");
    const mall = document.getElementById("aterstallt").content.cloneNode(true);
    const lapp = mall.firstElementChild;
    lapp.querySelector("button").addEventListener("click", () => {
      form.reset();
      glom(nyckel);
      lapp.remove();
    });
    form.prepend(lapp);
  }
}
// A plain form leaves the page. It was saved when the next one says so, or is another page that is no error.
document.addEventListener("submit", (handelse) => {
  const form = vaktad(handelse.target);
  if (!form) return;
  behall(form); // once more: it went if one logged out in another tab meanwhile
  if (!handelse.target.hasAttribute("hx-post")) sessionStorage.setItem("skickat", nyckeln(form));
});
document.addEventListener("DOMContentLoaded", () => {
  const skickat = sessionStorage.getItem("skickat");
  sessionStorage.removeItem("skickat");
  const kvar = [...document.querySelectorAll("form[method=post]")].some((form) => vaktad(form) && nyckeln(form) === skickat);
  const sparades = document.querySelector("#besked .success") || !(kvar || document.querySelector("[data-fel]"));
  if (skickat && sparades) glom(skickat);
  const jag = document.body.dataset.person;
  for (const nyckel of utkasten()) {
    const gammalt = Date.now() - JSON.parse(localStorage.getItem(nyckel)).nar > DYGN;
    if (gammalt || (jag && vems(nyckel) && vems(nyckel) !== jag)) glom(nyckel);
  }
  aterstall(document);
  // A login that came instead of what was just sent says what became of that.
  const nyss = utkasten().some((nyckel) => Date.now() - JSON.parse(localStorage.getItem(nyckel)).nar < 60_000);
  document.querySelector("[data-avbrot]")?.toggleAttribute("hidden", !nyss);
});
// By then the form may be gone from the page, so what it is called is asked before.
const skickade = new WeakMap();
document.addEventListener("htmx:beforeRequest", (handelse) => {
  const form = vaktad(handelse.detail.elt);
  if (form && handelse.detail.requestConfig.verb === "post") skickade.set(handelse.detail.xhr, nyckeln(form));
});
document.addEventListener("htmx:beforeOnLoad", (handelse) => {
  const xhr = handelse.detail.xhr;
  const nyckel = skickade.get(xhr);
  // Led to log in, or to show a second factor, one has not saved anything yet.
  const hit = xhr.getResponseHeader("HX-Redirect");
  const nekad = hit && new URL(hit, location).pathname.startsWith("/konto/");
  if (nyckel && xhr.status < 300 && !nekad) glom(nyckel);
});
document.addEventListener("htmx:afterSettle", (handelse) => aterstall(handelse.detail.elt.parentElement ?? document));

// A page that came into this one's content may stand somewhere else in the menus, or in another stadskärna.
document.addEventListener("htmx:afterSwap", (handelse) => {
  if (handelse.detail.target.id !== "innehall") return;
  const kom = new DOMParser().parseFromString(handelse.detail.xhr.responseText, "text/html").querySelector("header");
  if (!kom) return;
  const har = document.querySelector("header");
  for (const lank of har.querySelectorAll("a")) {
    const samma = [...kom.querySelectorAll("a")].find((l) => l.href === lank.href && l.text === lank.text);
    const nu = samma?.getAttribute("aria-current");
    if (nu) lank.setAttribute("aria-current", nu);
    else lank.removeAttribute("aria-current");
  }
  har.querySelector(".karnrad")?.remove();
  har.append(...kom.querySelectorAll(".karnrad"));
});

// Do not let a half-written form vanish with a click elsewhere.
let osparat = false;
document.addEventListener("input", (handelse) => {
  if (vaktad(handelse.target)) osparat = true;
});
document.addEventListener("submit", () => { osparat = false; });
document.addEventListener("htmx:beforeRequest", (handelse) => {
  if (vaktad(handelse.detail.elt)) osparat = false;
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

// The table of the insatskarta is worked in by keyboard: the pens of the cells are one stop for Tab, arrows go between
// them, Enter and F2 open. It stays a table (no role=grid): who reads it by ear reads tables with keys of their own.
const pennorna = () => [...document.querySelectorAll(".cell > .penna")];
const cellensPlats = (cell) => {
  const ruta = cell.closest("td, th");
  return [ruta.parentElement.sectionRowIndex, ruta.cellIndex];
};
let vidare = null; // which cell to go to once the one that is open has been saved
function ettStopp(vald) {
  const alla = pennorna();
  const nu = vald ?? alla.find((penna) => penna.tabIndex === 0) ?? alla[0];
  for (const penna of alla) penna.tabIndex = penna === nu ? 0 : -1;
}
// The nearest cell with a pen in that direction; at the end of a row the next one begins.
function granne(cell, tangent) {
  const [rad, kolumn] = cellensPlats(cell);
  const platser = pennorna().map((penna) => penna.closest(".cell")).filter((annan) => annan !== cell).map((annan) => [annan, ...cellensPlats(annan)]);
  if (tangent === "ArrowUp" || tangent === "ArrowDown") {
    const steg = tangent === "ArrowDown" ? 1 : -1;
    return platser.filter(([, r, k]) => k === kolumn && (r - rad) * steg > 0).sort((a, b) => (a[1] - b[1]) * steg)[0]?.[0];
  }
  const steg = tangent === "ArrowRight" ? 1 : -1;
  const fore = ([, r, k]) => (r - rad || k - kolumn) * steg > 0;
  return platser.filter(fore).sort((a, b) => (a[1] - b[1] || a[2] - b[2]) * steg)[0]?.[0];
}
function gaTill(cell) {
  const penna = cell?.querySelector(":scope > .penna");
  if (!penna) return;
  ettStopp(penna);
  penna.focus();
}
function lamnaCell(form, dit) {
  vidare = dit ?? form.closest(".cell").id;
  glom(nyckeln(form));
  osparat = false;
  form.querySelector("[data-lamna]").click();
}
// What was not changed is left as it is, without asking the server to write it.
function sparaCell(form, tangent) {
  const cell = form.closest(".cell");
  const dit = granne(cell, tangent)?.id ?? cell.id;
  if (!form.querySelector(".fel") && !andrade(form, new Set()).length) return lamnaCell(form, dit);
  vidare = dit;
  form.requestSubmit();
}
// Enter in an open list chooses in it.
const ivalet = (falt) => falt.tagName === "SELECT" && CSS.supports("selector(:open)") && falt.matches(":open");
document.addEventListener("keydown", (handelse) => {
  const tangent = handelse.key;
  if (handelse.altKey || handelse.ctrlKey || handelse.metaKey || handelse.isComposing) return;
  const penna = handelse.target.closest?.(".cell > .penna");
  if (penna) {
    if (tangent === "F2") penna.click();
    else if (tangent.startsWith("Arrow")) gaTill(granne(penna.closest(".cell"), tangent));
    else return;
    handelse.preventDefault();
    return;
  }
  const form = handelse.target.closest?.(".cellform");
  if (!form) return;
  if (tangent === "Escape") {
    handelse.preventDefault();
    lamnaCell(form);
  } else if (tangent === "Enter" && !handelse.shiftKey && handelse.target.matches("input, textarea, select") && !ivalet(handelse.target)) {
    handelse.preventDefault();
    sparaCell(form, "ArrowDown");
  } else if (tangent === "Tab" && !form.matches("[data-krock]")) {
    const falten = [...form.elements].filter((f) => f.matches("input:not([type=hidden]), select, textarea"));
    if (handelse.target !== falten.at(handelse.shiftKey ? 0 : -1)) return;
    handelse.preventDefault();
    sparaCell(form, handelse.shiftKey ? "ArrowLeft" : "ArrowRight");
  }
});
document.addEventListener("dblclick", (handelse) => {
  if (handelse.target.closest("a, button, input, select, textarea")) return;
  handelse.target.closest("td, th")?.querySelector(".cell > .penna")?.click();
});
document.addEventListener("focusin", (handelse) => { if (handelse.target.matches(".cell > .penna")) ettStopp(handelse.target); });
document.addEventListener("click", (handelse) => {
  const lamna = handelse.target.closest("[data-lamna]");
  if (lamna && !vidare) glom(nyckeln(lamna.closest("form")));
});
document.addEventListener("DOMContentLoaded", () => ettStopp());
document.addEventListener("htmx:afterSettle", (handelse) => {
  if (!document.querySelector(".cell > .penna")) return;
  ettStopp();
  const cell = handelse.detail.elt;
  if (!cell.matches?.(".cell") || cell.id !== handelse.detail.target?.id) return; // others that came with it
  if (cell.querySelector(".fel")) vidare = null; // it was refused: one stays
  if (cell.querySelector("form")) return;
  const dit = vidare ? document.getElementById(vidare) : null;
  vidare = null;
  gaTill(dit?.querySelector(":scope > .penna") ? dit : cell);
});

// Ticking all the rows of a table at once, and how many are ticked. `form` is what the boxes belong to.
const rutorna = (form) => [...(document.getElementById(form)?.elements ?? [])].filter((f) => f.type === "checkbox" && f.name);
function raknaValda(form) {
  const valda = rutorna(form).filter((r) => r.checked).length, rutor = rutorna(form).filter((r) => r.checked || r.checkVisibility());
  for (const plats of document.querySelectorAll(`[data-antal-valda="${form}"]`)) plats.textContent = valda ? ` (${valda})` : "";
  for (const alla of document.querySelectorAll(`[data-valj-alla="${form}"]`)) {
    alla.checked = valda > 0 && valda === rutor.length;
    alla.indeterminate = valda > 0 && valda < rutor.length;
  }
}
document.addEventListener("change", (handelse) => {
  const alla = handelse.target.dataset?.valjAlla;
  // Only what is seen: what is folded away is ticked by who has unfolded it.
  if (alla) for (const ruta of rutorna(alla)) if (ruta.checkVisibility()) ruta.checked = handelse.target.checked;
  const form = alla ?? handelse.target.form?.id;
  if (form) raknaValda(form);
});

// How close the cards of the insatskarta stand is a choice of one's own, kept in this browser.
function satTathet(vald) {
  document.documentElement.classList.toggle("luftig", vald === "luftig");
  for (const knapp of document.querySelectorAll("[data-tathet]")) knapp.setAttribute("aria-pressed", String(knapp.dataset.tathet === vald));
}
const tatheten = () => localStorage.getItem("tathet") ?? "tat";
satTathet(tatheten());
document.addEventListener("htmx:afterSettle", () => satTathet(tatheten()));
document.addEventListener("click", (handelse) => {
  const vald = handelse.target.closest("[data-tathet]")?.dataset.tathet;
  if (!vald) return;
  localStorage.setItem("tathet", vald);
  satTathet(vald);
});

// A card opens beside the map where there is room; else, and in a tab of its own, it is the link to the insats that it says.
document.addEventListener("click", (handelse) => {
  if (!handelse.target.closest("[data-bredvid]")) return;
  const egen = handelse.ctrlKey || handelse.metaKey || handelse.shiftKey || handelse.altKey;
  if (egen || !matchMedia("(min-width: 62rem)").matches) handelse.stopPropagation(); // htmx does not hear of it
}, true);
let oppnades = null; // the number of the insats that was shown last: there the focus goes back
document.addEventListener("htmx:afterSettle", (handelse) => {
  if (handelse.detail.target?.id !== "bredvid") return;
  const visad = document.querySelector("[data-visad]")?.dataset.visad;
  for (const lank of document.querySelectorAll("[data-bredvid]")) {
    if (lank.dataset.bredvid !== visad) lank.removeAttribute("aria-current");
    else lank.setAttribute("aria-current", "true");
    if (lank.dataset.bredvid === (visad ?? oppnades)) lank.closest(".kort").scrollIntoView({ block: "nearest" });
  }
  if (!visad) document.querySelector(`[data-bredvid="${oppnades}"]`)?.focus({ preventScroll: true });
  oppnades = visad ?? oppnades;
});
document.addEventListener("keydown", (handelse) => {
  if (handelse.key !== "Escape" || !handelse.target.closest?.(".kartbord")) return;
  const stang = document.querySelector("[data-stang]");
  oppnades ??= document.querySelector("[data-visad]")?.dataset.visad ?? null;
  stang?.click();
});

// In the list of a page's sections the one that is read is marked: the last whose heading has come into the upper part.
const indexlankar = [...document.querySelectorAll("[data-index] a")];
function markeraAvsnitt() {
  const passerade = indexlankar.filter((lank) => document.querySelector(`[id="${lank.hash.slice(1)}"]`)?.getBoundingClientRect().top < innerHeight / 3);
  const nu = scrollY + innerHeight >= document.documentElement.scrollHeight - 2 ? indexlankar.at(-1) : passerade.at(-1) ?? indexlankar[0];
  for (const lank of indexlankar) {
    if (lank === nu) lank.setAttribute("aria-current", "location");
    else lank.removeAttribute("aria-current");
  }
}
if (indexlankar.length) {
  markeraAvsnitt();
  document.addEventListener("scroll", markeraAvsnitt, { passive: true });
}

// "/" begins a search, from anywhere but where one writes. Folded away, the field is on the page of searching.
document.addEventListener("keydown", (handelse) => {
  if (handelse.key !== "/" || handelse.altKey || handelse.ctrlKey || handelse.metaKey) return;
  if (handelse.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const falt = document.querySelector("#sokord") ?? document.querySelector("#sokfalt");
  if (!falt) return;
  handelse.preventDefault();
  if (falt.checkVisibility()) falt.focus();
  else location.assign(falt.form.action);
});
