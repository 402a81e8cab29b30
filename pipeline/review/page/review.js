"use strict";
// Everything here works without this script, too: with forms and links. The script adds keys,
// takes the next card without a flash, and tells screen readers how far one has come.

// While a request is under way, and for a moment after a new card has come, keys and clicks do
// nothing: one must never decide a card that its person has not seen, as the second half of a
// double click would.
let busy = false;
const settle = 300; // milliseconds
let reloading = 0;

const main = () => document.getElementById("main");
const live = () => document.getElementById("live");

// tell has a screen reader say a text.
function tell(text) {
  const place = live();
  if (place) place.textContent = text;
}

// take shows the page of a response in place of this one.
async function take(response) {
  const type = response.headers.get("Content-Type") || "";
  if (!type.startsWith("text/html")) throw new Error("no page");
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const keysOpen = document.getElementById("keys")?.open;
  document.title = next.title;
  document.body.replaceChildren(...next.body.childNodes);
  const address = new URL(response.url);
  address.searchParams.delete("auto");
  history.pushState(null, "", address);
  const keys = document.getElementById("keys");
  if (keys && keysOpen) keys.open = true;
  begin();
  window.scrollTo(0, 0);
  main()?.focus({preventScroll: true});
  const said = document.querySelector(".said")?.textContent || "";
  const title = document.querySelector("h1")?.textContent || "";
  const tally = document.getElementById("tally")?.textContent || "";
  tell([said, title, tally].filter(Boolean).join(". "));
}

// go asks for an address and shows what comes. Only a page that has come is shown, so if the
// review has ended, this one stays.
async function go(address, body) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  clearTimeout(reloading);
  try {
    await take(await fetch(address, body ? {method: "POST", body} : {}));
  } catch {
    alarm("loanmap does not answer. Your decisions are kept. If the review has ended, start it again and open its new address.");
  }
  await new Promise((done) => setTimeout(done, settle));
  document.body.removeAttribute("aria-busy");
  busy = false;
}

function alarm(text) {
  const said = document.querySelector(".said");
  if (!said) return;
  said.className = "said alarm";
  said.textContent = text;
  tell(text);
}

function submit(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  go(form.action, body);
}

// begin prepares a page that has just been shown.
function begin() {
  const seconds = Number(main()?.dataset.reload || 0);
  if (seconds > 0) reloading = setTimeout(reload, seconds * 1000);
}

// reload looks again, unless the person is typing.
function reload() {
  if (document.activeElement?.tagName === "INPUT" || busy) {
    reloading = setTimeout(reload, 1000);
    return;
  }
  const address = new URL(location.href);
  address.searchParams.set("auto", "1");
  go(address);
}

// choices are the buttons of the candidates that can be chosen.
const choices = () => [...document.querySelectorAll("button.choose")];

// move moves the focus from candidate to candidate.
function move(by) {
  const list = choices();
  if (list.length === 0) return;
  const at = list.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
  list[next].focus();
}

// openPage opens the LoanPro page of the candidate with the focus, or of the first one.
function openPage() {
  const column = document.activeElement?.closest("th");
  const link = column?.querySelector("a.open") || document.querySelector("a.open");
  if (link) link.click();
  else tell("No page is known. Start the review with --url-template.");
}

const own = {
  "/": () => document.getElementById("text")?.focus(),
  "?": () => {
    const keys = document.getElementById("keys");
    if (keys) keys.open = !keys.open;
    keys?.scrollIntoView({block: "nearest"});
  },
  "o": openPage,
  "ArrowUp": () => move(-1),
  "ArrowDown": () => move(1),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input");
  if (typing && event.key === "Escape") main()?.focus();
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || busy) return;
  const act = own[event.key];
  const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!act && !target) return;
  event.preventDefault();
  if (act) act();
  else target.click();
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href);
});

window.addEventListener("popstate", () => location.reload());
begin();
