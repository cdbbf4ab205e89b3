// Sends the form of a page on at once: it brings somebody to an application. Without scripts they press its button.
"use strict";

document.querySelector("form.brings").submit();
