// Starts the components of GOV.UK Frontend. Every page works without them.
import { initAll } from "/assets/govuk-frontend.min.js";
initAll();
// On a narrow screen the list matters more than its filters.
if (window.matchMedia("(max-width: 40em)").matches) {
  for (const fold of document.querySelectorAll("[data-candour-fold]")) fold.open = false;
}
