// Fetches the list of branches again every five seconds. Without it, the page is right when it was loaded.
"use strict";
(() => {
  const list = document.getElementById("branches");
  const news = document.getElementById("news");
  const lost = document.getElementById("news-lost");
  const told = () => [...list.querySelectorAll(".branch")].map(
    (one) => [one.querySelector("h2"), ...one.querySelectorAll(".state, .trouble p:first-child")]
      .map((part) => part.textContent.trim()).join(". "));
  // The link or button that had the focus, in the new list.
  const address = (one) => one.href || one.form?.action;
  const again = (held) => [...list.querySelectorAll("a, button")].find((one) => address(one) === address(held));
  const refresh = async () => {
    const held = list.contains(document.activeElement) ? document.activeElement : null;
    try {
      const answer = await fetch(list.dataset.now, { cache: "no-store", redirect: "error" });
      if (answer.status === 401) { window.location.assign(list.dataset.over); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      const before = told();
      list.innerHTML = text;
      if (held) again(held)?.focus({ preventScroll: true });
      lost.hidden = true;
      const changed = told().filter((line) => !before.includes(line));
      if (changed.length) news.textContent = changed.join(" ");
    } catch {
      lost.hidden = false;
    }
  };
  setInterval(refresh, 5000);
})();
