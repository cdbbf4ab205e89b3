// What helps to write an expression: a function or an attribute that is chosen goes to where the cursor is.
"use strict";

{
  for (const chooser of document.querySelectorAll("[data-insert]")) {
    chooser.addEventListener("change", () => {
      const field = document.getElementById(chooser.dataset.insert);
      if (chooser.value) {
        field.setRangeText(chooser.value, field.selectionStart, field.selectionEnd, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
      }
      chooser.value = "";
    });
  }
}
