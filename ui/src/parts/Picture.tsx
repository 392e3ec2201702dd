/** A square code to be scanned: rows of `#` and `.`, always dark on light, with its quiet edge. */
export function Picture({ rows, label, size = 176 }: { rows: string[]; label: string; size?: number }) {
  const edge = 4;
  const side = rows.length + 2 * edge;
  const path = rows
    .flatMap((row, y) => [...row].map((mark, x) => (mark === "#" ? `M${x + edge} ${y + edge}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      viewBox={`0 0 ${side} ${side}`}
      width={size}
      height={size}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
