/* What the page tells as data, and its figures: each is drawn where an element names it. */
"use strict";
const told = JSON.parse(document.getElementById("data").textContent);
const still = { responsive: true, displaylogo: false, displayModeBar: false };

for (const place of document.querySelectorAll("[data-figure]")) {
  const figure = told.figures[place.dataset.figure];
  Plotly.newPlot(place, figure.data, figure.layout, still);
}
