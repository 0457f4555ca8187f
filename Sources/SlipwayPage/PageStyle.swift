import SlipwayInspect

/// How a page looks, and the script that sorts tables.
package enum PageStyle {
    package static let css = """
        :root { --ink: \(SVGPalette.text); --faint: \(SVGPalette.faint); --line: #dde3e9; --accent: #1d6fb8; }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: #fff; font: 15px/1.5 Inter, "Segoe UI", "Helvetica Neue", Arial,
          "DejaVu Sans", sans-serif; }
        header, main { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
        header { padding-top: 28px; border-bottom: 1px solid var(--line); padding-bottom: 14px; }
        h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 20px; margin: 0 0 10px; }
        h3 { font-size: 15px; margin: 22px 0 6px; overflow-wrap: anywhere; }
        p { margin: 4px 0 10px; max-width: 75ch; overflow-wrap: anywhere; }
        .faint { color: var(--faint); font-size: 13px; }
        header .faint { margin: 2px 0 10px; }
        nav a { color: var(--accent); margin-right: 14px; text-decoration: none; }
        nav a:hover { text-decoration: underline; }
        section { padding: 26px 0 18px; border-bottom: 1px solid var(--line); }
        section:last-child { border-bottom: 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin: 22px 0 4px; }
        .tile { border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
        .value { font-size: 23px; font-weight: 600; line-height: 1.35; }
        .scroll { overflow-x: auto; max-width: 100%; }
        .plots { display: flex; flex-wrap: wrap; gap: 20px; }
        .plots > * { min-width: 0; max-width: 100%; }
        svg { display: block; max-width: 100%; height: auto; }
        svg.plot { margin: 6px 0 14px; }
        svg text { font-family: Inter, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
        .drawing { border: 1px solid var(--line); border-radius: 8px; max-height: 940px; overflow: auto; }
        .drawing:not(.actual) svg { max-height: 920px; width: auto; }
        .drawing.actual svg { max-width: none; }
        .drawing:not(.actual) svg { margin: 0 auto; }
        .zoom { font-size: 13px; color: var(--faint); display: inline-block; margin-bottom: 8px; }
        table { border-collapse: collapse; font-size: 13px; margin: 4px 0 14px; }
        th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td { max-width: 340px; overflow-wrap: anywhere; }
        th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
        th[aria-sort=ascending] button::after { content: " ▲"; font-size: 9px; }
        th[aria-sort=descending] button::after { content: " ▼"; font-size: 9px; }
        tfoot td { font-weight: 600; border-bottom: 0; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; font-size: 14px; margin: 0; }
        dt { color: var(--faint); }
        dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
        details { margin: 4px 0 12px; }
        summary { cursor: pointer; color: var(--accent); }
        .note { border-left: 3px solid #cfa346; padding-left: 10px; }
        @media (max-width: 600px) { header, main { padding-left: 14px; padding-right: 14px; } dl { grid-template-columns: 1fr; } }
        @media print {
          body { font-size: 11pt; } header, main { max-width: none; padding: 0; }
          nav, .zoom { display: none; } .drawing { max-height: none; border: 0; overflow: visible; }
          .scroll { overflow: visible; } section { break-inside: auto; } svg, .tile, tr { break-inside: avoid; }
        }
        """

    package static let script = """
        "use strict";
        document.getElementById("actual")?.addEventListener("change", event => {
          document.querySelector(".drawing").classList.toggle("actual", event.target.checked);
        });
        const key = (row, column) => {
          const cell = row.cells[column];
          return cell.dataset.key === undefined ? cell.textContent : Number(cell.dataset.key);
        };
        document.querySelectorAll("th").forEach(heading => heading.firstChild.addEventListener("click", () => {
          const column = heading.cellIndex, body = heading.closest("table").tBodies[0];
          const isUp = heading.getAttribute("aria-sort") !== (heading.className === "n" ? "descending" : "ascending")
            ? heading.className !== "n" : heading.className === "n";
          for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
          heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");
          const rows = Array.from(body.rows).sort((a, b) => {
            const x = key(a, column), y = key(b, column);
            return (x < y ? -1 : x > y ? 1 : 0) * (isUp ? 1 : -1);
          });
          body.append(...rows);
        }));
        """
}
