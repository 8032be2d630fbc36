// Starts the components of GOV.UK Frontend. Every page works without them.
import { initAll } from "/assets/govuk-frontend.min.js";
initAll();
