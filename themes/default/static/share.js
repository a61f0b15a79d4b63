// Shows the buttons that only a script can serve: copy the address, and the system's own share sheet. No page needs it.
for (const button of document.querySelectorAll(".share button")) {
  const { copy, done, share, title } = button.dataset;
  const status = button.parentElement.querySelector("[role=status]");
  if (copy && navigator.clipboard) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy);
      status.textContent = button.textContent = done;
    });
  }
  if (share && navigator.share) {
    button.hidden = false;
    button.addEventListener("click", () => navigator.share({ title, url: share }).catch(() => {}));
  }
}
