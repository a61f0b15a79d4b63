// Loads what stands on other sites, when a reader asks for it. The link to it stays.
for (const embed of document.querySelectorAll(".embed")) {
  const [button, asks] = embed.querySelectorAll("[hidden]");
  button.hidden = asks.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.title = button.dataset.title;
    frame.allow = "fullscreen; encrypted-media; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation";
    frame.src = button.dataset.frame;
    embed.prepend(frame);
    button.remove();
    asks.remove();
    frame.focus();
  });
}
