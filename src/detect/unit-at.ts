/** The UTF-16 unit at a place of a text, 0 outside it. Once a function has met the NaN that `charCodeAt` gives there, every unit that it reads takes it three times as long. */
export const unitAt = (text: string, at: number): number => (at >= 0 && at < text.length ? text.charCodeAt(at) : 0);
