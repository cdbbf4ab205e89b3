// A host is chosen from a list that follows what is typed, with the keyboard or by a click. Without this script the form
// shows the list after it was sent.
(() => {
  const box = document.getElementById("host_search");
  if (!box) return;
  const input = document.getElementById("host_name");
  const chosen = document.getElementById("host");
  const hint = document.getElementById("host-hint");
  const usual = hint.textContent;
  const list = document.createElement("ul");
  list.id = "host-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Hosts");
  box.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
  hint.setAttribute("role", "status");

  let hosts = [];
  let active = -1;
  let asked = 0;
  let pause = 0;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (place) => {
    active = (place + hosts.length) % hosts.length;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  };

  const choose = (place) => {
    input.value = hosts[place].name;
    chosen.value = hosts[place].id;
    input.removeAttribute("aria-invalid");
    hint.textContent = hosts[place].email;
    close();
  };

  const show = () => {
    list.replaceChildren(...hosts.map((host, index) => {
      const option = document.createElement("li");
      option.id = `host-option-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const name = document.createElement("bdi");
      name.textContent = host.name;
      const about = document.createElement("span");
      about.className = "hint";
      about.textContent = [host.title, host.email].filter(Boolean).join(" · ");
      option.append(name, " ", about);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(index); });
      return option;
    }));
    list.hidden = hosts.length === 0;
    input.setAttribute("aria-expanded", String(hosts.length > 0));
  };

  const search = async () => {
    const number = ++asked;
    try {
      const answer = await fetch(`/hosts?q=${encodeURIComponent(input.value)}`, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (number !== asked) return;
      hosts = found.hosts;
      active = -1;
      hint.textContent = hosts.length ? `${hosts.length} found.` : found.hint;
      show();
    } catch {
      if (number === asked) hint.textContent = "The search does not answer. Send the form to choose from a list.";
    }
  };

  input.addEventListener("input", () => {
    chosen.value = "";
    clearTimeout(pause);
    if (input.value.trim().length < 3) {
      asked += 1;
      hosts = [];
      hint.textContent = usual;
      close();
      return;
    }
    pause = setTimeout(search, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark(active + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(active < 0 ? hosts.length - 1 : active - 1); }
    else if (event.key === "Enter" && active >= 0) { event.preventDefault(); choose(active); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
  input.addEventListener("blur", close);
})();
