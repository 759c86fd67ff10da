/* The chart of a trade, opened from its line in the table; `told` and `still` are those of figures.js. */
"use strict";
(() => {
  const dialog = document.getElementById("trade");
  const chart = document.getElementById("trade-chart");
  const colors = told.colors;
  let current = 0;

  const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19);
  const minute = (instant) => instant.slice(0, 16).replace("T", " ");

  /* Where each candle begins, epoch seconds: steps are counted from the candle before. */
  for (const candles of Object.values(told.candles)) {
    let at = candles.first;
    candles.at = candles.start.map((steps) => (at += steps * candles.step));
  }

  function candlesOf(trade) {
    const all = told.candles[trade.candles];
    const first = all.at.findIndex((at) => at >= trade.since);
    let last = first;
    while (last < all.at.length && all.at[last] < trade.until) last += 1;
    const prices = (column) => all[column].slice(first, last).map((units) => units * Number(all.unit));
    return {
      type: "candlestick", name: "candles", showlegend: false, x: all.at.slice(first, last).map(clock),
      open: prices("open"), high: prices("high"), low: prices("low"), close: prices("close"),
      increasing: { line: { color: colors.up, width: 1.2 }, fillcolor: colors.clear },
      decreasing: { line: { color: colors.down, width: 1.2 }, fillcolor: colors.down },
    };
  }

  function marks(trade) {
    const long = trade.direction === "LONG";
    const mark = (name, at, price, symbol) => ({
      type: "scatter", mode: "markers", name, x: [clock(at)], y: [Number(price)],
      marker: { symbol, size: 13, color: colors.trade, line: { color: "#ffffff", width: 1.5 } },
      hovertemplate: `${name} ${price}<extra></extra>`,
    });
    return [
      { type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false,
        x: [clock(trade.entered), clock(trade.left)], y: [Number(trade.entry_price), Number(trade.exit_price)],
        line: { color: colors.trade, width: 1.5, dash: "dot" } },
      mark("entry", trade.entered, trade.entry_price, long ? "triangle-up" : "triangle-down"),
      mark(`exit, ${trade.exit_reason}`, trade.left, trade.exit_price, "x"),
    ];
  }

  /* Where the plot ends, epoch seconds: behind the candles there is room for the names of the levels. */
  function edge(trade) {
    const share = Math.min(0.5, 112 / Math.max(1, chart.clientWidth - 84));
    return trade.until + (trade.until - trade.since) * share / (1 - share);
  }

  function levels(trade, half) {
    const from = clock(trade.setup[0] - half), to = clock(edge(trade));
    const level = (price, color, dash) => ({
      type: "line", x0: from, x1: to, y0: Number(price), y1: Number(price), line: { color, width: 1.5, dash },
    });
    const band = {
      type: "rect", yref: "paper", x0: from, x1: clock(trade.setup[1] - half), y0: 0, y1: 1, fillcolor: colors.setup,
      line: { width: 0 }, layer: "below",
    };
    return [band, level(trade.stop, colors.stop, "dash"), level(trade.target, colors.target, "dashdot"),
      level(trade.entry_price, colors.trade, "dot")];
  }

  function names(trade, half) {
    const long = trade.direction === "LONG";
    const name = (text, price, above) => ({
      text: `${text} ${price}`, x: clock(edge(trade)), y: Number(price), xanchor: "right",
      yanchor: above ? "bottom" : "top", showarrow: false, font: { size: 12 }, bgcolor: colors.setup, borderpad: 1,
    });
    return [name("stop", trade.stop, !long), name("target", trade.target, long), name("entry", trade.entry_price, long),
      { text: "setup bar", x: clock(trade.setup[0] - half), y: 1, yref: "paper", xanchor: "left", yanchor: "top",
        showarrow: false, font: { size: 11 }, bgcolor: colors.setup }];
  }

  function draw() {
    const trade = told.trades[current];
    const half = told.candles[trade.candles].step / 2;
    const [, timeframe] = trade.candles.split(" ");
    const arrow = trade.direction === "LONG" ? "▲" : "▼";
    const narrow = chart.clientWidth < 500;
    const multiple = Number(trade.r_multiple);
    document.getElementById("trade-title").textContent =
      `${trade.symbol} ${trade.timeframe} ${trade.pattern} ${arrow} ${trade.direction}`;
    document.getElementById("trade-told").textContent =
      `${trade.name}: entered ${minute(trade.opened_at)} at ${trade.entry_price}, left ${minute(trade.closed_at)} at ` +
      `${trade.exit_price}, ${trade.exit_reason}: ${multiple > 0 ? "+" : ""}${multiple.toFixed(2)} R, ` +
      `${Number(trade.net).toFixed(2)} USD after costs; ${trade.target_kind} target, ${trade.tier}. ` +
      `Candles of ${timeframe}, times UTC; falling ones are filled.`;
    const layout = {
      paper_bgcolor: colors.clear, plot_bgcolor: colors.clear, font: { family: "system-ui, sans-serif", size: 13 },
      margin: { l: narrow ? 54 : 70, r: 14, t: 10, b: 44 }, height: Math.min(460, window.innerHeight * 0.6), dragmode: false,
      hovermode: "x", shapes: levels(trade, half), annotations: names(trade, half),
      xaxis: { type: "date", tickangle: 0, nticks: narrow ? 4 : 10, rangeslider: { visible: false }, range: [clock(trade.since - half), clock(edge(trade))] },
      yaxis: { tickformat: ",~f" },
      legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, bgcolor: colors.clear },
    };
    return Plotly.react(chart, [candlesOf(trade), ...marks(trade)], layout, still);
  }

  function open(number) {
    current = number;
    if (!dialog.open) dialog.showModal();
    draw();
  }

  function step(by) {
    const next = current + by;
    if (next >= 0 && next < told.trades.length) open(next);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (event.target === dialog) dialog.close();
    else if (button?.dataset.trade) open(Number(button.dataset.trade));
    else if (button?.dataset.step === "0") dialog.close();
    else if (button?.dataset.step) step(Number(button.dataset.step));
  });

  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, k: -1, ArrowRight: 1, j: 1 }[event.key];
    if (by) { event.preventDefault(); step(by); }
  });

  /* The line of the trade that was looked at last has the focus when its chart is closed. */
  dialog.addEventListener("close", () => focus(document.querySelector(`button[data-trade="${current}"]`)));

  /* One stop of the Tab key a table: arrows go from line to line. */
  function focus(button) {
    if (!button) return;
    button.closest("details").open = true;
    for (const other of button.closest("table").querySelectorAll('button[tabindex="0"]')) other.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  }

  document.addEventListener("keydown", (event) => {
    const button = document.activeElement;
    const by = { ArrowUp: -1, k: -1, ArrowDown: 1, j: 1 }[event.key];
    if (dialog.open || !by || !button?.dataset?.trade) return;
    const next = button.closest("tbody").querySelectorAll("button")[
      [...button.closest("tbody").querySelectorAll("button")].indexOf(button) + by];
    if (next) { event.preventDefault(); focus(next); }
  });
})();
