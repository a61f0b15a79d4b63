// Says how long ago recent times were. Each keeps its width, so nothing moves. Paper keeps the time.
{
  const { lang, zone } = document.currentScript.dataset;
  const ago = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  const day = new Intl.DateTimeFormat("sv", { timeZone: zone });
  const all = [...document.querySelectorAll(".ago")].map((e) => [e, e.innerHTML, e.offsetWidth]);
  const say = () => {
    const now = Date.now();
    for (const [e, text, w] of all) {
      const past = (unit, from = now) => Math.floor((from - Date.parse(e.dateTime)) / unit);
      const [n, most, unit] = !e.dateTime[10] ? [past(864e5, Date.parse(day.format(now))), 1, "day"]
        : past(6e4) < 60 ? [past(6e4), 59, "minute"] : [past(36e5), 23, "hour"];
      e.style.minWidth = w + "px";
      if (n >= 0 && n <= most) e.innerHTML = `<span>${ago.format(-n, unit)}</span><s>${text}</s>`;
      if (n > most || e.offsetWidth > w) e.innerHTML = text;
    }
  };
  say();
  setInterval(say, 6e4);
}
