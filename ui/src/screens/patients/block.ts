// A block of cells as spreadsheets put it on the clipboard: tabs between cells, a line a row.

/** The cells of a block; quotes that a spreadsheet put around a cell are taken off. */
export function readBlock(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.replace(/^"(.*)"$/, "$1").trim()));
}

export function writeBlock(cells: readonly (readonly string[])[]): string {
  return cells.map((row) => row.join("\t")).join("\n");
}

export interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Place {
  row: number;
  column: number;
}

export function boxOf(a: Place, b: Place): Box {
  return {
    top: Math.min(a.row, b.row),
    bottom: Math.max(a.row, b.row),
    left: Math.min(a.column, b.column),
    right: Math.max(a.column, b.column),
  };
}

/** Where each cell of a block goes: from the box's corner; a single cell fills the whole box. */
export function spread(block: readonly (readonly string[])[], box: Box): { at: Place; text: string }[] {
  const single = block.length === 1 && block[0]?.length === 1 ? (block[0][0] as string) : null;
  const placed: { at: Place; text: string }[] = [];
  if (single !== null) {
    for (let row = box.top; row <= box.bottom; row += 1)
      for (let column = box.left; column <= box.right; column += 1)
        placed.push({ at: { row, column }, text: single });
    return placed;
  }
  block.forEach((cells, down) => {
    cells.forEach((text, across) => {
      placed.push({ at: { row: box.top + down, column: box.left + across }, text });
    });
  });
  return placed;
}
