// The charts of one symbol, drawn by uPlot (served from here) from the JSON that the page names.
"use strict";
(() => {
  const COLOURS = { win: "#16a34a", flat: "#9ca3af", wrong: "#dc2626", pending: "#2563eb" };
  const HEALTH = { drifting: "rgba(245, 158, 11, .22)", diverged: "rgba(220, 38, 38, .25)" };
  const BAND = "#8b5cf6", PRICE = "#0ea5e9", SCORE = "#f97316";
  const root = document.getElementById("symbol-chart");
  if (!root) return;
  // No form: the page's own one is around it.
  const controls = root.querySelectorAll("[data-control]");
  const chosen = () => Object.fromEntries([...controls].map((control) => [control.dataset.control, control.value]));
  const ink = getComputedStyle(root).color;
  let plots = [];

  const axes = (label) => [
    { stroke: ink, grid: { stroke: "rgba(128,128,128,.15)" }, ticks: { stroke: "rgba(128,128,128,.3)" } },
    { stroke: ink, label, labelSize: 18, size: 58, labelFont: "12px sans-serif",
      grid: { stroke: "rgba(128,128,128,.15)" }, ticks: { stroke: "rgba(128,128,128,.3)" } },
  ];

  function plot(name, height, series, data, options) {
    const place = root.querySelector(`[data-plot="${name}"]`);
    place.replaceChildren();
    const chart = new uPlot(
      { width: place.clientWidth, height, series: [{}, ...series], cursor: { sync: { key: "symbol" } }, ...options },
      data, place);
    plots.push([chart, place, height]);
  }

  function triangles(found, xs) {
    // BUY points up under its price, SELL points down above it; the colour is the outcome.
    return (u) => {
      const { ctx } = u, size = 7 * devicePixelRatio;
      for (const signal of found) {
        const x = u.valToPos(xs.get(signal.session), "x", true);
        const y = u.valToPos(signal.adjusted_price, "y", true);
        const up = signal.side === "BUY" ? 1 : -1;
        ctx.beginPath();
        ctx.moveTo(x, y + up * size * 0.6);
        ctx.lineTo(x - size * 0.8, y + up * size * 2);
        ctx.lineTo(x + size * 0.8, y + up * size * 2);
        ctx.closePath();
        ctx.fillStyle = COLOURS[signal.outcome];
        ctx.fill();
      }
    };
  }

  function strips(states, times) {
    // Behind the lines: where the filter drifts or has diverged.
    return (u) => {
      const { ctx, bbox } = u;
      const step = times.length > 1 ? u.valToPos(times[1], "x", true) - u.valToPos(times[0], "x", true) : 4;
      states.forEach((state, place) => {
        if (!HEALTH[state]) return;
        ctx.fillStyle = HEALTH[state];
        ctx.fillRect(u.valToPos(times[place], "x", true) - step / 2, bbox.top, Math.max(step * 1.5, 2), bbox.height);
      });
    };
  }

  function level(values) {
    return (u) => {
      const { ctx, bbox } = u;
      ctx.save();
      ctx.strokeStyle = "rgba(128,128,128,.7)";
      ctx.setLineDash([6, 6]);
      for (const value of values) {
        const y = u.valToPos(value, "y", true);
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
      }
      ctx.restore();
    };
  }

  const shown = (digits) => (u, value) => (value == null ? "–" : value.toFixed(digits));

  function draw(data) {
    plots.forEach(([chart]) => chart.destroy());
    plots = [];
    const times = data.sessions.map((session) => Date.parse(session) / 1000);
    const xs = new Map(data.sessions.map((session, place) => [session, times[place]]));
    plot("price", 340, [
      { label: "close, adjusted", stroke: PRICE, width: 1.5, value: shown(2) },
      { label: "upper", stroke: BAND, width: 1, value: shown(2) },
      { label: "middle", stroke: BAND, width: 1, dash: [4, 4], value: shown(2) },
      { label: "lower", stroke: BAND, width: 1, value: shown(2) },
    ], [times, data.adjusted_close, data.upper, data.middle, data.lower], {
      axes: axes("price"),
      bands: [{ series: [2, 4], fill: "rgba(139, 92, 246, .08)" }],
      hooks: { draw: [triangles(data.signals, xs)] },
    });
    const { kalman } = data, name = chosen().state;
    const value = kalman.states[name], std = kalman.state_std[name];
    const bound = (sign) => value.map((v, place) => (v == null ? null : v + sign * 2 * std[place]));
    plot("state", 220, [
      { label: name, stroke: PRICE, width: 1.5, value: shown(2) },
      { label: "+2 std", stroke: "rgba(14,165,233,.4)", width: 1, value: shown(2) },
      { label: "−2 std", stroke: "rgba(14,165,233,.4)", width: 1, value: shown(2) },
    ], [times, value, bound(1), bound(-1)], {
      axes: axes("std. deviations"),
      bands: [{ series: [2, 3], fill: "rgba(14, 165, 233, .15)" }],
      hooks: { drawClear: [strips(kalman.health, times)], draw: [level([0])] },
    });
    plot("score", 180, [
      { label: "score", stroke: SCORE, width: 1.5, value: shown(2) },
    ], [times, kalman.score], {
      axes: axes("Long / Short"),
      hooks: { drawClear: [strips(kalman.health, times)], draw: [level([kalman.threshold, -kalman.threshold])] },
    });
    const tally = {};
    data.signals.forEach((signal) => (tally[signal.outcome] = (tally[signal.outcome] || 0) + 1));
    for (const outcome of Object.keys(COLOURS))
      root.querySelector(`[data-count="${outcome}"]`).textContent = tally[outcome] || 0;
    const newest = kalman.health.findLastIndex((state) => state !== null);
    root.querySelector("[data-health]").textContent =
      newest < 0 ? "no step yet" : `${kalman.health[newest]}, ${kalman.trading_signal[newest]}`;
  }

  async function load() {
    const message = root.querySelector("[data-message]");
    try {
      const query = new URLSearchParams(chosen());
      const answer = await fetch(`${root.dataset.url}?${query}`);
      const data = await answer.json();
      message.textContent = answer.ok ? "" : data.detail;
      if (answer.ok) draw(data);
    } catch (error) {
      message.textContent = `The chart could not be drawn: ${error.message}`;
    }
  }

  controls.forEach((control) => {
    control.addEventListener("change", load);
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      load();
    });
  });
  addEventListener("resize", () =>
    plots.forEach(([chart, place, height]) => chart.setSize({ width: place.clientWidth, height })));
  load();
})();
