// New lines of the activity, put on top as they come. The server renders them; what they say was escaped there.
const rows = document.getElementById("rows");
const told = document.getElementById("live");
const MOST_ROWS = 500;

if (rows && rows.dataset.live) {
  const source = new EventSource(rows.dataset.live);
  source.addEventListener("open", () => { told.textContent = "Live."; });
  source.addEventListener("error", () => { told.textContent = "Not live now: reload the page if this stays."; });
  source.addEventListener("message", (event) => {
    const added = document.createElement("template");
    added.innerHTML = `<table><tbody>${event.data}</tbody></table>`;
    rows.prepend(...added.content.querySelectorAll("tr"));
    while (rows.children.length > MOST_ROWS) rows.lastElementChild.remove();
    document.getElementById("nothing")?.remove();
  });
}
