// Sends the one form of a page on its way, as whoever pressed its button would.
document.querySelector("form[data-send]").submit();
