// The page moves by what the demonstration tells (server-sent events), and asks it for deeds. Nothing is kept here.
"use strict";

const language = document.body.dataset.language;
const byId = (id) => document.getElementById(id);
const say = (id, text) => { const place = byId(id); if (place.textContent !== text) place.textContent = text; };

// Deeds

async function ask(deed, how) {
  try {
    const answer = await fetch(`/${language}/do`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ do: deed, how }),
    });
    say("refused", (await answer.json()).said);
  } catch {
    say("refused", "");  // the events are broken too, and say so
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) ask(button.dataset.do, button.dataset.how);
});

const KEYS = { Enter: "#", Backspace: "*", "#": "#", "*": "*" };
byId("keypad").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = /^[0-9]$/.test(event.key) ? event.key : KEYS[event.key];
  if (!key) return;
  event.preventDefault();  // Enter would press the button that has focus as well
  const button = document.querySelector(`#keypad button[data-how="${CSS.escape(key)}"]`);
  button.classList.add("felt");
  setTimeout(() => button.classList.remove("felt"), 150);
  ask("keys", key);
});

// Sounds: as the reader makes them, in tenths of a second

let sound = null;
let heard = null;

byId("hear").addEventListener("change", (event) => {
  if (event.target.checked && !sound) sound = new AudioContext();
});

function buzz(reader) {
  const fresh = heard !== null && reader.buzzes > heard;
  heard = reader.buzzes;
  if (!fresh || !sound || !byId("hear").checked) return;
  const [on, off, times] = reader.buzzer.map((each) => each / 10);
  for (let turn = 0; turn < times; turn += 1) {
    const start = sound.currentTime + turn * (on + off);
    const tone = sound.createOscillator();
    const loudness = sound.createGain();
    tone.frequency.value = 1900;
    loudness.gain.value = 0.06;
    tone.connect(loudness).connect(sound.destination);
    tone.start(start);
    tone.stop(start + on);
  }
}

// What is told

const LOOKS = ["good", "odd", "bad"];

function showParts(parts) {
  for (const [name, [word, look]] of Object.entries(parts)) {
    for (const place of document.querySelectorAll(`[data-part="${name}"]`)) {
      if (place.textContent !== word) place.textContent = word;
    }
    const tile = document.querySelector(`[data-look="${name}"]`);
    for (const each of LOOKS) tile.classList.toggle(each, each === look);
  }
}

function showReader(reader) {
  say("display", reader.text);
  say("light", reader.light);
  say("sound", reader.sound);
  say("thumb-display", reader.text);
  for (const id of ["lamp", "thumb-lamp"]) {
    byId(id).className = `lamp c${reader.colour}${reader.blinks ? " blinks" : ""}`;
  }
  buzz(reader);
}

function showDoor(door) {
  say("leaf", door.word);
  say("leaf-more", door.hint);
  const scene = document.querySelector(".scene");
  scene.setAttribute("class", `scene ${door.look}`);
}

function showShown(shown) {
  say("whose", shown ? shown.whose : byId("whose").dataset.nobody);
  for (const button of document.querySelectorAll(".person")) {
    if (shown && button.dataset.how === shown.id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function showPressed(pressed) {
  for (const button of document.querySelectorAll(".faults button")) {
    const name = `${button.dataset.do}:${button.dataset.how}`;
    if (pressed.includes(name)) button.setAttribute("aria-pressed", "true");
    else button.removeAttribute("aria-pressed");
  }
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// Rows are numbered as they were stored; what is on the page already stays where it is.
function showRows(id, rows, fill) {
  const list = byId(id);
  const first = list.children.length === 0;
  if (rows.length === 0) {
    list.replaceChildren(element("li", "none", list.dataset.none));
    return;
  }
  list.querySelector(".none")?.remove();
  const known = new Map([...list.children].map((item) => [item.dataset.number, item]));
  const items = rows.map((row) => {
    const item = known.get(String(row.number)) ?? element("li", first ? "" : "new", "");
    const told = JSON.stringify(row);
    if (item.dataset.told !== told) {
      item.dataset.number = row.number;
      item.dataset.told = told;
      fill(item, row);
    }
    return item;
  });
  if (items.some((item, place) => list.children[place] !== item) || list.children.length !== items.length) {
    list.replaceChildren(...items);
  }
}

function fillPassage(item, row) {
  item.classList.add(row.in ? "in" : "out");
  item.replaceChildren(element("span", "at", row.at), element("span", "said", row.what), element("span", "more", row.more));
}

function fillHappening(item, row) {
  item.classList.toggle("alert", row.alert);
  item.replaceChildren(element("span", "at", row.at), element("span", "said", row.what));
  if (row.detail) item.append(element("span", "more", row.detail));
}

let newest = null;

function tellOutcome(passages) {
  const last = passages.length ? passages[0].number : 0;
  if (newest !== null && last !== newest) say("outcome", `${passages[0].at} ${passages[0].what}`);
  newest = last;
}

function show(told) {
  say("gone", "");
  showParts(told.parts);
  showReader(told.reader);
  showDoor(told.door);
  showShown(told.shown);
  showPressed(told.pressed);
  if (told.readable) {
    showRows("passages", told.passages, fillPassage);
    showRows("happenings", told.happenings, fillHappening);
    tellOutcome(told.passages);
  }
  say("waiting", told.readable ? told.waiting : byId("waiting").dataset.unreadable);
  for (const name of ["today", "next", "rules"]) say(name, told.branch[name]);
  for (const name of ["cards", "empty", "beats", "lines", "by_card"]) say(`asked-${name}`, String(told.asked[name]));
  say("desk-down", told.pressed.includes("centre:off") ? byId("desk-down").dataset.text : "");
}

const events = new EventSource(`/${language}/events`);
events.onmessage = (event) => show(JSON.parse(event.data));
events.onerror = () => say("gone", byId("gone").dataset.text);
